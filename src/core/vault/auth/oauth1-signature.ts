import type { Secret } from '../../secret.js';

/** The four keys of OAuth 1.0, as an authorization of the vault shows them. */
export interface OAuth1Keys {
  readonly consumerKey: string;
  readonly consumerSecret: Secret;
  readonly tokenKey: string;
  readonly tokenSecret: Secret;
}

export interface SignedRequest {
  readonly method: string;
  /** Absolute, with its query, as it is sent; no user name, no fragment. */
  readonly url: string;
  /** The fields of a form body; undefined for another body or none, which is not signed. */
  readonly form?: Iterable<Pair> | undefined;
}

/** What must be new for each try of a request. */
export interface Once {
  /** A text that no other request of the same second has. */
  readonly nonce: string;
  /** Unix time, in whole seconds. */
  readonly timestampSeconds: number;
}

type Pair = readonly [name: string, value: string];

/**
 * The `Authorization` header of a request that is signed with OAuth 1.0a and HMAC-SHA1.
 *
 * Shape: `OAuth oauth_nonce="…", …, oauth_signature="…"`, the parameters in the order of requests_oauthlib.
 * Source: RFC 5849 sections 3.4 and 3.5.1; docs.senhasegura.io v3-32, "OAuth 1.0", whose sample is that library.
 */
export function oauth1Header(
  request: SignedRequest,
  keys: OAuth1Keys,
  { nonce, timestampSeconds }: Once,
): string {
  const protocol: Pair[] = [
    ['oauth_nonce', nonce],
    ['oauth_timestamp', String(timestampSeconds)],
    ['oauth_version', '1.0'],
    ['oauth_signature_method', 'HMAC-SHA1'],
    ['oauth_consumer_key', keys.consumerKey],
    ['oauth_token', keys.tokenKey],
  ];
  // Not imported: it takes time to load, and most log in another way.
  const { createHmac } = process.getBuiltinModule('node:crypto');
  const key = `${encoded(keys.consumerSecret.reveal())}&${encoded(keys.tokenSecret.reveal())}`;
  const signature = createHmac('sha1', key).update(signatureBase(request, protocol)).digest('base64');
  const shown: readonly Pair[] = [...protocol, ['oauth_signature', signature]];
  return `OAuth ${shown.map(([name, value]) => `${name}="${encoded(value)}"`).join(', ')}`;
}

/**
 * The text that is signed: method, address without query, and all parameters, each encoded, with `&` between them.
 *
 * `protocol` are the `oauth_…` parameters but the signature. Source: RFC 5849 section 3.4.1.
 */
export function signatureBase({ method, url, form = [] }: SignedRequest, protocol: readonly Pair[]): string {
  const [, path = '', query = ''] = /^[a-z]+:\/\/[^/?#]*([^?#]*)\??([^#]*)/i.exec(url) ?? [];
  // The origin has the host in lower case and leaves out the default port. The path is signed as it is sent.
  const address = new URL(url).origin + (path || '/');
  const pairs = [...new URLSearchParams(query), ...form, ...protocol]
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .sort(([a, x], [b, y]) => order(a, b) || order(x, y))
    .map((pair) => pair.join('='));
  return [method.toUpperCase(), address, pairs.join('&')].map(encoded).join('&');
}

/** Encoded texts are ASCII, whose order by code units is that of their bytes. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** RFC 5849 section 3.6. What is not well-formed is sent as U+FFFD, and so it is signed as that. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
