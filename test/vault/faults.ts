/**
 * What goes wrong on request.
 *
 * Handled: `delayReply`, `resetAfter`, `truncated`, `encryptedValue`, `encryptionFailed`, `spoiledSecret` and `lateCustody` let the
 * vault do its work (custody is taken) and spoil the reply. All others answer in its place: nothing is taken,
 * unless `handled: true` is given with them.
 */
export type Fault =
  /** Waits before handling; a client that has gone by then is not served. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Handles at once and replies `ms` later. */
  | { readonly kind: 'delayReply'; readonly ms: number }
  /** Handles `ms` after arrival, also for a client that has gone. */
  | { readonly kind: 'lateCustody'; readonly ms: number }
  | { readonly kind: 'reset' }
  | { readonly kind: 'resetAfter' }
  /** 429; give one of the three ways to say when to come back, or none. */
  | {
      readonly kind: 'tooManyRequests';
      readonly retryAfterSeconds?: number;
      /** Milliseconds since 1970, sent as an HTTP date. */
      readonly retryAfterDate?: number;
      /** Seconds since 1970, sent as X-RateLimit-Reset. */
      readonly rateLimitReset?: number;
      readonly handled?: boolean;
    }
  /** A plain-text reply of that status, as a gateway sends. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly handled?: boolean;
    }
  /** 500 "You are not authorized to access this resource." */
  | { readonly kind: 'resourceNotAuthorized'; readonly handled?: boolean }
  /** 500 "Unexpected error" with its exception. */
  | { readonly kind: 'unexpectedError'; readonly handled?: boolean }
  /** 401 "Inactive authorization" */
  | { readonly kind: 'inactiveAuthorization'; readonly handled?: boolean }
  /** A business error in the v1 envelope; HTTP 400 unless another is given. */
  | {
      readonly kind: 'businessError';
      readonly code: number;
      readonly message?: string;
      readonly status?: number;
      readonly handled?: boolean;
    }
  | { readonly kind: 'html'; readonly status?: number; readonly handled?: boolean }
  /** Half of the JSON; `connection` also breaks the promised length. */
  | { readonly kind: 'truncated'; readonly cut?: 'body' | 'connection' }
  /** A JSON body above `bytes`, default 10 MiB. */
  | { readonly kind: 'oversize'; readonly bytes?: number; readonly handled?: boolean }
  | { readonly kind: 'notJson'; readonly handled?: boolean }
  /** JSON, but not the envelope; `body` default `[]`. */
  | { readonly kind: 'wrongShape'; readonly body?: unknown; readonly handled?: boolean }
  /** HTTP 200 whose envelope says `error: true`. */
  | {
      readonly kind: 'errorWith200';
      readonly message?: string;
      readonly code?: number;
      readonly handled?: boolean;
    }
  | {
      readonly kind: 'redirect';
      readonly location: string;
      readonly status?: number;
      readonly handled?: boolean;
    }
  | { readonly kind: 'ipNotAllowed'; readonly handled?: boolean }
  /** Sensitive values of the true reply come as base64 of RSA-OAEP-SHA1. */
  | { readonly kind: 'encryptedValue' }
  /** Sensitive values of the true reply are "An error occurred while encrypting the text". */
  | { readonly kind: 'encryptionFailed' }
  /** One secret of a true DSM listing comes with other members, as a vault that stored it badly would send it. */
  | { readonly kind: 'spoiledSecret'; readonly identity: string; readonly members: unknown }
  /** An error whose message repeats `secret`, default every secret that the request or its reply carries. */
  | { readonly kind: 'echoSecret'; readonly secret?: string; readonly status?: number }
  /** Anything else. */
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
      readonly handled?: boolean;
    };

export interface FaultMatch {
  readonly method?: string;
  /** Text matches the whole path, base path and query left out. */
  readonly path?: string | RegExp;
  readonly clientId?: string;
}

export interface FaultRule {
  /** Default: every request. */
  readonly match?: FaultMatch;
  /** How many requests it hits. Default 1; `Infinity` for all. */
  readonly times?: number;
  /** How many matching requests pass before it hits. Default 0. */
  readonly after?: number;
  readonly fault: Fault;
}

export interface FaultSubject {
  readonly method: string;
  readonly path: string;
  readonly clientId?: string | undefined;
}

/** The faults to come. Rules are tried in the order they were added; one request suffers one fault. */
export class Faults {
  readonly #rules: { rule: FaultRule; seen: number; hit: number }[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ rule, seen: 0, hit: 0 });
  }

  clear(): void {
    this.#rules.length = 0;
  }

  /** The fault this request suffers; it counts for each rule it matches up to the one that hits. */
  take(subject: FaultSubject): Fault | undefined {
    for (const entry of this.#rules) {
      if (!matches(entry.rule.match ?? {}, subject)) continue;
      if (entry.hit >= (entry.rule.times ?? 1)) continue;
      entry.seen += 1;
      if (entry.seen <= (entry.rule.after ?? 0)) continue;
      entry.hit += 1;
      return entry.rule.fault;
    }
    return undefined;
  }
}

function matches(match: FaultMatch, subject: FaultSubject): boolean {
  if (match.method !== undefined && match.method.toUpperCase() !== subject.method) return false;
  if (match.clientId !== undefined && match.clientId !== subject.clientId) return false;
  if (match.path === undefined) return true;
  if (typeof match.path === 'string') return match.path === subject.path;
  return new RegExp(match.path.source, match.path.flags.replace(/[gy]/g, '')).test(subject.path);
}
