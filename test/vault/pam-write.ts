import { randomUUID } from 'node:crypto';
import {
  DOMAIN_IS_CHECKED,
  IDENTIFIER_INVALID,
  IDENTIFIER_IS_REPLACED_ONLY_BY_ANOTHER,
  SAVE_REACHES_ALL_CREDENTIALS,
} from './assumptions.js';
import type { Call } from './call.js';
import type { Credential } from './data.js';
import { refusal, success } from './envelope.js';
import { text } from './fields.js';
import { allowedCredential, mayUse, olderStyle, refuse } from './pam-find.js';
import { nextItemId } from './pam-number.js';
import { Refused, type Reply } from './reply.js';

/**
 * POST …/pam/credential creates or updates: by a known `identifier`, which changes the username; else by hostname, ip
 * and username, which replaces the identifier if the request has one (SSGR-4522). Version 4.0 rejects other characters in a new one (SSGR-3368).
 * The password is `content`. Refusals: 1004, 1005, 1042, 1011, 1029.
 * Source: docs.senhasegura.io v3-32 and v3-33 POST credential; forms from the Ansible collection.
 */
export function saveCredential(call: Call): Reply {
  const { world, fields } = call;
  const style = olderStyle(call);
  const hostname = text(fields, 'hostname') ?? '';
  const ip = text(fields, 'ip') ?? '';
  const username = text(fields, 'username');
  const domain = text(fields, 'domain') ?? '';
  if (hostname === '') throw refuse(1004, "The device's hostname was not informed", style);
  if (ip === '') throw refuse(1005, "The device's IP was not informed", style);
  if (username === undefined) throw refuse(1042, 'Invalid username', style);
  if (!world.data.devices.some((device) => device.hostname === hostname && device.ip === ip)) {
    throw refuse(1011, 'Device not found', style);
  }
  if (DOMAIN_IS_CHECKED && domain !== '' && !world.data.domains.includes(domain)) {
    throw refuse(1029, 'It is not possible to enter a domain that has not been previously registered', style);
  }
  const identifier = text(fields, 'identifier') ?? '';
  const isNew = world.data.credentials.every((credential) => credential.identifier !== identifier);
  if (world.settings.strictIdentifiers && isNew && !/^[\w.-]*$/.test(identifier)) {
    throw new Refused(refusal(IDENTIFIER_INVALID));
  }
  const named = { hostname, ip, username: username === '' ? 'usr' : username };
  const known = knownCredential(call, named);
  if (known !== undefined && !SAVE_REACHES_ALL_CREDENTIALS && !mayUse(call, known.id)) {
    throw refuse(1009, 'No access to credential', style);
  }
  const credential = known ?? created(call, named);
  if (identifier !== '' || !IDENTIFIER_IS_REPLACED_ONLY_BY_ANOTHER)
    credential.identifier = identifier || randomUUID();
  credential.username = named.username;
  update(call, credential, domain);
  const { id } = credential;
  const newer = world.settings.dialect === 'api';
  return success({
    status: 201,
    message: known === undefined ? 'Credential successfully registered!' : 'Credential updated successfully!',
    entities: {
      credential: {
        id: String(id),
        ...(newer ? { identifier: credential.identifier } : { tag: credential.identifier }),
      },
    },
  });
}

/** DELETE …/pam/credential/{id}: disables. */
export function disableCredential(call: Call): Reply {
  const credential = allowedCredential(call);
  if (!credential.active) throw refuse(1017, 'Credential inactive');
  credential.active = false;
  return success({ message: 'Credential successfully deactivated' });
}

/** PUT …/pam/credential/{id}: enables; it is not an update. */
export function enableCredential(call: Call): Reply {
  const credential = allowedCredential(call);
  if (credential.active) throw refuse(1017, 'Credential is already active');
  credential.active = true;
  return success({ message: 'Credential successfully activated' });
}

type Named = Pick<Credential, 'hostname' | 'ip' | 'username'>;

function knownCredential({ world, fields }: Call, named: Named): Credential | undefined {
  const identifier = text(fields, 'identifier') ?? '';
  const { credentials } = world.data;
  return (
    credentials.find((credential) => identifier !== '' && credential.identifier === identifier) ??
    credentials.find(
      ({ hostname, ip, username }) =>
        hostname === named.hostname && ip === named.ip && username === named.username,
    )
  );
}

function created({ world, fields }: Call, named: Named): Credential {
  const identifier = text(fields, 'identifier') ?? '';
  const blank = world.settings.dialect === 'api' ? randomUUID() : null;
  const credential: Credential = {
    ...named,
    id: nextItemId(world.data),
    identifier: identifier === '' ? blank : identifier,
    password: '',
    additional: null,
    domain: '',
    port: '22',
    type: 'Local User',
    tags: '',
    active: true,
    expirationTime: null,
    policy: { simultaneousViewing: false },
    version: 0,
    earlier: [],
  };
  world.data.credentials.push(credential);
  return credential;
}

function update({ world, fields }: Call, credential: Credential, domain: string): void {
  const content = text(fields, 'content');
  if (content !== undefined && content !== credential.password) {
    if (credential.password !== '') credential.earlier.push(credential.password);
    credential.password = content;
    credential.version += 1;
    credential.changedAt = world.now();
  }
  credential.additional = text(fields, 'additional') ?? credential.additional;
  credential.tags = text(fields, 'tags') ?? credential.tags;
  credential.type = text(fields, 'credential_type') ?? credential.type;
  if (domain !== '') credential.domain = domain;
}
