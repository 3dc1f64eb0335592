import { createHash, randomUUID } from 'node:crypto';
import { V2_DEFAULTS, V2_ERRORS, V2_RATE_LIMIT, V2_WRITE_STATUS, v2Derived } from './assumptions.js';
import type { Call } from './call.js';
import type { Credential } from './data.js';
import { json, type Reply } from './reply.js';
import type { World } from './world.js';

type Attributes = Record<string, unknown>;

/**
 * GET /api/v2/pam/credentials/{id}: all non-sensitive attributes, nested; `fields=` chooses by dotted names; no custody,
 * no password.
 * Source: docs.senhasegura.io v4-2, API v2 conventions, and api-v2-get-list-a-credential.
 */
export function readCredentialV2(call: Call): Reply {
  const read = readAttributes(call);
  const known = call.exchange.headers['if-none-match'];
  if (read.status !== 200 || known === undefined || !namesTag(known, read, 'weak')) return read;
  return { ...read, status: 304, body: '' };
}

function readAttributes(call: Call): Reply {
  const { world, caller, exchange, id } = call;
  const credential = world.data.credentials.find((candidate) => String(candidate.id) === id);
  const mayRead =
    credential !== undefined &&
    (caller.credentialIds === 'all' || caller.credentialIds.includes(credential.id));
  if (!mayRead) return failed(V2_ERRORS.notFound);
  const attributes = attributesOf(call, credential);
  const wanted = exchange.query.get('fields')?.split(',') ?? Object.keys(attributes);
  if (wanted.some((name) => V2_ERRORS.sensitiveFields.includes(name.split('.').at(-1) ?? '')))
    return failed(V2_ERRORS.sensitive);
  if (wanted.some((name) => valueAt(attributes, name) === undefined)) return failed(V2_ERRORS.unknownField);
  const chosen: Attributes = {};
  for (const name of wanted) put(chosen, name.split('.'), valueAt(attributes, name));
  return replied(200, chosen);
}

/**
 * PUT, PATCH and DELETE are 412 if `If-Match` does not name the present ETag, or `If-None-Match` does.
 * Source: the same page, conditional requests; RFC 9110 sections 13.1.1, 13.1.2 and 13.2.2.
 */
export function changeCredentialV2(call: Call): Reply {
  const present = readAttributes(call);
  if (present.status !== 200) return present;
  const { 'if-match': wanted, 'if-none-match': unwanted } = call.exchange.headers;
  const isChanged = wanted !== undefined && !namesTag(wanted, present, 'strong');
  const isThere = unwanted !== undefined && namesTag(unwanted, present, 'weak');
  return isChanged || isThere ? failed(V2_ERRORS.changed) : { ...present, status: V2_WRITE_STATUS };
}

/** Whether a list of tags, or `*`, names the reply's. Source: RFC 9110 section 8.8.3.2: only weak comparison takes `W/"x"`. */
function namesTag(condition: string, { headers }: Reply, comparison: 'weak' | 'strong'): boolean {
  if (condition.trim() === '*') return true;
  const tags = condition.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((tag) => (comparison === 'weak' ? tag.replace(/^W\//, '') : tag) === headers['etag']);
}

/** A reply with what every one below /api/v2/ has, whatever its status. Source: the same page. */
export function withV2Headers({ world, path }: { world: World; path: string }, reply: Reply): Reply {
  if (!path.startsWith('/api/v2/')) return reply;
  const headers = {
    'x-request-id': randomUUID(),
    etag: reply.headers['etag'] ?? tagOf(reply.body),
    'x-ratelimit-limit': String(V2_RATE_LIMIT),
    'x-ratelimit-remaining': String(V2_RATE_LIMIT - 1),
    'x-ratelimit-reset': String(Math.ceil(world.now() / 1_000) + 60),
  };
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

function attributesOf({ world }: Call, credential: Credential): Attributes {
  const { id, username, hostname, domain, active, tags, viewedAt } = credential;
  const device = world.data.devices.find((each) => each.hostname === hostname);
  return {
    id: String(id),
    credential: {
      username,
      active,
      tags: tags
        .split(',')
        .map((tag) => tag.trim())
        .filter((tag) => tag !== ''),
      ...v2Derived(credential.type, viewedAt),
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

function failed({ status, title }: { status: number; title: string }): Reply {
  return replied(status, { status, title });
}

function replied(status: number, body: Attributes): Reply {
  const reply = json(status, body);
  return { ...reply, headers: { ...reply.headers, etag: tagOf(reply.body) } };
}

function tagOf(body: string): string {
  return `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`;
}
