import type { Secret } from '../../secret.js';
import type { Exchange } from '../exchange.js';

/** What the vault lets a client in with, and for how long. */
export interface Grant {
  readonly token: Secret;
  readonly lifetimeSeconds: number;
}

/** One way to log in. The session keeps what it grants; nothing else of the client knows how that came. */
export interface ClientAuth {
  /** Who logs in, as the log of the vault names it. */
  readonly clientId: string;
  /** What it logs in with, each with the user name that it goes with: none of it must be shown. */
  readonly secrets: readonly { readonly secret: Secret; readonly user?: string }[];
  /** Asks the vault for a token. Errors: TOKEN_REJECTED, ACCESS_DENIED, REPLY_MALFORMED and those of Exchange. */
  logIn(exchange: Exchange): Promise<Grant>;
}
