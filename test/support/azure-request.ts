import type { ClientKeys, Vault } from '../vault/index.js';
import type { ServiceConnection } from './azure-environment.js';

/** Some of everything that a step can ask the sample vault for. */
export const WANTED = {
  secrets: 'postgres/* > PG_*\ntls/TLS_KEY > path:TLS_KEY\npostgres/PASSWORD > output:ONLY_OUT, file:pw.txt',
  credentials: '94 > DEPLOY\nroot@web-01 > path:ROOT',
};

/** The service connection by which a job reaches a vault. */
export function connectionTo(
  vault: Vault,
  { clientId, clientSecret }: ClientKeys = vault.clients.ci,
): Required<ServiceConnection> {
  return {
    id: '0f8fad5b-d9cb-469f-a165-70867728950e',
    url: vault.url,
    username: clientId,
    password: clientSecret,
    caCertificate: vault.caCertificate,
  };
}
