import { randomBytes } from 'node:crypto';
import { NEW_TOKEN_ENDS_EARLIER } from './assumptions.js';

interface Issued {
  readonly clientId: string;
  readonly expiresAt: number;
}

/** Bearers: shaped like the documented JWT (claims of league/oauth2-server), random in their signature. */
export class Tokens {
  readonly #issued = new Map<string, Issued>();
  readonly #now: () => number;
  readonly #lifetimeSeconds: number;

  constructor(now: () => number, lifetimeSeconds: number) {
    this.#now = now;
    this.#lifetimeSeconds = lifetimeSeconds;
  }

  issue(
    clientId: string,
    lifetimeSeconds = this.#lifetimeSeconds,
  ): { token: string; expiresInSeconds: number } {
    const nowSeconds = Math.floor(this.#now() / 1_000);
    const jti = randomBytes(40).toString('hex');
    const claims = {
      aud: clientId,
      jti,
      iat: nowSeconds,
      nbf: nowSeconds,
      exp: nowSeconds + lifetimeSeconds,
      sub: '',
      scopes: [],
    };
    const token = [
      encode({ typ: 'JWT', alg: 'RS256', jti }),
      encode(claims),
      randomBytes(256).toString('base64url'),
    ].join('.');
    if (NEW_TOKEN_ENDS_EARLIER) this.#endAll(clientId);
    this.#issued.set(token, { clientId, expiresAt: this.#now() + lifetimeSeconds * 1_000 });
    return { token, expiresInSeconds: lifetimeSeconds };
  }

  /** The client a token was issued to, expired or not. */
  ownerOf(token: string): string | undefined {
    return this.#issued.get(token)?.clientId;
  }

  /** The client a token speaks for now. */
  validFor(token: string): string | undefined {
    const issued = this.#issued.get(token);
    return issued !== undefined && issued.expiresAt > this.#now() ? issued.clientId : undefined;
  }

  all(): string[] {
    return [...this.#issued.keys()];
  }

  #endAll(clientId: string): void {
    for (const [token, issued] of this.#issued) {
      if (issued.clientId === clientId) this.#issued.set(token, { clientId, expiresAt: this.#now() });
    }
  }
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
