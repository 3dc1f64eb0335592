import { request } from 'node:https';
import { fittingKeys, type Jwks, type Jwt } from './jwt.js';

/** Whose identity tokens the vault believes. */
export interface TrustedIssuer {
  /** The `iss` of its tokens, letter by letter. */
  readonly issuer: string;
  /** Its public keys, or else where they are: an https URL, with the PEM of the CA that signs its certificate. */
  readonly jwks?: Jwks;
  readonly jwksUrl?: string;
  readonly caCertificate?: string;
  /** SPIFFE: it speaks for `spiffe://<trustDomain>/…` also in tokens without `iss`. */
  readonly trustDomain?: string;
}

const FETCH_MS = 5_000;
const MAX_BYTES = 1_000_000;

/** The trusted issuers with their keys. Keys of a URL are fetched when a token names one that is not known. */
export class Issuers {
  readonly #trusted: readonly TrustedIssuer[];
  readonly #fetched = new Map<TrustedIssuer, Jwks>();
  readonly #underWay = new Map<TrustedIssuer, Promise<void>>();

  constructor(trusted: readonly TrustedIssuer[]) {
    this.#trusted = trusted;
  }

  /** Who says that it issued a token. `bySubject`: a token without `iss` belongs to the trust domain of its `sub`. */
  of({ claims }: Jwt, bySubject: boolean): TrustedIssuer | undefined {
    const { iss, sub } = claims;
    if (iss !== undefined || !bySubject) return this.#trusted.find(({ issuer }) => issuer === iss);
    const domain = /^spiffe:\/\/([^/]+)\//.exec(String(sub))?.[1];
    return this.#trusted.find(({ trustDomain }) => trustDomain !== undefined && trustDomain === domain);
  }

  /** Undefined when they are at a URL that was not fetched, or could not be. */
  keysOf(issuer: TrustedIssuer): Jwks | undefined {
    return issuer.jwks ?? this.#fetched.get(issuer);
  }

  /** Fetches the keys of an issuer when none that is known fits the token. Never rejects. */
  async prepare(issuer: TrustedIssuer, token: Jwt): Promise<void> {
    const known = this.keysOf(issuer);
    if (issuer.jwksUrl === undefined || (known !== undefined && fittingKeys(token, known).length > 0)) return;
    const fetching = this.#underWay.get(issuer) ?? this.#fetch(issuer, issuer.jwksUrl);
    this.#underWay.set(issuer, fetching);
    await fetching;
    this.#underWay.delete(issuer);
  }

  async #fetch(issuer: TrustedIssuer, url: string): Promise<void> {
    try {
      const read: unknown = JSON.parse(await body(url, issuer.caCertificate));
      if (isJwks(read)) this.#fetched.set(issuer, read);
    } catch {
      // Without keys, the token is rejected for a separate reason.
    }
  }
}

function isJwks(read: unknown): read is Jwks {
  return typeof read === 'object' && read !== null && 'keys' in read && Array.isArray(read.keys);
}

function body(url: string, ca: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const trust = ca === undefined ? {} : { ca };
    const asked = request(url, { ...trust, agent: false, timeout: FETCH_MS }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_BYTES) asked.destroy(new Error('The key set is too large.'));
        chunks.push(chunk);
      });
      response.once('error', reject);
      response.once('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'));
        else reject(new Error(`The key set answers with HTTP ${response.statusCode}.`));
      });
    });
    asked.once('timeout', () => asked.destroy(new Error('The key set does not answer.')));
    asked.once('error', reject);
    asked.end();
  });
}
