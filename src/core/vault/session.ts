import { SeguraError } from '../errors.js';
import type { Clock } from '../ports.js';
import type { Secret } from '../secret.js';
import type { ClientAuth } from './auth/client-auth.js';
import type { Exchange } from './exchange.js';

const EXPIRY_MARGIN_SECONDS = 60;

export interface SessionParts {
  readonly exchange: Exchange;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly auth: ClientAuth;
  /** Called with each new token before anything else can see it. */
  readonly onToken: (token: Secret) => void;
}

/** A bearer, asked for when it is first needed and again when it is stale. */
export class Session {
  readonly #parts: SessionParts;
  #token: Promise<Secret> | undefined;
  #staleAtMs = Number.POSITIVE_INFINITY;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** Who logs in. */
  get clientId(): string {
    return this.#parts.auth.clientId;
  }

  /** The same session over another exchange, with the token it has by now, or the refusal of one. */
  async over(exchange: Exchange): Promise<Session> {
    const next = new Session({ ...this.#parts, exchange });
    try {
      const token = await this.#token;
      if (token !== undefined) next.#token = Promise.resolve(token);
      next.#staleAtMs = this.#staleAtMs;
    } catch (error) {
      // Only the vault's own word is final; what broke on the way may go through over the other exchange.
      if (error instanceof SeguraError && error.code === 'TOKEN_REJECTED') next.#token = this.#token;
    }
    return next;
  }

  /**
   * A token with time left: 60 s, or half its life when that is under 120 s. One request however many callers wait.
   *
   * Errors: TOKEN_REJECTED, ACCESS_DENIED, REPLY_MALFORMED and those of Exchange. A refusal is kept: it is final.
   */
  bearer(): Promise<Secret> {
    if (this.#token === undefined || this.#parts.clock.nowMs() >= this.#staleAtMs) {
      this.#staleAtMs = Number.POSITIVE_INFINITY;
      this.#token = this.#request();
    }
    return this.#token;
  }

  async #request(): Promise<Secret> {
    const { auth, exchange, clock, onToken } = this.#parts;
    const requestedAtMs = clock.nowMs();
    const { token, lifetimeSeconds } = await auth.logIn(exchange);
    onToken(token);
    const marginSeconds =
      lifetimeSeconds < 2 * EXPIRY_MARGIN_SECONDS ? lifetimeSeconds / 2 : EXPIRY_MARGIN_SECONDS;
    this.#staleAtMs = requestedAtMs + (lifetimeSeconds - marginSeconds) * 1_000;
    return token;
  }
}
