export interface Option {
  /** What stands for its value in help, such as `FILE`. Empty if it has none. */
  readonly value: string;
  readonly meaning: string;
  /** One letter, only for options that `dsm runb` has too. */
  readonly short?: string;
  /** Other names of the option. */
  readonly aliases?: readonly string[];
}

/** The options of a login and its TLS client certificate, beside the client id. */
export const LOGIN_OPTIONS = {
  'vault-url': {
    value: 'URL',
    meaning: 'the same as --url; without any other login it means --auth-method oidc',
  },
  'auth-method': {
    value: 'client-secret|oidc|oauth1|access-token',
    meaning: 'how to log in; inferred from the other settings',
  },
  'oidc-provider': {
    value: 'NAME',
    meaning:
      'where the identity token comes from: auto, github, azure-devops, gitlab, circleci, bitbucket, buildkite, gcp, azure-imds, file, env',
  },
  'oidc-token': {
    value: 'FILE|NAME',
    meaning: 'file of the identity token with --oidc-provider file, or its variable with env or gitlab',
  },
  'oidc-audience': { value: 'TEXT', meaning: 'audience of the identity token (origin of the vault)' },
  'oidc-exchange': {
    value: 'client-assertion|jwt-bearer|token-exchange',
    meaning: 'how the identity token is presented to the vault',
  },
  'oidc-assertion-type': { value: 'URN', meaning: 'client_assertion_type of the client assertion' },
  'token-endpoint': {
    value: 'PATH|URL',
    meaning: 'where to log in: a path below the URL of the vault, or an https URL of another host',
  },
  'client-certificate': {
    value: 'FILE',
    meaning: 'TLS client certificate: a PEM or PKCS#12 file, PEM text, or base64 of it',
  },
  'client-key': { value: 'FILE', meaning: 'private key of the TLS client certificate; a PEM file' },
  'consumer-key': { value: 'KEY', meaning: 'OAuth 1.0 consumer key' },
  'token-key': { value: 'KEY', meaning: 'OAuth 1.0 token key' },
  'decryption-key': {
    value: 'FILE',
    meaning: 'private key of an authorization that encrypts its values; a PEM file',
  },
  tenant: { value: 'NAME', meaning: 'tenant of the vault, sent with the login' },
  'unique-key': {
    value: 'KEY',
    meaning: 'unique key of the application, sent with the login and when --application is registered',
  },
} as const satisfies Readonly<Record<string, Option>>;
