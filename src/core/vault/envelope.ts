import { CUSTODY_HELD_MESSAGE } from '../assumptions.js';
import { SeguraError } from '../errors.js';
import { option, say } from '../text.js';
import { type HttpReply, OddReply } from '../transport.js';
import { certificatePageError } from './errors/certificate-error.js';
import type { Trace } from './errors/trace.js';
import { isObject, type JsonObject, malformed } from './json.js';

/** The meaning of a rejection, if it contains a documented text. The text itself is never passed on. */
export type RefusalKind =
  | 'no-route'
  | 'resource-not-authorized'
  | 'inactive-authorization'
  | 'authentication-failed'
  | 'ip-not-allowed'
  | 'failure'
  | 'custody';

export type ReplyResult =
  | { readonly ok: true; readonly body: JsonObject }
  | {
      readonly ok: false;
      readonly status: number;
      /** `response.status` of the body, which can differ from the status of the reply. */
      readonly bodyStatus: number | undefined;
      /** Business code such as 1007. */
      readonly code: number | undefined;
      readonly says: RefusalKind | undefined;
      readonly trace: Trace;
    };

export type RejectedReply = Extract<ReplyResult, { ok: false }>;

/** Documented texts, in either language. Source: protocol.md sections 1, 2 and 12. */
const TEXTS: readonly (readonly [RefusalKind, RegExp])[] = [
  ['no-route', /no route matched|resource sub not found/i],
  ['resource-not-authorized', /not authorized to access this resource/i],
  ['inactive-authorization', /inactive authorization/i],
  ['authentication-failed', /client authentication failed|invalid signature|invalid_client/i],
  ['ip-not-allowed', /ip not allowed/i],
  ['failure', /unexpected error|request timed out/i],
];

/** Code of "The credential is not in the user custody", the only documented rejection about custody. */
export const NOT_IN_CUSTODY = 1018;

/**
 * A classified reply: its body, or what it rejects and why. The only place that knows `response.error`, its Portuguese
 * twins and `exception.code`.
 *
 * Errors: REPLY_MALFORMED for a success that is not a JSON object, REDIRECTED, CLIENT_CERTIFICATE_REJECTED.
 * Source: docs.senhasegura.io v3-32 and v3-33, "Return codes"; protocol.md section 2.
 */
export function readReply(reply: HttpReply & Pick<Trace, 'atMs'>, endpoint: string): ReplyResult {
  const { status, text } = reply;
  if (status >= 300 && status < 400) throw redirected(reply, endpoint);
  const body = parse(text);
  if (body === undefined) {
    const problem = certificatePageError(reply, endpoint);
    if (problem !== undefined) throw problem;
  }
  if (status >= 200 && status < 300) {
    if (status === 204 && text === '') return { ok: true, body: {} };
    if (body === undefined) throw malformed(endpoint, `the reply (HTTP ${status}) is ${kindOfBody(reply)}`);
    if (!isRefusal(body)) return { ok: true, body };
  }
  const trace = { atMs: reply.atMs, requestId: reply.headers['x-request-id'] };
  return { ok: false, status, bodyStatus: bodyStatus(body?.['response']), ...readRefusal(body ?? {}), trace };
}

function bodyStatus(response: unknown): number | undefined {
  const status = isObject(response) ? Number(response['status'] ?? Number.NaN) : Number.NaN;
  return Number.isInteger(status) && status > 0 ? status : undefined;
}

/**
 * True for a failure of the vault that a retry will not fix: it carries a business code or a documented text. Who
 * is persistent hopes that "Unexpected error" passes.
 */
export function isFinalFailure(reply: HttpReply, isPersistent = false): boolean {
  if (reply.status !== 500) return false;
  const { code, says } = readRefusal(parse(reply.text) ?? {});
  const isPassing = says === 'failure' || (says === undefined && code !== undefined && code < 1_000);
  return isPersistent && isPassing ? false : code !== undefined || says !== undefined;
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRefusal(body: JsonObject): boolean {
  const response = isObject(body['response']) ? body['response'] : {};
  if ((bodyStatus(response) ?? 200) >= 400) return true;
  const flags = [response['error'], response['erro'], body['error']];
  return flags.some(
    (flag) =>
      flag === true ||
      flag === 1 ||
      flag === '1' ||
      flag === 'true' ||
      (typeof flag === 'string' && flag !== '' && flag !== '0' && flag !== 'false'),
  );
}

function readRefusal(body: JsonObject): { code: number | undefined; says: RefusalKind | undefined } {
  const response = isObject(body['response']) ? body['response'] : {};
  const exception = isObject(body['exception']) ? body['exception'] : {};
  const texts = [
    exception['message'],
    response['message'],
    response['Message'],
    response['mensagem'],
    body['message'],
    body['error'],
    body['error_description'],
  ].filter((text) => typeof text === 'string');
  const code =
    businessCode(exception['code']) ??
    texts.map((text) => businessCode(/^\s*(\d{4})\s*:/.exec(text)?.[1])).find((found) => found !== undefined);
  const known = TEXTS.find(([, pattern]) => texts.some((text) => pattern.test(text)))?.[0];
  const custody = code !== NOT_IN_CUSTODY && texts.some((text) => CUSTODY_HELD_MESSAGE.test(text));
  return { code, says: known ?? (custody ? 'custody' : undefined) };
}

function businessCode(value: unknown): number | undefined {
  const code = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value;
  return typeof code === 'number' && Number.isInteger(code) && code > 0 ? code : undefined;
}

function kindOfBody(reply: HttpReply): string {
  const start = reply.text.trimStart().slice(0, 100).toLowerCase();
  if (reply.text.trim() === '') return 'empty';
  if (start.startsWith('<') || /html/i.test(reply.headers['content-type'] ?? ''))
    return 'a web page (HTML), not JSON';
  if (start.startsWith('{') || start.startsWith('[')) return 'incomplete or damaged JSON, or not an object';
  return 'not JSON';
}

function redirected(reply: HttpReply, endpoint: string): SeguraError {
  const location = reply.headers['location'] ?? '';
  const target = URL.canParse(location) ? new URL(location).hostname : undefined;
  return new SeguraError(
    'REDIRECTED',
    `${endpoint}: the vault answered with a redirect (HTTP ${reply.status})${target === undefined ? '' : ` to the host ${target}`}. It is not followed, because its target would receive the credentials.`,
    say`Set ${option.url} to the address that the vault itself answers at.`,
    { cause: new OddReply() },
  );
}

/** As options of an error: its cause, if the rejection contains no documented text of the vault. */
export function oddIn({ code, says }: RejectedReply): { readonly cause?: OddReply } {
  const isWord = says === undefined ? code !== undefined && code >= 1_000 : says !== 'failure';
  return isWord ? {} : { cause: new OddReply() };
}

/** The statuses of a server that has not carried out the request: no login, no such path or method, too many requests. */
const BEFORE_ANY_WORK = [401, 404, 405, 410, 429];

/**
 * A rejection that surely took nothing: the vault's own word, by its code or a documented text. A gateway's failure on the
 * way is none, nor is a filter's (a read was carried out, and its reply with the password was blocked as 403), nor a
 * failure of the vault midway, nor an error inside a success, which no document explains.
 */
export function tookNothing({ status, code, says }: RejectedReply): boolean {
  if (status < 400 || says === 'failure') return false;
  return says !== undefined || (code !== undefined && code >= 1_000) || BEFORE_ANY_WORK.includes(status);
}
