/** A module an authorization may use. Source: docs.senhasegura.io v3-32, "Authorized resources". */
export type Resource = 'PAM Core' | 'Application' | 'CI/CD' | 'Secret Management' | 'MySafe';

/** One item of a DSM secret: label → value; several labels per item, values text or null. */
export type Row = Record<string, string | null>;

export interface Application {
  id: number;
  name: string;
  description: string | null;
  tags: string[];
}

/** The four keys of OAuth 1.0. */
export interface OAuth1Keys {
  consumerKey: string;
  consumerSecret: string;
  tokenKey: string;
  tokenSecret: string;
}

/** What an identity token must have to speak as an authorization: all of it. */
export interface FederationRule {
  /** The `iss` of a trusted issuer. */
  issuer: string;
  /** One of them must be in `aud`. */
  audiences: string[];
  /** The whole `sub`, with `*` for any text. */
  subject: string;
  /** Further claims with their exact values; a claim that is a list must contain the value. */
  claims?: Record<string, string>;
}

export interface Authorization {
  id: number;
  /** How tests call it; never on the wire. */
  name: string;
  /** Of a vault of several tenants; absent: it is known to all of them. */
  tenant?: string;
  clientId: string;
  /** Empty: it has none, and no client secret opens it. */
  clientSecret: string;
  oauth1?: OAuth1Keys;
  /** Which identity tokens speak as it: any that meets one of these. */
  federation?: FederationRule[];
  /** The DSM application it belongs to. */
  applicationId?: number;
  system: string;
  environment: string;
  uniqueKey?: string;
  resources: Resource[];
  /** PAM resource permission. */
  permission: 'Read-only' | 'Read and write';
  /** "Enable creation of DSM applications?" */
  createsApplications: boolean;
  /** "Enable encryption of sensitive information" */
  encryption: boolean;
  /** '*' is any. */
  allowedIps: string[];
  /** Empty is any. */
  allowedReferers: string[];
  /** SHA-1 or SHA-256 of the TLS client certificate that it must come with, with or without colons. */
  certificateFingerprint?: string;
  active: boolean;
  /** Milliseconds since 1970. */
  expiresAt?: number;
  secretIds: number[];
  credentialIds: 'all' | number[];
}

export interface DsmSecret {
  id: number;
  name: string;
  identity: string;
  version: number;
  description: string;
  /** '' or 'YYYY-MM-DD HH:MM:SS'. */
  expirationDate: string;
  engine: string;
  /** An array of items, or the plain-object variant of the 3.32 provision reply. */
  data: Row[] | Row;
  /** Its provisioning profile: each request makes a user of its own. `ttlSeconds` undefined: until it is ended. */
  provisioning?: { readonly ttlSeconds: number | undefined };
}

/** Source: docs.senhasegura.io v3-32, How_to_create_a_credential_policy. */
export interface Policy {
  /** "Allow simultaneous viewing?" */
  simultaneousViewing: boolean;
  /** "Expiration time per query": a view schedules a change of the password that much later. */
  changeAfterViewSeconds?: number;
}

export interface Credential {
  id: number;
  identifier: string | null;
  username: string;
  hostname: string;
  ip: string;
  password: string;
  additional: string | null;
  domain: string;
  port: string;
  type: string;
  tags: string;
  active: boolean;
  /** Local wall-clock, 'YYYY-MM-DDTHH:MM:SS'. */
  expirationTime: string | null;
  policy: Policy;
  /** Automatic change is configured: a release of custody starts the change of the password. Default false. */
  automaticChange?: boolean;
  version: number;
  /** Passwords of earlier versions. */
  earlier: string[];
  viewedAt?: number;
  /** When its password was changed last, by the vault or by a request. */
  changedAt?: number;
  /** When the password changes, once a view has scheduled it. */
  changesAt?: number;
}

/** SSH keys share their numbers with credentials: both are items of one list. */
export interface SshKey {
  id: number;
  identifier: string | null;
  name: string;
  username: string;
  hostname: string;
  ip: string;
  privateKey: string;
  publicKey: string;
  passphrase: string | null;
  tags: string[];
  devices: { hostname: string; ip: string }[];
  expirationTime: string | null;
  active: boolean;
}

export interface Device {
  id: number;
  hostname: string;
  ip: string;
  type: string;
  model: string;
  vendor: string;
  site: string;
  domain?: string;
  connectivities?: string;
  remoteConfig?: string;
  tags?: string;
  active: boolean;
}

/** Protected information of PAM: a text, no custody. */
export interface Information {
  id: number;
  name: string;
  identifier: string | null;
  type: string | null;
  content: string;
  active: boolean;
}

/** What MySafe keeps, by the word of its path. */
export type SafeKind = 'password' | 'note' | 'secretapi';

/** An item of MySafe. */
export interface SafeItem {
  id: number;
  kind: SafeKind;
  /** Under the names of its requests. */
  fields: Record<string, string>;
  active: boolean;
  /** The ids of the access keys that may read it, and of those that may change it too. */
  viewers: number[];
  editors: number[];
  needsJustification?: boolean;
}

/** A key of DSM's encryption API. */
export interface EncryptionKey {
  id: number;
  name: string;
  description: string;
  /** Of each version: an update makes a new one. */
  algorithms: string[];
  /** As it was sent. */
  expirationDate: string;
  enabled: boolean;
}

/** What a CI job sent to POST /iso/cicd/variables. */
export interface PostedVariables {
  clientId: string;
  environment: string;
  mapping: string;
}

export interface VaultData {
  tenant: string;
  applications: Application[];
  authorizations: Authorization[];
  secrets: DsmSecret[];
  credentials: Credential[];
  keys: SshKey[];
  devices: Device[];
  domains: string[];
  information: Information[];
  safe: SafeItem[];
  encryptionKeys: EncryptionKey[];
  variables: PostedVariables[];
}
