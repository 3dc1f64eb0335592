import type { ClientKeys, Vault } from '../vault/index.js';

/** The inputs by which a job reaches a vault, with what it asks for. */
export function inputsFor(
  vault: Vault,
  wanted: Readonly<Record<string, string>>,
  client: ClientKeys = vault.clients.ci,
): Record<string, string> {
  return {
    url: vault.url,
    'client-id': client.clientId,
    'client-secret': client.clientSecret,
    'ca-certificate': vault.caCertificate,
    ...wanted,
  };
}
