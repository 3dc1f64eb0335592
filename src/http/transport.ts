import { setImmediate } from 'node:timers/promises';
import type { createSecureContext, rootCertificates } from 'node:tls';
import type { Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { Connection } from '../core/connection.js';
import { type HttpReply, type HttpRequest, type Transport, TransportFailure } from '../core/ports.js';
import { basePath } from '../core/url.js';
import { VERSION } from '../core/version.js';
import { splitCertificates } from './certificates.js';
import { failureOf } from './failure.js';
import { withoutUser } from './proxy.js';

/** Connections to the vault at one time. */
const MOST_CONNECTIONS = 8;
const MOST_REPLY_BYTES = 10 * 1024 * 1024;
const KEEP_ALIVE_MS = 30_000;

/** Loads the HTTP client and TLS: late, since they cost more than all else and are not needed to refuse an input. */
export type LoadUndici = () => Promise<{
  EnvHttpProxyAgent: typeof EnvHttpProxyAgent;
  createSecureContext: typeof createSecureContext;
  rootCertificates: typeof rootCertificates;
}>;

/**
 * A Transport for one vault.
 *
 * The CA certificates and whether to verify are those of `connection`, whatever NODE_EXTRA_CA_CERTS,
 * NODE_TLS_REJECT_UNAUTHORIZED and the proxy variables of this process say. One TLS context serves direct and proxied
 * connections: undici takes it in two places, and a CA given in one of them alone fails in the other.
 */
export async function openTransport(connection: Connection, loadUndici: LoadUndici): Promise<Transport> {
  const undici = await loadUndici();
  const secureContext = undici.createSecureContext({
    ca: [...undici.rootCertificates, ...splitCertificates(connection.caCertificates)],
    minVersion: 'TLSv1.2',
  });
  const tls = { secureContext, rejectUnauthorized: connection.tlsVerify };
  const { uri, authorization } = withoutUser(connection.proxy);
  const agent = new undici.EnvHttpProxyAgent({
    httpProxy: uri,
    httpsProxy: uri,
    noProxy: connection.noProxy,
    connect: tls,
    requestTls: tls,
    proxyTls: tls,
    connections: MOST_CONNECTIONS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    allowH2: false,
    ...(authorization === undefined ? {} : { token: authorization }),
  });
  const base = new URL(connection.url);
  return {
    send: (request, signal) => send(agent, base, request, signal),
    close: () => agent.destroy(),
  };
}

async function send(
  agent: Dispatcher,
  base: URL,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpReply> {
  try {
    const replied = agent.request({
      origin: base.origin,
      path: basePath(base) + request.path,
      method: request.method,
      headers: { 'user-agent': `segura-secrets/${VERSION}`, ...request.headers },
      body: request.body ?? null,
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const reply = await unlessAborted(replied, signal);
    const headers = plainHeaders(reply.headers);
    const text = await readText(reply.body, headers);
    // undici frees a connection one turn of the event loop after its reply; a request before that would open another.
    await setImmediate();
    return { status: reply.statusCode, headers, text };
  } catch (error) {
    throw error instanceof TransportFailure ? error : failureOf(error, signal);
  }
}

/** undici looks at the signal only once a connection is there; a proxy or a handshake that hangs must not outlast it. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new TransportFailure('aborted', false, 'no connection in time'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const forget = (): void => signal.removeEventListener('abort', abort);
    promise.then(resolve, reject).finally(forget);
  });
}

async function readText(
  body: Dispatcher.ResponseData['body'],
  headers: HttpReply['headers'],
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MOST_REPLY_BYTES) throw new TransportFailure('too-large', false, '10 MiB');
    chunks.push(chunk);
  }
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    throw new TransportFailure('encoding', false, 'compressed, which nothing asked for');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new TransportFailure('encoding', false, 'not UTF-8 text');
  }
}

function plainHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name.toLowerCase()] = Array.isArray(value) ? (value[0] ?? '') : value;
  }
  return plain;
}
