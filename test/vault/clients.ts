import type { Authorization, OAuth1Keys, VaultData } from './data.js';
import { rowsOf } from './leaks.js';

/** What a client is given to speak as one authorization. */
export interface ClientKeys {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly oauth1?: OAuth1Keys;
}

export function namedAuthorization(data: VaultData, name: string): Authorization {
  const found = data.authorizations.find((authorization) => authorization.name === name);
  if (found === undefined) throw new Error(`The vault's data has no authorization named "${name}".`);
  return found;
}

export function clientKeys(data: VaultData, name: string): ClientKeys {
  const { clientId, clientSecret, oauth1 } = namedAuthorization(data, name);
  return oauth1 === undefined ? { clientId, clientSecret } : { clientId, clientSecret, oauth1 };
}

export function secretValue(data: VaultData, identity: string, label: string): string | null {
  const rows = data.secrets
    .filter((secret) => secret.identity === identity)
    .flatMap((secret) => rowsOf(secret.data));
  const value = rows.find((row) => row[label] !== undefined)?.[label];
  if (value === undefined) throw new Error(`The vault's data has no "${label}" in a secret "${identity}".`);
  return value;
}

export function currentPassword(data: VaultData, credentialId: string): string {
  const found = data.credentials.find(({ id }) => String(id) === credentialId);
  if (found === undefined) throw new Error(`The vault's data has no credential ${credentialId}.`);
  return found.password;
}
