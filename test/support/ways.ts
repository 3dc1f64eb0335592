import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startVault, type Vault, type VaultOptions } from '../vault/index.js';
import { tokenFor } from '../vault/raw-client.js';
import { type ClientCertificates, makeClientCertificates } from './client-certificates.js';
import { startGitHubTokenService } from './github-token-service.js';
import { GITHUB_ISSUER, githubClaims, type IdentityClaims } from './identity-claims.js';
import { type Issuer, startIssuer } from './issuer.js';
import type { TokenService } from './token-service.js';

/** Each way to log in, as a job of GitHub Actions uses it. */
export const WAYS = [
  'client-secret',
  'oidc client-assertion',
  'oidc jwt-bearer',
  'oidc token-exchange',
  'oauth1',
  'access-token',
  'client certificate',
  'client certificate and oidc',
  'encrypted values',
] as const;
export type Way = (typeof WAYS)[number];

/** A vault, and what a job needs to log in to it in one way. */
export interface OpenWay {
  readonly vault: Vault;
  /** Inputs of the login and the connection, without any request. */
  readonly inputs: Readonly<Record<string, string>>;
  /** What the runner sets for the job. */
  readonly env: Readonly<Record<string, string>>;
  /** Texts that must not show anywhere, besides those that the vault knows. */
  readonly secrets: readonly string[];
  readonly service: TokenService | undefined;
  /** All that no log and no left file may show: `secrets`, what the vault knows, what the token service gave and wants. */
  hidden(): string[];
  /** An identity token that the vault takes, for a surface that has it in a file or a variable; empty for other ways. */
  identityToken(expiresInSeconds?: number): Promise<string>;
  close(): Promise<void>;
}

/** What takes long to make, for jobs that can share it. */
export interface WayParts {
  readonly issuer: Issuer | undefined;
  readonly certificates: ClientCertificates | undefined;
  close(): Promise<void>;
}

export async function makeWayParts(way: Way, { issuerUrl }: Workload = GITHUB): Promise<WayParts> {
  const issuer = way.includes('oidc') ? await startIssuer({ issuerUrl }) : undefined;
  const hasCertificates = way.startsWith('client certificate');
  const folder = hasCertificates ? mkdtempSync(join(tmpdir(), 'segura-way-')) : undefined;
  return {
    issuer,
    certificates: folder === undefined ? undefined : makeClientCertificates(folder),
    close: async () => {
      if (folder !== undefined) rmSync(folder, { recursive: true });
      await issuer?.stop();
    },
  };
}

/** A CI system whose identity tokens a vault takes. */
export interface Workload {
  readonly issuerUrl: string;
  readonly subject: string;
  readonly audience: (vault: Vault) => string;
  readonly claims: (audience: string) => IdentityClaims;
  /** Undefined where the CI system puts the token into a variable. */
  readonly serve?: (issuer: Issuer) => Promise<WorkloadService>;
}

/** A token service, with what the CI system sets for a job: `secret` of it asks for a token. */
export interface WorkloadService extends TokenService {
  readonly environment: Readonly<Record<string, string>>;
  readonly secret: string;
}

const GITHUB: Workload = {
  issuerUrl: GITHUB_ISSUER,
  subject: 'repo:acme@1234/billing@5678:ref:refs/heads/main',
  audience: (vault) => new URL(vault.url).origin,
  claims: githubClaims,
  serve: async (issuer) => {
    const { environment, ...service } = await startGitHubTokenService({ issuer });
    const secret = environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
    return { ...service, environment: { ...environment }, secret };
  },
};

/** A shorter text stands in some log by chance. */
const TELLING_LENGTH = 8;

/** Opens a vault that takes one way only: the client secret is void where another login is meant. */
export async function openWay(
  way: Way,
  options: VaultOptions = {},
  shared?: WayParts,
  workload: Workload = GITHUB,
): Promise<OpenWay> {
  const parts = shared ?? (await makeWayParts(way, workload));
  const { issuer, certificates } = parts;
  const vault = await startVault({
    dialect: 'api',
    ...options,
    ...(issuer === undefined
      ? {}
      : { federation: { ...options.federation, ...federationOf(issuer, workload) } }),
    ...(certificates === undefined
      ? {}
      : { clientCertificates: 'required', clientCa: certificates.ca.content }),
  });
  const service = issuer === undefined ? undefined : await workload.serve?.(issuer);
  const base = { url: vault.url, 'ca-certificate': vault.caCertificate };
  const { inputs, secrets } = await loginOf(way, vault, certificates, workload);
  const claims = workload.claims(workload.audience(vault));
  return {
    vault,
    inputs: { ...base, ...inputs },
    env: service?.environment ?? {},
    secrets,
    service,
    hidden: () =>
      [...secrets, ...vault.secretValues(), service?.secret ?? '', ...(service?.issued ?? [])].filter(
        (each) => each.length >= TELLING_LENGTH,
      ),
    identityToken: async (expiresInSeconds = 600) =>
      (await issuer?.token(claims, { expiresInSeconds })) ?? '',
    close: async () => {
      await vault.close();
      await service?.stop();
      if (shared === undefined) await parts.close();
    },
  };
}

function federationOf(
  { jwksUrl, caCertificate }: Issuer,
  { issuerUrl: issuer }: Workload,
): NonNullable<VaultOptions['federation']> {
  return { issuers: [{ issuer, jwksUrl, caCertificate }] };
}

async function loginOf(
  way: Way,
  vault: Vault,
  certificates: ClientCertificates | undefined,
  { issuerUrl, subject, audience }: Workload,
): Promise<Pick<OpenWay, 'inputs' | 'secrets'>> {
  const ci = vault.authorization('ci');
  const { clientId, clientSecret } = vault.clients.ci;
  const secret = { 'client-id': clientId, 'client-secret': clientSecret };
  const certificate = certificateOf(certificates);
  if (certificates !== undefined) ci.certificateFingerprint = certificates.rsa.fingerprint256;
  if (way.includes('oidc')) {
    ci.federation = [{ issuer: issuerUrl, audiences: [audience(vault)], subject }];
    ci.clientSecret = '';
    const exchange = way.replace(/^.*oidc ?/, '') || 'client-assertion';
    const inputs = {
      'client-id': clientId,
      'auth-method': 'oidc',
      'oidc-exchange': exchange,
      ...certificate.inputs,
    };
    return { inputs, secrets: certificate.secrets };
  }
  switch (way) {
    case 'oauth1': {
      const keys = {
        consumerKey: 'consumer-4711',
        consumerSecret: "c0nsumer'secret&of=the/job",
        tokenKey: 'token-0815',
        tokenSecret: 't0ken"secret of%the+job',
      };
      ci.oauth1 = keys;
      ci.clientSecret = '';
      const inputs = {
        'consumer-key': keys.consumerKey,
        'consumer-secret': keys.consumerSecret,
        'token-key': keys.tokenKey,
        'token-secret': keys.tokenSecret,
      };
      return { inputs, secrets: [keys.consumerSecret, keys.tokenSecret] };
    }
    case 'access-token': {
      const token = await tokenFor(vault, vault.clients.ci);
      ci.clientSecret = '';
      return { inputs: { 'access-token': token }, secrets: [token] };
    }
    case 'encrypted values': {
      ci.encryption = true;
      const key = vault.privateKey('ci');
      return { inputs: { ...secret, 'decryption-key': key }, secrets: linesOf(key) };
    }
    default:
      return {
        inputs: { ...secret, ...certificate.inputs },
        secrets: [clientSecret, ...certificate.secrets],
      };
  }
}

function certificateOf(certificates: ClientCertificates | undefined): {
  inputs: Record<string, string>;
  secrets: readonly string[];
} {
  if (certificates === undefined) return { inputs: {}, secrets: [] };
  const key = certificates.keys.rsaPkcs8Encrypted.content;
  const inputs = {
    'client-certificate': certificates.rsa.certificate.content,
    'client-key': key,
    'client-key-passphrase': certificates.passphrase,
  };
  return { inputs, secrets: [certificates.passphrase, ...linesOf(key)] };
}

/** The lines of a PEM block that hold what is private. */
function linesOf(pem: string): string[] {
  return pem.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'));
}
