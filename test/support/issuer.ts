import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OAuth2Server } from 'oauth2-mock-server';
import { issueCertificates } from '../vault/certificate.js';

type Claims = Readonly<Record<string, unknown>>;
type Algorithm = 'RS256' | 'ES256' | 'EdDSA';

interface TokenOptions {
  /** Default 600; negative for a token that has expired. */
  readonly expiresInSeconds?: number;
  /** Default: the newest key. */
  readonly kid?: string;
}

export interface Issuer {
  /** The `iss` of its tokens. */
  readonly issuerUrl: string;
  readonly jwksUrl: string;
  /** Public keys, as `jwksUrl` has them now. */
  readonly jwks: { readonly keys: readonly Claims[] };
  /** PEM of the CA that signs the endpoint's certificate; empty text without TLS. */
  readonly caCertificate: string;
  /** An identity token with `iss`, `iat`, `nbf`, `exp`, and these claims; a claim that is undefined is left out. */
  token(claims: Claims, options?: TokenOptions): Promise<string>;
  /** A further key with which later tokens are signed; gives its `kid`. */
  addKey(algorithm: Algorithm): Promise<string>;
  stop(): Promise<void>;
}

interface IssuerOptions {
  /** Default true. */
  readonly tls?: boolean;
  readonly algorithm?: Algorithm;
  /** The `iss` of a real platform, in place of this server's own address. */
  readonly issuerUrl?: string;
}

/** An OpenID Connect issuer on loopback, by the library oauth2-mock-server: discovery and keys over TLS. */
export async function startIssuer(options: IssuerOptions = {}): Promise<Issuer> {
  const { tls = true, algorithm = 'RS256' } = options;
  const { server, caCertificate } = tls ? secure() : { server: new OAuth2Server(), caCertificate: '' };
  let newest = (await server.issuer.keys.generate(algorithm)).kid;
  await server.start(0, '127.0.0.1');
  const ownUrl = server.issuer.url ?? '';
  if (options.issuerUrl !== undefined) server.issuer.url = options.issuerUrl;
  return {
    issuerUrl: options.issuerUrl ?? ownUrl,
    jwksUrl: `${ownUrl}/jwks`,
    get jwks() {
      return { keys: server.issuer.keys.toJSON() };
    },
    caCertificate,
    token: (claims, { expiresInSeconds = 600, kid = newest } = {}) =>
      server.issuer.buildToken({
        kid,
        expiresIn: expiresInSeconds,
        scopesOrTransform: (_header, payload) => Object.assign(payload, claims),
      }),
    addKey: async (added) => {
      newest = (await server.issuer.keys.generate(added)).kid;
      return newest;
    },
    stop: () => server.stop(),
  };
}

function secure(): { server: OAuth2Server; caCertificate: string } {
  const { ca, chain, key } = issueCertificates('valid', '127.0.0.1');
  const folder = mkdtempSync(join(tmpdir(), 'issuer-'));
  try {
    // The library takes paths, and reads them at once.
    const [keyFile, chainFile] = [join(folder, 'key.pem'), join(folder, 'chain.pem')];
    writeFileSync(keyFile, key, { mode: 0o600 });
    writeFileSync(chainFile, chain);
    return { server: new OAuth2Server(keyFile, chainFile), caCertificate: ca };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
