import type { Secret } from '../../secret.js';
import type { Transport } from '../../transport.js';
import type { RefusedClient } from '../errors/reply-error.js';
import type { Exchange } from '../exchange.js';
import type { LoginParameters } from './auth-settings.js';
import type { Authorize } from './authorize.js';

/** What the vault lets a client in with: a token and how long it lives, or requests that are signed one by one. */
export type Grant =
  | { readonly token: Secret; readonly lifetimeSeconds: number }
  | { readonly authorize: Authorize };

/** What was granted last, by login. */
export type KeptGrants = Map<string, Grant>;

/** One way to log in. The session keeps what it grants; nothing else of the client knows how that came. */
export interface ClientAuth extends RefusedClient {
  /** Who logs in, as the log of the vault names it; empty where only the vault knows. */
  readonly clientId: string;
  /** What it logs in with, each with the user name that it goes with: none of it must be shown. */
  readonly secrets: readonly { readonly secret: Secret; readonly user?: string }[];
  /** What it sends beside that; absent where it makes no login. */
  readonly parameters?: LoginParameters | undefined;
  /** A transport that looks at the replies; absent where no reply says more than its answer. */
  watch?(transport: Transport): Transport;
  /** Asks the vault for a token. Errors: TOKEN_REJECTED, ACCESS_DENIED, REPLY_MALFORMED and those of Exchange. */
  logIn(exchange: Exchange): Promise<Grant>;
}
