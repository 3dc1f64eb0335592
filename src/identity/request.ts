import type { SeguraError } from '../core/errors.js';
import { throwIfCancelled } from '../core/pace.js';
import { say, type Text, word } from '../core/text.js';
import { timeLimit } from '../core/time-limit.js';
import { type HttpReply, type HttpRequestTo, OddReply, TransportFailure } from '../core/transport.js';
import { unavailable } from './claims.js';
import type { IdentityContext } from './provider.js';

/** As many tries as the slowest documented recovery needs; the deadline ends them earlier. */
const MAX_TRIES = 6;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
/** A token service that asks for more is not waited for. */
const LONGEST_ASKED_WAIT_MS = 60_000;
const MAX_REPLY_CHARACTERS = 64 * 1024;

/**
 * What passes by itself. Of GitHub: 502, 503 and 504 (actions/toolkit, oidc-utils.ts); of Azure DevOps: 429 with Retry-After
 * and 503 ("Rate and usage limits"). Never 401 or 403: another try would be rejected too.
 */
const PASSING_STATUS: readonly number[] = [429, 502, 503, 504];
const PASSING_FAILURE: readonly string[] = ['unreachable', 'broken', 'aborted', 'proxy-down'];

/** A service that issues tokens to authorized callers. */
export interface TokenService {
  /** As the first words of a sentence: `GitHub's token service`. */
  readonly name: string;
  readonly url: URL;
  readonly request: HttpRequestTo;
  /** Status codes after which another try may succeed, beside those that every service has. */
  readonly passing?: readonly number[];
  /** What to do when the service rejects the request; by the status of its reply. */
  readonly remedy: (status: number) => Text;
}

/**
 * The reply of a token service, with a status of 200.
 *
 * Tried again within the deadline when what went wrong may pass. An error names the host only: the rest of an address
 * is not shown. Errors: IDENTITY_UNAVAILABLE, its cause an OddReply where the service itself said nothing; CANCELLED.
 */
export async function askService(service: TokenService, context: IdentityContext): Promise<HttpReply> {
  const { clock, log, limits } = context;
  const host = service.url.host;
  for (let number = 1; ; number += 1) {
    const result = await attempt(service, context);
    throwIfCancelled(limits.signal);
    const told = result instanceof TransportFailure ? result.message : `HTTP ${result.status}`;
    log.debug(`${service.name}, ${service.request.method} ${host}: ${told}`);
    if (!(result instanceof TransportFailure) && result.status === 200) {
      if (result.text.length > MAX_REPLY_CHARACTERS)
        throw notFromService(service, `a reply of more than ${MAX_REPLY_CHARACTERS / 1_024} KB`);
      return result;
    }
    const waitMs = waitAfter(result, number, service.passing ?? [], clock.random());
    if (waitMs === undefined || clock.nowMs() + waitMs >= limits.deadlineAtMs) throw failed(service, result);
    await clock.sleep(waitMs, limits.signal);
    throwIfCancelled(limits.signal);
  }
}

async function attempt(
  { url, request }: TokenService,
  { send, clock, limits }: IdentityContext,
): Promise<HttpReply | TransportFailure> {
  const leftMs = Math.min(limits.timeoutMs, limits.deadlineAtMs - clock.nowMs());
  if (leftMs <= 0 || limits.signal.aborted) return new TransportFailure('aborted', true, 'no time left');
  const limit = timeLimit(Math.ceil(leftMs), limits.signal, clock);
  try {
    return await send(url, request, limit.signal);
  } catch (error) {
    if (error instanceof TransportFailure) return error;
    throw error;
  } finally {
    limit.lift();
  }
}

function waitAfter(
  result: HttpReply | TransportFailure,
  number: number,
  passing: readonly number[],
  random: number,
): number | undefined {
  if (number >= MAX_TRIES) return undefined;
  const ownMs = (0.5 + random / 2) * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (number - 1));
  if (result instanceof TransportFailure) return PASSING_FAILURE.includes(result.reason) ? ownMs : undefined;
  if (![...PASSING_STATUS, ...passing].includes(result.status)) return undefined;
  const asked = /^\d{1,6}$/.exec(result.headers['retry-after']?.trim() ?? '')?.[0];
  const waitMs = Math.max(ownMs, Number(asked ?? 0) * 1_000);
  return waitMs <= LONGEST_ASKED_WAIT_MS ? waitMs : undefined;
}

function failed(service: TokenService, result: HttpReply | TransportFailure): SeguraError {
  const { name, url, remedy } = service;
  if (result instanceof TransportFailure) {
    const isTls = result.reason === 'tls' || result.reason === 'proxy-tls';
    return unavailable(
      `${name} (${url.host}) gave no reply: ${failureText(result)}.`,
      isTls
        ? say`Add the root certificate of the CA of ${url.hostname} to NODE_EXTRA_CA_CERTS.`
        : say`Check that ${word('the runner')} may reach ${url.host}, and HTTPS_PROXY and NO_PROXY where there is a proxy.`,
      result,
    );
  }
  const { status } = result;
  if (status >= 300 && status < 400)
    return notFromService(service, `a redirect (HTTP ${status}), which is not followed`);
  const isOdd = status === 408 || status === 429 || status >= 500 || isPage(result);
  return unavailable(
    `${name} (${url.host}) refused to issue a token (HTTP ${status}).`,
    remedy(status),
    isOdd ? new OddReply() : undefined,
  );
}

function isPage({ text }: HttpReply): boolean {
  return text.trimStart().startsWith('<');
}

function failureText({ reason, detail }: TransportFailure): string {
  switch (reason) {
    case 'tls':
      return `its certificate was not accepted (${detail})`;
    case 'proxy-tls':
      return `the certificate of the proxy was not accepted (${detail})`;
    case 'client-certificate':
      return `it refused the TLS handshake (${detail})`;
    case 'aborted':
      return 'the time was over';
    case 'proxy':
    case 'proxy-down':
      return `the proxy did not connect (${detail})`;
    case 'too-large':
      return `it is larger than ${detail}`;
    default:
      return detail;
  }
}

/** The field of a reply that holds the token. Errors: IDENTITY_UNAVAILABLE, without anything that was sent. */
export function tokenField(service: TokenService, reply: HttpReply, field: string): string {
  let value: unknown;
  try {
    value = JSON.parse(reply.text);
  } catch {
    throw notFromService(service, isPage(reply) ? 'a web page (HTML), not JSON' : 'a reply that is not JSON');
  }
  const token: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
  if (typeof token === 'string' && token !== '') return token;
  throw notFromService(service, `JSON without "${field}"`);
}

export function notFromService({ name, url }: TokenService, what: string): SeguraError {
  return unavailable(
    `${name} (${url.host}) answered with ${what}.`,
    say`Check that no proxy or portal answers in place of ${url.host}.`,
    new OddReply(),
  );
}
