/**
 * The variables by which post finds the provider of main again: an address, or which of several identities; never a token.
 * For all other providers a state carries none.
 */
export const LEADING_VARIABLES: Readonly<Record<string, readonly string[]>> = {
  github: ['ACTIONS_ID_TOKEN_REQUEST_URL'],
  'azure-devops': ['SYSTEM_OIDCREQUESTURI'],
  gcp: ['GCE_METADATA_HOST'],
  'azure-imds': ['AZURE_POD_IDENTITY_AUTHORITY_HOST', 'AZURE_CLIENT_ID'],
};
