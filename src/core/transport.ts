export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path below the vault's base URL, with a leading slash and its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Transport {
  /** One request, one reply; a TransportFailure when there is none. Follows no redirect, and never retries. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpReply>;
  /** Those of the connection's CA certificates that vouched for a peer, as PEM, while its line is up. */
  authorities?(): string;
  /** Closes every connection at once. */
  close(): Promise<void>;
}

/** A request to a full URL, for addresses that are not below the base URL of the vault. */
export type HttpRequestTo = Omit<HttpRequest, 'path'>;

/**
 * One request to any address, over its own connection; otherwise like `send` of a Transport.
 *
 * Only https, or http to loopback and to the metadata services of clouds; TLS is always verified.
 */
export type SendTo = (url: URL, request: HttpRequestTo, signal: AbortSignal) => Promise<HttpReply>;

/**
 * `proxy`: it rejected the connection. `proxy-down`: it cannot be reached. `proxy-tls`: its own certificate, not the vault's.
 * `client-certificate`: the vault asks for one or rejects this one, and says so; or this one cannot be used.
 */
export type FailureReason =
  | 'unreachable'
  | 'broken'
  | 'tls'
  | 'client-certificate'
  | 'proxy'
  | 'proxy-down'
  | 'proxy-tls'
  | 'aborted'
  | 'too-large'
  | 'encoding'
  | 'unknown';

/** Why there was no reply. `detail` is a code of the system or a library, never text of a peer. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  readonly reason: FailureReason;
  /** True when the request certainly never reached the vault. */
  readonly neverSent: boolean;
  readonly detail: string;
  /** Undefined where no line to a vault is involved. */
  readonly route: Route | undefined;

  constructor(reason: FailureReason, neverSent: boolean, detail: string, route?: Route) {
    super(`${reason} (${detail})`);
    this.reason = reason;
    this.neverSent = neverSent;
    this.detail = detail;
    this.route = route;
  }
}

/** How the vault is reached, as host and port of each end: `vault.example.com:443`. No user, no password, no path. */
export interface Route {
  readonly vault: string;
  readonly proxy: string | undefined;
  /** Whether the client certificate was shown only, or a reply came after it; undefined where there is none. */
  readonly certificate?: 'shown' | 'accepted';
}

/** The end of a route, and through which proxy; `fallback` where no route is known. */
export function routeText(route: Route | undefined, fallback: string): string {
  if (route === undefined) return fallback;
  return route.proxy === undefined ? route.vault : `${route.vault} through the proxy ${route.proxy}`;
}

export function proxyText(route: Route | undefined): string {
  return route?.proxy === undefined ? 'the proxy' : `the proxy ${route.proxy}`;
}

export function vaultText(route: Route | undefined): string {
  return route?.vault ?? 'the vault';
}

/**
 * The cause of an error whose reply holds no word of who was asked: a filter, a gateway or a portal answered, or half of it
 * came. Another try may end otherwise.
 */
export class OddReply extends Error {
  override readonly name = 'OddReply';
}
