import type { Audience, IdentityContext, IdentityProvider, IdentityToken } from './provider.js';

const EXPIRY_MARGIN_MS = 60_000;

/**
 * The identity tokens of one provider for one audience: asked for when the first is needed, and again only when the last
 * is about to expire.
 */
export class IdentityTokens {
  readonly #provider: IdentityProvider;
  readonly #audience: Audience;
  #asked: Promise<IdentityToken> | undefined;
  #staleAtMs = Number.POSITIVE_INFINITY;

  constructor(provider: IdentityProvider, audience: Audience) {
    this.#provider = provider;
    this.#audience = audience;
  }

  /**
   * A token with time left: 60 s, or half its life when that is under 120 s. One request however many callers wait. `isNew`:
   * not one that was asked for before.
   *
   * A token that does not say when it expires is not kept, nor is one that lies on this machine, nor a failure. Errors: those
   * of fetchToken.
   */
  token(context: IdentityContext, isNew = false): Promise<IdentityToken> {
    if (isNew || this.#asked === undefined || context.clock.nowMs() >= this.#staleAtMs) {
      this.#staleAtMs = Number.POSITIVE_INFINITY;
      this.#asked = this.#ask(context);
    }
    return this.#asked;
  }

  async #ask(context: IdentityContext): Promise<IdentityToken> {
    const askedAtMs = context.clock.nowMs();
    try {
      const token = await this.#provider.fetchToken(this.#audience, context);
      const leftMs = (token.expiresAtMs ?? 0) - askedAtMs;
      if (token.expiresAtMs === undefined || this.#provider.isLocal || leftMs <= 0) this.#asked = undefined;
      this.#staleAtMs = askedAtMs + leftMs - Math.min(EXPIRY_MARGIN_MS, leftMs / 2);
      return token;
    } catch (error) {
      this.#asked = undefined;
      throw error;
    }
  }
}
