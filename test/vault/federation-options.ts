import { FEDERATION_EXCHANGES, FEDERATION_LEEWAY_SECONDS } from './assumptions.js';
import type { TrustedIssuer } from './issuers.js';

/** RFC 7523 section 2.2, RFC 7523 section 2.1, RFC 8693. */
export type ExchangeName = (typeof FEDERATION_EXCHANGES)[number];

export interface FederationOptions {
  issuers: readonly TrustedIssuer[];
  /** Default all three. */
  exchanges?: readonly ExchangeName[];
  /** How far clocks may differ. Default: see assumptions. */
  leewaySeconds?: number;
  /** Whether a token with a `jti` is taken once only. Default false. Source: RFC 7523 section 3, point 7. */
  jtiOnce?: boolean;
}

export type Federation = Required<FederationOptions>;

/** By default, no issuer is trusted and no exchange is known. */
export function settleFederation(options: FederationOptions | undefined): Federation {
  return {
    issuers: options?.issuers ?? [],
    exchanges: options?.exchanges ?? (options === undefined ? [] : FEDERATION_EXCHANGES),
    leewaySeconds: options?.leewaySeconds ?? FEDERATION_LEEWAY_SECONDS,
    jtiOnce: options?.jtiOnce ?? false,
  };
}
