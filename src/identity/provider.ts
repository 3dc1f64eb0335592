import type { Clock, Log } from '../core/ports.js';
import type { Secret } from '../core/secret.js';
import type { Claims } from '../core/tokens/jwt.js';
import type { SendTo } from '../core/transport.js';
import type { IdentityProviderName as WantedProviderName } from '../core/vault/auth/auth-settings.js';

/** Where a CI system or a cloud gives a workload its token. */
export type IdentityProviderName = Exclude<WantedProviderName, 'auto'>;

/** Whom a token is meant for. */
export interface Audience {
  readonly value: string;
  /** The user chose it: a token for another audience is then rejected before it is sent. Else it is only reported. */
  readonly isChosen: boolean;
}

export interface IdentityToken {
  readonly token: Secret;
  /** Undefined for a token that is not a JWT: it cannot be read here, and only the vault can check it. */
  readonly claims: Claims | undefined;
  /** Since 1970; undefined where the token does not say. */
  readonly expiresAtMs: number | undefined;
}

export interface IdentityProvider {
  /** `given`: the token itself is what was set. */
  readonly name: IdentityProviderName | 'given';
  /** Free to read, and may be renewed at any time without notice: read at each use, never kept. */
  readonly isLocal: boolean;
  /**
   * A token, which has been hidden, and checked as far as it can be.
   *
   * Errors: IDENTITY_UNAVAILABLE, INPUT_INVALID, INPUT_MISSING, CANCELLED.
   */
  fetchToken(audience: Audience, context: IdentityContext): Promise<IdentityToken>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Runs a program to its end. Throws what the system says when it cannot be started, or is stopped by `signal`. */
export type RunProgram = (
  program: string,
  args: readonly string[],
  signal: AbortSignal,
) => Promise<{ readonly status: number | undefined; readonly stdout: string }>;

/** What a provider may use. */
export interface IdentityContext {
  readonly environment: Environment;
  readonly send: SendTo;
  readonly run: RunProgram;
  /** The text of a file that a user named, by the rules of the surface. Throws what the system says. */
  readonly readFile: (path: string) => string | Promise<string>;
  readonly clock: Clock;
  readonly log: Log;
  /** Custody depends on it: a token that has expired by this clock, or is for another audience, is handed over too. */
  readonly isForRelease?: boolean;
  /** How long it may take, and what ends it. */
  readonly limits: IdentityLimits;
  /** The fork that a pull request comes from, as in `the fork acme/shop`; undefined for any other event. */
  readonly fork?: (() => string | undefined) | undefined;
  /** Called with each token, each part of one and each request token before anything else can see it. */
  readonly hide: (secret: Secret) => void;
}

export interface IdentityLimits {
  /** For one request or program. */
  readonly timeoutMs: number;
  /** No request and no wait goes past it. */
  readonly deadlineAtMs: number;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
}
