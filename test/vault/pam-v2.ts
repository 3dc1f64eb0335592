import { createHash, randomUUID } from 'node:crypto';
import { V2_ERRORS, V2_RATE_LIMIT } from './assumptions.js';
import type { Call } from './call.js';
import type { Credential } from './data.js';
import { json, type Reply } from './reply.js';

/**
 * GET /api/v2/pam/credentials/{id}: all non-sensitive attributes, `fields=` chooses; no custody, no password.
 * Source: docs.senhasegura.io v4-2, API v2 conventions.
 */
export function readCredentialV2(call: Call): Reply {
  const { world, caller, exchange, id } = call;
  const credential = world.data.credentials.find((candidate) => String(candidate.id) === id);
  if (credential === undefined) return failed(V2_ERRORS.notFound);
  if (caller.credentialIds !== 'all' && !caller.credentialIds.includes(credential.id)) {
    return failed(V2_ERRORS.notFound);
  }
  const attributes = attributesOf(credential);
  const wanted = exchange.query.get('fields')?.split(',') ?? Object.keys(attributes);
  if (wanted.some((name) => V2_ERRORS.sensitiveFields.includes(name))) return failed(V2_ERRORS.sensitive);
  if (wanted.some((name) => !(name in attributes))) return failed(V2_ERRORS.unknownField);
  const chosen = Object.fromEntries(wanted.map((name) => [name, attributes[name]]));
  const etag = `"${createHash('sha256').update(JSON.stringify(chosen)).digest('hex').slice(0, 32)}"`;
  if (exchange.headers['if-none-match'] === etag) return { ...json(304, {}, headers(etag)), body: '' };
  return json(200, chosen, headers(etag));
}

function attributesOf(credential: Credential): Record<string, unknown> {
  const { id, identifier, username, hostname, ip, domain, type, active, tags } = credential;
  return { id: String(id), identifier, username, hostname, ip, domain, type, active, tags };
}

function failed({ status, title }: { status: number; title: string }): Reply {
  return json(status, { status, title }, headers());
}

function headers(etag?: string): Record<string, string> {
  return {
    'x-request-id': randomUUID(),
    'x-ratelimit-limit': String(V2_RATE_LIMIT),
    'x-ratelimit-remaining': String(V2_RATE_LIMIT - 1),
    ...(etag === undefined ? {} : { etag }),
  };
}
