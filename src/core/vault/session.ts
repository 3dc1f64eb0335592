import { SeguraError } from '../errors.js';
import type { Clock } from '../ports.js';
import type { Secret } from '../secret.js';
import { OddReply } from '../transport.js';
import type { Authorize } from './auth/authorize.js';
import type { ClientAuth } from './auth/client-auth.js';
import type { RefusedClient } from './errors/reply-error.js';
import type { Exchange } from './exchange.js';

const EXPIRY_MARGIN_SECONDS = 60;

export interface SessionParts {
  readonly exchange: Exchange;
  /** Where it logs in, if that is elsewhere. */
  readonly loginExchange?: Exchange | undefined;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly auth: ClientAuth;
  /** Called with each new token before anything else can see it. */
  readonly onToken: (token: Secret) => void;
}

/** The authorization of requests, obtained when it is first needed and again when it is stale. */
export class Session {
  readonly #parts: SessionParts;
  #authorize: Promise<Authorize> | undefined;
  #staleAtMs = Number.POSITIVE_INFINITY;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** Who logs in. */
  get clientId(): string {
    return this.#parts.auth.clientId;
  }

  /** What a rejection says about the rejected client. */
  get client(): RefusedClient {
    return this.#parts.auth;
  }

  /** The same session over other exchanges, with its current token, or its rejected login. */
  async over(exchange: Exchange, loginExchange?: Exchange): Promise<Session> {
    const next = new Session({ ...this.#parts, exchange, loginExchange });
    try {
      const authorize = await this.#authorize;
      if (authorize !== undefined) next.#authorize = Promise.resolve(authorize);
      next.#staleAtMs = this.#staleAtMs;
    } catch (error) {
      // Only the vault's own word is final; what broke on the way may go through over the other exchange.
      const isRejected = error instanceof SeguraError && error.code === 'TOKEN_REJECTED';
      if (isRejected && !(error.cause instanceof OddReply)) next.#authorize = this.#authorize;
    }
    return next;
  }

  /** Forgets the result of `authorize`, so that the next call logs in again. Does nothing if that has already happened. */
  forget(given: Promise<Authorize>): void {
    if (this.#authorize === given) this.#authorize = undefined;
  }

  /**
   * By a token with time left: 60 s, or half its life when that is under 120 s. One login however many callers wait.
   *
   * Errors: TOKEN_REJECTED, ACCESS_DENIED, REPLY_MALFORMED and those of Exchange. A rejection is kept: it is final.
   */
  authorize(): Promise<Authorize> {
    if (this.#authorize === undefined || this.#parts.clock.nowMs() >= this.#staleAtMs) {
      this.#staleAtMs = Number.POSITIVE_INFINITY;
      this.#authorize = this.#logIn();
    }
    return this.#authorize;
  }

  async #logIn(): Promise<Authorize> {
    const { auth, exchange, loginExchange = exchange, clock, onToken } = this.#parts;
    const requestedAtMs = clock.nowMs();
    const granted = await auth.logIn(loginExchange);
    if ('authorize' in granted) return granted.authorize;
    const { token, lifetimeSeconds } = granted;
    onToken(token);
    const marginSeconds =
      lifetimeSeconds < 2 * EXPIRY_MARGIN_SECONDS ? lifetimeSeconds / 2 : EXPIRY_MARGIN_SECONDS;
    this.#staleAtMs = requestedAtMs + (lifetimeSeconds - marginSeconds) * 1_000;
    return () => ({ authorization: `Bearer ${token.reveal()}` });
  }
}
