import {
  API_DIALECT_HAS_STRICT_IDENTIFIERS,
  CUSTODY_CONFLICT,
  DETAIL_NAMES_AUTOMATIC_CHANGE,
  INACTIVE_AUTHORIZATION_GETS_TOKEN,
  LONG_VALUES_FAIL_TO_ENCRYPT,
  PROVISION_IDENTITY_LIMITS_OLDER,
  RELEASE_CHANGES_AT_ONCE,
  type Refusal,
  VARIABLES_ARE_PENDING,
} from './assumptions.js';
import type { VaultData } from './data.js';
import { type Federation, type FederationOptions, settleFederation } from './federation-options.js';
import { sampleData } from './sample.js';

/**
 * Which generation of the vault's wire is spoken.
 *
 * `iso`: up to 3.32, everything under /iso. `api`: from 3.33, PAM under /api, DSM still under /iso, the token
 * endpoint under both. `coe`: only /iso/coe/senha reads passwords; custody release and DSM as in `iso`.
 * Source: docs.senhasegura.io v3-32 and v3-33 pages; the version map of third-party migration tools.
 */
export type Dialect = 'iso' | 'api' | 'coe';

export type TlsMode = 'valid' | 'wrong-host' | 'expired' | 'self-signed' | 'off';

export interface VaultOptions {
  /** Default 'iso'. */
  dialect?: Dialect;
  /** In dialect 'api', /iso/pam answers as well. Default true: the vendor's Ansible collection of 2025 uses nothing else. */
  isoPamKept?: boolean;
  /** GET /iso/sctm/secret exists (servers since 2024-11). Default true. */
  sctm?: boolean;
  /** GET /iso/dapp/application exists. Default true. */
  dapp?: boolean;
  /** GET /api/dsm/secret exists. Default false: it is known only from unofficial notes. */
  apiDsm?: boolean;
  /** Secrets past their expiration date are listed. Default false; the documents say that they are inactivated. */
  expiredSecretsAreListed?: boolean;
  /** Variables of CI/CD are approved at once, so that mapped ones become DSM secrets. Default false: pending review. */
  variablesApproved?: boolean;
  /** Up to 3.32, `identity` of a provision request chooses the secret. Default: see assumptions. */
  provisionChooses?: boolean;
  /** GET /api/v2/pam/credentials/{id} exists (servers since 4.2.2). Default false. */
  v2?: boolean;
  /** PAM detail replies lack `password` and `content`. Default false. */
  passwordless?: boolean;
  /** The reply for one credential has `automatic_change` where that is configured. Default: see assumptions. */
  detailNamesAutomaticChange?: boolean;
  /**
   * Rejects a new identifier of a credential outside `[A-Za-z0-9_.-]`, as 4.0 does. Default: in dialect 'api'. Source:
   * release notes of 4.0 (SSGR-3368).
   */
  strictIdentifiers?: boolean;
  /** Which form of /iso/coe/senha answers. Default 'path' in 'iso' and 'coe', 'none' in 'api'. */
  coe?: 'query' | 'path' | 'both' | 'none';
  /** Default 'valid': a leaf for 127.0.0.1, ::1 and localhost, signed by `caCertificate`. */
  tls?: TlsMode;
  /**
   * Whether TLS asks the client for a certificate; 'required' ends a handshake without one that `clientCa` signed.
   * Default 'off'.
   */
  clientCertificates?: 'off' | 'asked' | 'required';
  /** PEM of the CA of client certificates. Default: none, so that no certificate counts. */
  clientCa?: string;
  /** The subdomains of a vault of several tenants. Default none: it has one, and ignores the parameter `tenant`. */
  tenants?: readonly string[];
  /** Refuses an OAuth 1.0 timestamp that is further away from `now`. Default any is taken: no source says otherwise. */
  oauth1ClockSkewSeconds?: number;
  /** OAuth 1.0 requests without a signature are taken, as the page "Without OAuth" of 3.25 has them. Default false. */
  unsignedOAuth1?: boolean;
  /** A path before every route, such as '/vault'. */
  basePath?: string;
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 0: any free port. */
  port?: number;
  /** Default `sampleData()`. The vault changes it in place. */
  data?: VaultData;
  /** Default 3600. */
  tokenLifetimeSeconds?: number;
  /** Which client authentication the token endpoint takes. Default 'both'. */
  tokenAuth?: 'body' | 'basic' | 'both';
  /** Trusted issuers of identity tokens, and the exchanges that take them. Default: none, no source proves any. */
  federation?: FederationOptions;
  /** Whether a deactivated or expired authorization still gets a token. Default: see assumptions. */
  inactiveGetsToken?: boolean;
  /** What happens to an encrypted value that is longer than one RSA block. Default: see assumptions. */
  longEncryptedValues?: 'fail' | 'blocks';
  /** What a caller gets while another holds custody. Default: see assumptions. */
  custodyConflict?: Refusal;
  /** How long after a release the vault changes the password, where automatic change is configured; Infinity: never. Default: see assumptions. */
  changeAfterReleaseMs?: number;
  /** Milliseconds since 1970; every expiry is judged by it. Default `Date.now`. */
  now?: () => number;
}

export type Settings = Required<Omit<VaultOptions, 'federation'>> & { readonly federation: Federation };

/** The options with every default filled in. */
export function settle(options: VaultOptions): Settings {
  const dialect = options.dialect ?? 'iso';
  return {
    dialect,
    isoPamKept: options.isoPamKept ?? true,
    sctm: options.sctm ?? true,
    dapp: options.dapp ?? true,
    apiDsm: options.apiDsm ?? false,
    expiredSecretsAreListed: options.expiredSecretsAreListed ?? false,
    variablesApproved: options.variablesApproved ?? !VARIABLES_ARE_PENDING,
    provisionChooses: options.provisionChooses ?? PROVISION_IDENTITY_LIMITS_OLDER,
    v2: options.v2 ?? false,
    passwordless: options.passwordless ?? false,
    detailNamesAutomaticChange: options.detailNamesAutomaticChange ?? DETAIL_NAMES_AUTOMATIC_CHANGE,
    strictIdentifiers: options.strictIdentifiers ?? (API_DIALECT_HAS_STRICT_IDENTIFIERS && dialect === 'api'),
    coe: options.coe ?? (dialect === 'api' ? 'none' : 'path'),
    tls: options.tls ?? 'valid',
    clientCertificates: options.clientCertificates ?? 'off',
    clientCa: options.clientCa ?? '',
    tenants: options.tenants ?? [],
    oauth1ClockSkewSeconds: options.oauth1ClockSkewSeconds ?? Number.POSITIVE_INFINITY,
    unsignedOAuth1: options.unsignedOAuth1 ?? false,
    basePath: (options.basePath ?? '').replace(/\/+$/, ''),
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    data: options.data ?? sampleData(),
    tokenLifetimeSeconds: options.tokenLifetimeSeconds ?? 3_600,
    tokenAuth: options.tokenAuth ?? 'both',
    federation: settleFederation(options.federation),
    inactiveGetsToken: options.inactiveGetsToken ?? INACTIVE_AUTHORIZATION_GETS_TOKEN,
    longEncryptedValues: options.longEncryptedValues ?? (LONG_VALUES_FAIL_TO_ENCRYPT ? 'fail' : 'blocks'),
    custodyConflict: options.custodyConflict ?? CUSTODY_CONFLICT,
    changeAfterReleaseMs: options.changeAfterReleaseMs ?? (RELEASE_CHANGES_AT_ONCE ? 0 : 1_000),
    now: options.now ?? Date.now,
  };
}
