import { type HttpReply, type HttpRequestTo, type SendTo, TransportFailure } from '../core/transport.js';
import type { Connection } from '../core/vault/connection/connection.js';
import { isLoopback } from '../core/vault/connection/url.js';
import { type ProxyEnvironment, resolveNoProxy, resolveProxy } from './proxy.js';
import { type LoadUndici, openTransport } from './transport.js';

/** The services that give cloud workloads their identity: link-local, and never over TLS. */
const METADATA_HOSTS: readonly string[] = ['169.254.169.254', 'metadata.google.internal'];

/** How hosts other than the vault are reached. */
export type Elsewhere = Pick<Connection, 'proxy' | 'noProxy' | 'caCertificates' | 'runLabel'>;

/**
 * How token services are reached: through the proxy of the environment, since `proxy` and `no-proxy` are for the vault;
 * with the public roots, and all CA certificates for the vault, since one internal CA often signs for both.
 *
 * `tls-verify` does not apply: a token service is always verified. Errors: INPUT_INVALID for an invalid proxy.
 */
export function elsewhereOf(
  { caCertificates, runLabel }: Pick<Connection, 'caCertificates' | 'runLabel'>,
  environment: ProxyEnvironment,
): Elsewhere {
  return {
    // Without a URL, NO_PROXY is not applied yet: that is done for each address.
    proxy: resolveProxy({ url: undefined, input: '', noProxy: '', environment }),
    noProxy: resolveNoProxy('', environment),
    caCertificates,
    ...(runLabel === undefined ? {} : { runLabel }),
  };
}

/**
 * Sends requests one by one, each over its own connection, which is closed after the reply. `onVouched` is called with those
 * of its CA certificates that vouched for the server, as PEM.
 */
export function sendTo(
  elsewhere: Elsewhere,
  loadUndici: LoadUndici,
  onVouched: (pem: string) => void = () => undefined,
): SendTo {
  return async (url, request, signal) => sendOnce(url, request, { elsewhere, loadUndici, onVouched, signal });
}

interface Once {
  readonly elsewhere: Elsewhere;
  readonly loadUndici: LoadUndici;
  readonly onVouched: (pem: string) => void;
  readonly signal: AbortSignal;
}

async function sendOnce(
  url: URL,
  request: HttpRequestTo,
  { elsewhere, loadUndici, onVouched, signal }: Once,
): Promise<HttpReply> {
  if (!isAllowed(url)) throw new TransportFailure('unknown', true, 'an address that is not https');
  const transport = await openTransport({ ...elsewhere, url: url.origin, tlsVerify: true }, loadUndici);
  try {
    const reply = await transport.send({ ...request, path: `${url.pathname}${url.search}` }, signal);
    onVouched(transport.authorities?.() ?? '');
    return reply;
  } finally {
    await transport.close();
  }
}

function isAllowed({ protocol, hostname }: URL): boolean {
  if (protocol === 'https:') return true;
  return protocol === 'http:' && (isLoopback(hostname) || METADATA_HOSTS.includes(hostname));
}
