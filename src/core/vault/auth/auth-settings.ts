import type { IDENTITY_EXCHANGES } from '../../assumptions.js';
import type { Secret } from '../../secret.js';
import type { OAuth1Keys } from './oauth1-signature.js';

export const AUTH_METHODS = ['client-secret', 'oidc', 'oauth1', 'access-token'] as const;
export type AuthMethod = (typeof AUTH_METHODS)[number];

/** Where an identity token comes from. */
export const IDENTITY_PROVIDERS = [
  'auto',
  'github',
  'azure-devops',
  'gitlab',
  'circleci',
  'bitbucket',
  'buildkite',
  'gcp',
  'azure-imds',
  'file',
  'env',
] as const;
export type IdentityProviderName = (typeof IDENTITY_PROVIDERS)[number];

export type IdentityExchange = keyof typeof IDENTITY_EXCHANGES;

/** Source: RFC 7523 section 2.2. */
export const DEFAULT_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** What is sent with a login, whichever it is; empty where it is left out. */
export interface LoginParameters {
  /** A path below the vault's URL, or an https URL of another host. */
  readonly tokenEndpoint: string;
  readonly tenant: string;
  readonly uniqueKey: string;
}

export const NO_PARAMETERS: LoginParameters = { tokenEndpoint: '', tenant: '', uniqueKey: '' };

/** Which identity token is asked for. */
export interface IdentitySettings {
  readonly provider: IdentityProviderName;
  /** The token itself; a path with `file`, the name of a variable with `env`. */
  readonly token: Secret;
  readonly audience: string;
}

/** How a job logs in. */
export type AuthSettings =
  | {
      readonly method: 'client-secret';
      readonly clientId: string;
      readonly clientSecret: Secret;
      readonly parameters: LoginParameters;
    }
  | {
      readonly method: 'oidc';
      /** Empty where the vault knows the client by the token. */
      readonly clientId: string;
      readonly identity: IdentitySettings;
      readonly exchange: IdentityExchange;
      readonly assertionType: string;
      readonly parameters: LoginParameters;
    }
  | { readonly method: 'oauth1'; readonly keys: OAuth1Keys; readonly uniqueKey?: string }
  | { readonly method: 'access-token'; readonly token: Secret; readonly uniqueKey?: string };

/** Who logs in, as far as the settings say it. */
export function clientIdOf(auth: AuthSettings): string {
  switch (auth.method) {
    case 'client-secret':
    case 'oidc':
      return auth.clientId;
    case 'oauth1':
      return auth.keys.consumerKey;
    case 'access-token':
      return '';
  }
}

/** With `file` and `env` it says where the token is; with `gitlab` either. */
function saysWhere({ provider, token }: IdentitySettings): boolean {
  return (
    ['file', 'env'].includes(provider) || (provider === 'gitlab' && /^[A-Za-z_]\w*$/.test(token.reveal()))
  );
}

/** What of the settings must never be shown. */
export function secretsOf(auth: AuthSettings): readonly Secret[] {
  switch (auth.method) {
    case 'client-secret':
      return [auth.clientSecret];
    case 'oidc':
      return saysWhere(auth.identity) ? [] : [auth.identity.token];
    case 'oauth1':
      return [auth.keys.consumerSecret, auth.keys.tokenSecret];
    case 'access-token':
      return [auth.token];
  }
}

/**
 * What the state and the account of a job are sealed with: a secret that each run of the job has and no one else.
 * Undefined for a login by tokens, each of which is another one.
 */
export function sealKeyOf(auth: AuthSettings): Secret | undefined {
  if (auth.method === 'client-secret') return auth.clientSecret;
  return auth.method === 'oauth1' ? auth.keys.tokenSecret : undefined;
}
