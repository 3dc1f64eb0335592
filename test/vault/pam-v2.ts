import { createHash, randomUUID } from 'node:crypto';
import { V2_DEFAULTS, V2_ERRORS, V2_RATE_LIMIT, V2_WRITE_STATUS } from './assumptions.js';
import type { Call } from './call.js';
import type { Credential } from './data.js';
import { json, type Reply } from './reply.js';

type Attributes = Record<string, unknown>;

/**
 * GET /api/v2/pam/credentials/{id}: all non-sensitive attributes, nested; `fields=` chooses by dotted names; no custody,
 * no password. Each reply has an ETag and the state of the rate limit, whatever its status.
 * Source: docs.senhasegura.io v4-2, API v2 conventions, and api-v2-get-list-a-credential.
 */
export function readCredentialV2(call: Call): Reply {
  const { world, caller, exchange, id } = call;
  const credential = world.data.credentials.find((candidate) => String(candidate.id) === id);
  const mayRead =
    credential !== undefined &&
    (caller.credentialIds === 'all' || caller.credentialIds.includes(credential.id));
  if (!mayRead) return failed(call, V2_ERRORS.notFound);
  const attributes = attributesOf(call, credential);
  const wanted = exchange.query.get('fields')?.split(',') ?? Object.keys(attributes);
  if (wanted.some((name) => V2_ERRORS.sensitiveFields.includes(name.split('.').at(-1) ?? '')))
    return failed(call, V2_ERRORS.sensitive);
  if (wanted.some((name) => valueAt(attributes, name) === undefined))
    return failed(call, V2_ERRORS.unknownField);
  const chosen: Attributes = {};
  for (const name of wanted) put(chosen, name.split('.'), valueAt(attributes, name));
  return replied(call, 200, chosen, exchange.headers['if-none-match']);
}

/**
 * PUT, PATCH and DELETE with an `If-Match` that is not the present ETag are 412.
 * Source: the same page, conditional requests.
 */
export function changeCredentialV2(call: Call): Reply {
  const present = readCredentialV2(call);
  const ifMatch = call.exchange.headers['if-match'];
  if (present.status !== 200) return present;
  const isAllowed = ifMatch === undefined || ifMatch === present.headers['etag'];
  return isAllowed ? { ...present, status: V2_WRITE_STATUS } : failed(call, V2_ERRORS.changed);
}

function attributesOf({ world }: Call, credential: Credential): Attributes {
  const { id, username, hostname, domain, active, tags, viewedAt } = credential;
  const device = world.data.devices.find((each) => each.hostname === hostname);
  return {
    id: String(id),
    credential: {
      username,
      active,
      password_type: credential.type,
      tags: tags === '' ? [] : tags.split(','),
      last_used_at: viewedAt === undefined ? null : new Date(viewedAt).toISOString(),
      additional_information: credential.additional,
      ...V2_DEFAULTS,
    },
    device: { id: device?.id ?? null, name: hostname, domain_name: domain },
  };
}

/** The value at a dotted name; undefined when there is none. */
function valueAt(attributes: Attributes, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>(
      (value, key) => (isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined),
      attributes,
    );
}

function isRecord(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function put(target: Attributes, [first = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) target[first] = value;
  else {
    const inner: Attributes = { ...Object(target[first]) };
    put(inner, rest, value);
    target[first] = inner;
  }
}

function failed(call: Call, { status, title }: { status: number; title: string }): Reply {
  return replied(call, status, { status, title });
}

function replied({ world }: Call, status: number, body: Attributes, known?: string): Reply {
  const etag = `"${createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 32)}"`;
  const headers = {
    'x-request-id': randomUUID(),
    etag,
    'x-ratelimit-limit': String(V2_RATE_LIMIT),
    'x-ratelimit-remaining': String(V2_RATE_LIMIT - 1),
    'x-ratelimit-reset': String(Math.ceil(world.now() / 1_000) + 60),
  };
  return known === etag ? { ...json(304, {}, headers), body: '' } : json(status, body, headers);
}
