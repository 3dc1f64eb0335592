import type { Secret } from '../../secret.js';
import type { Connection } from '../connection/connection.js';
import type { TokenLimits, TokenWish } from './auth-parts.js';
import type { IdentitySettings } from './auth-settings.js';
import type { KeptGrants } from './client-auth.js';

/** Variables that lead to an identity token, by name. */
export type FoundVariables = Readonly<Record<string, string>>;

/** Where a job gets the identity token that it logs in with. */
export interface IdentitySource {
  /** What each step of the job has and no one else, for a login that has no such secret. */
  readonly jobSecret?: Secret | undefined;
  /** What vaults granted to this process by now. */
  readonly grants?: KeptGrants | undefined;
  /** A token, hidden before it is handed over. Errors: IDENTITY_UNAVAILABLE, INPUT_INVALID, CANCELLED, TIMED_OUT. */
  token(identity: WantedIdentity, limits: IdentityLimits): Promise<Secret>;
  /** The place in which it is found now, for whoever releases custody. Errors: those of `token` that need no network. */
  settle(identity: IdentitySettings): Promise<WantedIdentity>;
  /** Those CA certificates of the connection that vouched for a token service so far, as PEM. */
  authorities(): Promise<string>;
  /** The environment variables that hold the token, name its file, or are good for nothing but asking for it. */
  holders(identity: IdentitySettings): Promise<readonly string[]>;
}

/** Which token is asked for, with `found` in the place where main found it. */
export interface WantedIdentity extends IdentitySettings, TokenWish {
  readonly found?: FoundVariables | undefined;
}

/** What an identity token is asked for within. */
export interface IdentityLimits extends TokenLimits {
  /** To the vault: its proxy and CA certificates count for a token service too. */
  readonly connection: Connection;
  /** Called with the token, and its parts, before any of it can be shown. */
  readonly hide: (secret: Secret) => void;
}

/** A source that is made when it is first asked: most jobs log in without one. */
export function lateIdentity(
  open: () => Promise<IdentitySource>,
  jobSecret: Secret | undefined,
): IdentitySource {
  let opened: Promise<IdentitySource> | undefined;
  const source = (): Promise<IdentitySource> => {
    opened ??= open();
    return opened;
  };
  return {
    jobSecret,
    grants: new Map(),
    token: async (identity, limits) => (await source()).token(identity, limits),
    settle: async (identity) => (await source()).settle(identity),
    authorities: async () => (await opened)?.authorities() ?? '',
    holders: async (identity) => (await source()).holders(identity),
  };
}
