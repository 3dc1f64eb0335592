import { INACTIVE_READ, LIST_SHOWS_ONLY_ALLOWED, PASSWORDLESS_READ_TAKES_CUSTODY } from './assumptions.js';
import type { Call } from './call.js';
import type { Credential, SshKey } from './data.js';
import { refusal, success } from './envelope.js';
import { allowedCredential, mayUse, olderStyle, takeCustody } from './pam-find.js';
import { Refused, type Reply } from './reply.js';
import { wallClock } from './time.js';

/**
 * GET …/pam/credential/{id}: the password, and custody for the caller.
 * `tag` up to 3.32 is `identifier` from 3.33. Source: docs.senhasegura.io v3-32, v3-33, v4 GET credential.
 */
export function readCredential(call: Call): Reply {
  const credential = allowedCredential(call);
  if (!credential.active) throw new Refused(refusal(INACTIVE_READ));
  const { passwordless, dialect } = call.world.settings;
  if (!passwordless || PASSWORDLESS_READ_TAKES_CUSTODY) takeCustody(call, credential);
  const { identifier, additional } = credential;
  const password = call.seal(credential.password);
  const newer = dialect === 'api';
  return success({
    style: newer ? 'full' : 'older',
    message: `Credential ${credential.id}`,
    entities: {
      credential: {
        id: String(credential.id),
        ...(newer ? { identifier } : { tag: identifier }),
        username: credential.username,
        ...(passwordless ? {} : { password, content: password }),
        hostname: credential.hostname,
        parent_credential_cod: null,
        parent_credential: null,
        additional,
        domain: credential.domain,
        ip: credential.ip,
        port: credential.port,
        model: 'Ubuntu',
        expiration_time: credential.expirationTime,
        ...(call.world.settings.detailNamesAutomaticChange && credential.automaticChange === true
          ? { automatic_change: isChanged(call, credential) }
          : {}),
      },
    },
  });
}

/**
 * GET …/pam/credential: credentials and SSH keys without passwords.
 * `automatic_change` is "0" up to 3.32, a boolean later; `change` is when the password was changed last. Source: docs.senhasegura.io v3-32 and v3-33 GET list.
 */
export function listCredentials(call: Call): Reply {
  const { data } = call.world;
  const shown = (item: { id: number }): boolean => !LIST_SHOWS_ONLY_ALLOWED || mayUse(call, item.id);
  const credentials = [
    ...data.credentials
      .filter(shown)
      .map((credential) => listed(credential, credential.type, isChanged(call, credential))),
    ...data.keys.filter(shown).map((key) => listed(key, 'SSH Key', isChanged(call, {}))),
  ];
  return success({
    style: olderStyle(call),
    message: `${credentials.length} credentials found`,
    entities: { credentials },
  });
}

/** Whether automatic change is configured, as each generation writes it. */
function isChanged(
  { world }: Call,
  { automaticChange = false }: Pick<Credential, 'automaticChange'>,
): boolean | '0' | '1' {
  if (world.settings.dialect === 'api') return automaticChange;
  return automaticChange ? '1' : '0';
}

function listed(
  item: Credential | SshKey,
  type: string,
  automaticChange: boolean | '0' | '1',
): Record<string, unknown> {
  return {
    id: String(item.id),
    identifier: item.identifier,
    username: item.username,
    expiration: item.expirationTime === null ? null : `${item.expirationTime}-03:00`,
    change: 'changedAt' in item && item.changedAt !== undefined ? wallClock(item.changedAt) : null,
    view: 'viewedAt' in item && item.viewedAt !== undefined ? wallClock(item.viewedAt) : null,
    hostname: item.hostname,
    management_ip: item.ip,
    type,
    type_code: '1',
    device_model: 'Ubuntu',
    device_type: 'Server',
    device_vendor: 'Linux',
    automatic_change: automaticChange,
    connectivity: 'SSH',
    connectivity_code: '1',
  };
}
