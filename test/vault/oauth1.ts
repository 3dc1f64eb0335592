import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Authorization, OAuth1Keys, VaultData } from './data.js';
import type { Exchange } from './exchange.js';
import { formFields } from './fields.js';

/** The `oauth_…` parameters of a request, from its header or else its query; undefined when it has none. */
export function oauth1Parameters(exchange: Exchange): Map<string, string> | undefined {
  const header = /^OAuth\s+(.*)$/is.exec(exchange.headers.authorization ?? '')?.[1];
  if (header !== undefined) return headerParameters(header);
  if (!exchange.query.has('oauth_consumer_key')) return undefined;
  return new Map([...exchange.query].filter(([name]) => name.startsWith('oauth_')));
}

export function oauth1Authorization(
  data: VaultData,
  parameters: ReadonlyMap<string, string>,
): Authorization | undefined {
  return data.authorizations.find(
    ({ oauth1 }) =>
      oauth1 !== undefined &&
      oauth1.consumerKey === parameters.get('oauth_consumer_key') &&
      oauth1.tokenKey === parameters.get('oauth_token'),
  );
}

/**
 * Whether the signature is right: HMAC-SHA1 over the base string, or PLAINTEXT.
 * Source: RFC 5849 sections 3.4.1, 3.4.2, 3.4.4; HMAC-SHA1 in docs.senhasegura.io v3-32; PLAINTEXT in a
 * third-party client. Nonces are not checked, and timestamps only by option: no source says that the vault checks them.
 */
export function isSigned(
  exchange: Exchange,
  parameters: ReadonlyMap<string, string>,
  keys: OAuth1Keys,
  unsigned = false,
): boolean {
  if (unsigned && isUnsigned(parameters)) return true;
  const secret = `${encoded(keys.consumerSecret)}&${encoded(keys.tokenSecret)}`;
  const given = parameters.get('oauth_signature') ?? '';
  switch (parameters.get('oauth_signature_method')) {
    case 'HMAC-SHA1':
      return same(
        given,
        createHmac('sha1', secret).update(baseString(exchange, parameters)).digest('base64'),
      );
    case 'PLAINTEXT':
      return same(given, secret);
    default:
      return false;
  }
}

/**
 * The two keys without a signature, or with "-" in its place.
 * Source: helpcenter.senhasegura.io 3.25 requests-auth, "Without OAuth"; the "-" is of a third-party PHP client.
 */
function isUnsigned(parameters: ReadonlyMap<string, string>): boolean {
  return ['', '-'].includes(parameters.get('oauth_signature') ?? '');
}

/** Whether the timestamp is near enough; PLAINTEXT may leave it out. Source: RFC 5849 sections 3.1 and 3.3. */
export function isTimely(parameters: ReadonlyMap<string, string>, now: number, skewSeconds: number): boolean {
  const timestamp = parameters.get('oauth_timestamp');
  if (skewSeconds === Number.POSITIVE_INFINITY) return true;
  if (timestamp === undefined)
    return parameters.get('oauth_signature_method') === 'PLAINTEXT' || isUnsigned(parameters);
  return /^\d+$/.test(timestamp) && Math.abs(Number(timestamp) - now / 1_000) <= skewSeconds;
}

function baseString(exchange: Exchange, parameters: ReadonlyMap<string, string>): string {
  const pairs = [
    ...[...parameters].filter(([name]) => name !== 'oauth_signature' && name !== 'realm'),
    ...[...exchange.query].filter(([name]) => !parameters.has(name)),
    ...Object.entries(formFields(exchange)),
  ].map(([name, value]) => [encoded(name), encoded(value)] as const);
  pairs.sort(([a, x], [b, y]) => (a < b || (a === b && x < y) ? -1 : 1));
  const normalized = pairs.map(([name, value]) => `${name}=${value}`).join('&');
  return [exchange.method, withoutDefaultPort(exchange.signedUrl), normalized].map(encoded).join('&');
}

function withoutDefaultPort(url: string): string {
  return url.replace(/^(https:\/\/[^/]+):443(?=\/)/, '$1').replace(/^(http:\/\/[^/]+):80(?=\/)/, '$1');
}

function headerParameters(header: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of header.matchAll(/([A-Za-z_]+)="([^"]*)"/g)) {
    found.set(name, decoded(value));
  }
  return found;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** RFC 5849 section 3.6. */
function encoded(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
