import {
  ENGINE_UNKNOWN,
  ENGINES,
  isPast,
  LATER_DATE_REVIVES_SECRET,
  NEW_SECRET_BELONGS_TO_CALLER,
  parameterMissing,
  SECRET_DELETED,
  SECRET_LIST_MESSAGE,
  SECRET_UPDATED,
} from './assumptions.js';
import type { Call } from './call.js';
import type { DsmSecret } from './data.js';
import { decodeData } from './dsm-data.js';
import { applicationView, callersApplication, secretsOf, secretView } from './dsm-view.js';
import { absentResource, refusal, success } from './envelope.js';
import { text } from './fields.js';
import { rowsOf } from './leaks.js';
import { json, Refused, type Reply } from './reply.js';

/** GET /iso/sctm/secret: only secrets of the calling authorization. Source: segura-security/dsmcli. */
export function listSecrets(call: Call): Reply {
  const secrets = secretsOf(call, call.caller).map((secret) => secretView(call, secret));
  return success({ message: SECRET_LIST_MESSAGE(secrets.length), entities: { secrets } });
}

/** GET /api/dsm/secret[/{identity}]: known only from unofficial notes: a nested list, or one nested object. */
export function readUnofficial(call: Call): Reply {
  const wanted = secretsOf(call, call.caller).filter(
    ({ identity }) => call.id === '' || identity === call.id,
  );
  if (call.id !== '' && wanted.length === 0) return absentResource();
  const secrets = wanted.map((secret) => secretView(call, secret));
  const found = call.id === '' ? { secrets } : { secret: secrets[0] };
  return json(200, { code: 200, response: { status: 200, message: '', error: false, ...found } });
}

/** DELETE /api/dsm/secret/{identity}: known only from unofficial notes, which show no reply. */
export function deleteUnofficial(call: Call): Reply {
  const known = secretsOf(call, call.caller).find(({ identity }) => identity === call.id);
  if (known === undefined) return absentResource();
  for (const row of rowsOf(known.data))
    for (const value of Object.values(row)) call.world.handedOut.add(value ?? '');
  call.world.data.secrets.splice(call.world.data.secrets.indexOf(known), 1);
  return success({ message: SECRET_DELETED });
}

/**
 * POST /iso/sctm/secret creates or updates by `identity`; `data` is base64 of JSON.
 * Source: docs.senhasegura.io v3-32 and v3-33 POST secret.
 */
export function saveSecret(call: Call): Reply {
  const { world, fields, caller } = call;
  const application = callersApplication(call);
  const [identity, engine] = [required(call, 'identity'), required(call, 'engine')];
  if (!ENGINES.includes(engine)) throw new Refused(refusal(ENGINE_UNKNOWN));
  const rows = decodeData(required(call, 'data'));
  // One that has expired is updated too, and listed again with a later date.
  const known = world.data.secrets.find(
    (secret) =>
      caller.secretIds.includes(secret.id) &&
      secret.identity === identity &&
      (LATER_DATE_REVIVES_SECRET || !isPast(secret.expirationDate, world.now())),
  );
  const secret: DsmSecret = {
    id: known?.id ?? Math.max(0, ...world.data.secrets.map(({ id }) => id)) + 1,
    name: text(fields, 'name') ?? known?.name ?? identity,
    identity,
    version: (known?.version ?? 0) + 1,
    description: text(fields, 'description') ?? known?.description ?? '',
    expirationDate: text(fields, 'expiration_date') ?? known?.expirationDate ?? '',
    engine,
    data: rows,
  };
  if (known === undefined) {
    world.data.secrets.push(secret);
    if (NEW_SECRET_BELONGS_TO_CALLER) caller.secretIds.push(secret.id);
  } else {
    for (const row of rowsOf(known.data))
      for (const value of Object.values(row)) world.handedOut.add(value ?? '');
    Object.assign(known, secret);
  }
  return success({
    status: known === undefined ? 201 : SECRET_UPDATED.status,
    message: known === undefined ? 'Secret created successfully.' : SECRET_UPDATED.message,
    entities: { application: applicationView(call, application, secretsOf(call, caller)) },
  });
}

function required({ fields }: Call, name: string): string {
  const value = text(fields, name);
  if (value === undefined || value === '') throw new Refused(refusal(parameterMissing(name)));
  return value;
}
