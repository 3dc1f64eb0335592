import { IP_DENIED } from './assumptions.js';
import {
  businessError,
  inactiveAuthorization,
  plainError,
  resourceNotAuthorized,
  success,
  unexpectedError,
} from './envelope.js';
import type { Exchange } from './exchange.js';
import type { Fault } from './faults.js';
import { knownSecrets } from './leaks.js';
import { json, type Reply } from './reply.js';
import type { World } from './world.js';

const TEN_MEBIBYTES = 10 * 1_024 * 1_024;

/** What a fault sends instead of the true reply; undefined when the true reply is sent, now or late. */
export function spoiledReply(
  fault: Fault,
  given: { world: World; exchange: Exchange; reply: () => Reply },
): Reply | undefined {
  switch (fault.kind) {
    case 'tooManyRequests':
      return plainText(429, 'Too Many Requests', {
        ...(fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) }),
        ...(fault.retryAfterDate === undefined
          ? {}
          : { 'retry-after': new Date(fault.retryAfterDate).toUTCString() }),
        ...(fault.rateLimitReset === undefined ? {} : { 'x-ratelimit-reset': String(fault.rateLimitReset) }),
      });
    case 'status':
      return plainText(fault.status, `HTTP ${fault.status}`, fault.headers);
    case 'resourceNotAuthorized':
      return resourceNotAuthorized();
    case 'unexpectedError':
      return unexpectedError();
    case 'inactiveAuthorization':
      return inactiveAuthorization();
    case 'businessError':
      return businessError(fault.code, fault.message ?? 'Refused', fault.status);
    case 'html':
      return {
        ...plainText(fault.status ?? 200, HTML),
        headers: { 'content-type': 'text/html; charset=utf-8' },
      };
    case 'oversize':
      return oversize(fault.bytes ?? TEN_MEBIBYTES + 1);
    case 'notJson':
      return { ...json(200, null), body: 'response: ok' };
    case 'wrongShape':
      return json(200, fault.body ?? []);
    case 'errorWith200':
      return { ...businessError(fault.code ?? 1007, fault.message ?? 'Credential not found'), status: 200 };
    case 'redirect':
      return plainText(fault.status ?? 302, 'Found', { location: fault.location });
    case 'ipNotAllowed':
      return plainError(IP_DENIED.status, IP_DENIED.message);
    case 'truncated': {
      const reply = given.reply();
      return { ...reply, body: reply.body.slice(0, Math.floor(reply.body.length / 2)) };
    }
    case 'spoiledSecret':
      return spoiled(fault.identity, fault.members, given.reply());
    case 'echoSecret':
      return echo(fault.status ?? 400, fault.secret, given);
    case 'reply':
      return plainText(fault.status, fault.body, fault.headers);
    default:
      return undefined;
  }
}

const HTML =
  '<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Please sign in</h1></body></html>';

function plainText(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'content-type': 'text/plain', ...headers }, body };
}

function oversize(bytes: number): Reply {
  const empty = success({ message: '' });
  return success({ message: 'x'.repeat(Math.ceil((bytes - empty.body.length) / 2) + 1) });
}

function spoiled(identity: string, members: unknown, reply: Reply): Reply {
  const body = JSON.parse(reply.body, (key, value: unknown) =>
    key === 'secrets' && Array.isArray(value)
      ? value.map((each: { identity: string }) =>
          each.identity === identity ? replaced(each, members) : each,
        )
      : value,
  ) as unknown;
  return { ...reply, body: JSON.stringify(body) };
}

/** Members that are an object replace those of their names, anything else the whole. */
function replaced(secret: object, members: unknown): unknown {
  return typeof members === 'object' && members !== null ? { ...secret, ...members } : members;
}

function echo(
  status: number,
  secret: string | undefined,
  { world, exchange, reply }: { world: World; exchange: Exchange; reply: () => Reply },
): Reply {
  if (secret !== undefined) return plainError(status, `Unexpected value: ${secret}`);
  const seen = `${exchange.headers.authorization ?? ''}\n${exchange.body.toString('utf8')}\n${reply().body}`;
  const carried = knownSecrets(world).filter((value) => seen.includes(JSON.stringify(value).slice(1, -1)));
  return plainError(status, `Unexpected value: ${carried.join(' ')}`);
}
