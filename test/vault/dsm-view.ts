import { isPast, NO_APPLICATION } from './assumptions.js';
import type { Call } from './call.js';
import type { Application, Authorization, DsmSecret, Row } from './data.js';
import { refusal } from './envelope.js';
import { isSensitive } from './leaks.js';
import { Refused } from './reply.js';
import type { World } from './world.js';

/**
 * A secret as the vault writes it: ids and versions as text, sensitive labels sealed, newer bodies with more keys.
 * Source: examples of docs.senhasegura.io v3-32 GET application and v3-33 provision.
 */
export function secretView(call: Call, secret: DsmSecret): Record<string, unknown> {
  const newer = call.world.settings.dialect === 'api';
  return {
    secret_id: String(secret.id),
    secret_name: secret.name,
    identity: secret.identity,
    version: secret.version === 0 ? '' : String(secret.version),
    ...(newer ? { description: secret.description } : {}),
    expiration_date: secret.expirationDate,
    engine: secret.engine,
    ...(newer
      ? { renew_cloud_time: false, renew_credential_time: false, renew_ephemeral_credential_time: false }
      : {}),
    data: Array.isArray(secret.data)
      ? secret.data.map((row) => sealed(call, row))
      : sealed(call, secret.data),
  };
}

export function applicationView(
  call: Call,
  application: Application,
  secrets: readonly DsmSecret[],
): Record<string, unknown> {
  const { name, description, tags } = application;
  return {
    name,
    description,
    tags: tags.length === 0 ? [''] : tags,
    system: call.caller.system,
    environment: call.caller.environment,
    secrets: secrets.map((secret) => secretView(call, secret)),
  };
}

/** The application of the caller; throws when it has none. */
export function callersApplication({ world, caller }: Call): Application {
  const found = world.data.applications.find(({ id }) => id === caller.applicationId);
  if (found === undefined) throw new Refused(refusal(NO_APPLICATION));
  return found;
}

/** Secrets of one authorization. */
export function secretsOf({ world }: Call, authorization: Authorization): DsmSecret[] {
  return listed(world, authorization.secretIds);
}

/** Secrets of every authorization of an application. */
export function secretsOfApplication({ world }: Call, application: Application): DsmSecret[] {
  const ids = world.data.authorizations
    .filter(({ applicationId }) => applicationId === application.id)
    .flatMap(({ secretIds }) => secretIds);
  return listed(world, ids);
}

/**
 * On its expiration date a secret is inactivated, and only enabled ones are given to applications.
 * Source: helpcenter.senhasegura.io 3.21 dsm/secrets; docs.senhasegura.io v3-32 How_to_manage_secrets.
 */
function listed({ data, settings, now }: World, ids: readonly number[]): DsmSecret[] {
  const wanted = new Set(ids);
  return data.secrets.filter(
    ({ id, expirationDate }) =>
      wanted.has(id) && (settings.expiredSecretsAreListed || !isPast(expirationDate, now())),
  );
}

function sealed({ seal }: Call, row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([label, value]) => [
      label,
      value !== null && isSensitive(label) ? seal(value) : value,
    ]),
  );
}
