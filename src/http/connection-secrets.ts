import type { Connection } from '../core/vault/connection/connection.js';
import { proxySecretsOf } from './proxy.js';

/** What of a connection must not be shown: the login of its proxy, the private key of its certificate, its passphrase. */
export function connectionSecretsOf({
  proxy,
  clientCertificate,
}: Pick<Connection, 'proxy' | 'clientCertificate'>): { value: string; user?: string }[] {
  const ofProxy = proxySecretsOf(proxy);
  if (clientCertificate === undefined) return ofProxy;
  const { passphrase } = clientCertificate;
  const key = 'pfx' in clientCertificate ? clientCertificate.pfx : clientCertificate.key;
  return [...ofProxy, { value: key }, ...(passphrase === undefined ? [] : [{ value: passphrase }])];
}
