import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';

/** A public key as an issuer publishes it. Source: RFC 7517 section 4. */
export interface Jwk extends JsonWebKey {
  readonly kid?: string;
  readonly alg?: string;
  readonly use?: string;
}

export interface Jwks {
  readonly keys: readonly Jwk[];
}

export interface Jwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What is signed, and the signature. */
  readonly signed: string;
  readonly signature: Buffer;
}

/** A token in its three parts; undefined when it is none. Nothing is verified. Source: RFC 7515 section 3.1. */
export function readJwt(token: string): Jwt | undefined {
  const [header, claims, signature, ...rest] = token.split('.');
  if (header === undefined || claims === undefined || signature === undefined || rest.length > 0) {
    return undefined;
  }
  if (![header, claims, signature].every((part) => /^[A-Za-z0-9_-]*$/.test(part))) return undefined;
  const [readHeader, readClaims] = [object(header), object(claims)];
  if (readHeader === undefined || readClaims === undefined) return undefined;
  return {
    header: readHeader,
    claims: readClaims,
    signed: `${header}.${claims}`,
    signature: Buffer.from(signature, 'base64url'),
  };
}

/** Algorithms by the kind of key that they take. `none` and the HMACs, whose key would be public, are not here. */
const ALGORITHMS: Readonly<Record<string, { kty: string; crv?: string; digest: string | null }>> = {
  RS256: { kty: 'RSA', digest: 'sha256' },
  ES256: { kty: 'EC', crv: 'P-256', digest: 'sha256' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', digest: null },
};

export function isKnownAlgorithm({ header }: Jwt): boolean {
  // A header that must be understood is not. Source: RFC 7515 section 4.1.11.
  return Object.hasOwn(ALGORITHMS, String(header['alg'])) && header['crit'] === undefined;
}

/** The keys with which this token can be signed: of its `kid` when it names one, and of its algorithm's kind. */
export function fittingKeys({ header }: Jwt, { keys }: Jwks): Jwk[] {
  const alg = String(header['alg']);
  const kind = ALGORITHMS[alg];
  return keys.filter(
    (key) =>
      key.kty === kind?.kty &&
      (kind?.crv === undefined || key.crv === kind.crv) &&
      (key.alg === undefined || key.alg === alg) &&
      (key.use === undefined || key.use === 'sig') &&
      (header['kid'] === undefined || key.kid === header['kid']),
  );
}

/** Source: RFC 7518 sections 3.3 and 3.4, RFC 8037 section 3.1. */
export function isSignedBy({ header, signed, signature }: Jwt, jwk: Jwk): boolean {
  const kind = ALGORITHMS[String(header['alg'])];
  const key = publicKey(jwk);
  if (kind === undefined || key === undefined) return false;
  return verify(kind.digest, Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, signature);
}

function publicKey(key: Jwk): KeyObject | undefined {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function object(part: string): Record<string, unknown> | undefined {
  try {
    const read: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof read === 'object' && read !== null && !Array.isArray(read)
      ? (read as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
