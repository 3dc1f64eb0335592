import { setImmediate } from 'node:timers/promises';
import { createSecureContext, rootCertificates } from 'node:tls';
import type { Dispatcher, Pool } from 'undici';
import type { Route } from '../core/transport.js';
import { type HttpReply, type HttpRequest, type Transport, TransportFailure } from '../core/transport.js';
import type { Connection } from '../core/vault/connection/connection.js';
import { basePath } from '../core/vault/connection/url.js';
import { failureOf } from './classify-failure.js';
import { hostAndPort, openLine } from './line/line.js';
import { passesBy } from './no-proxy.js';
import { isDirect, proxyAddress } from './proxy.js';
import { readText } from './reply-text.js';
import { Trust } from './tls/trust.js';
import { userAgentOf } from './user-agent.js';

/** The most connections to the vault at one time. */
const MAX_CONNECTIONS = 8;
/** An idle connection is closed after this time, because a device in between may have dropped it. */
const KEEP_ALIVE_MS = 30_000;

/**
 * Sends the requests of one connection, over lines that are kept for later requests.
 *
 * The CA certificates and whether to verify are those of `connection`, whatever NODE_EXTRA_CA_CERTS,
 * NODE_TLS_REJECT_UNAUTHORIZED and the proxy variables of this process say. The pool keeps the lines and speaks HTTP over
 * them. line.ts opens them step by step, so that it is known which end failed, and that nothing of a request was sent.
 */
export class Client implements Transport {
  readonly #vault: URL;
  readonly #userAgent: string;
  readonly #route: Route;
  readonly #pool: Pool;
  readonly #trust: Trust;
  readonly #closing = new AbortController();
  readonly #hasCertificate: boolean;
  #hasReplied = false;

  constructor(connection: Connection, UndiciPool: typeof Pool) {
    const vault = new URL(connection.url);
    const isUnproxied = isDirect(vault) || passesBy(connection.noProxy, vault);
    const proxy = isUnproxied ? undefined : proxyAddress(connection.proxy);
    const userAgent = userAgentOf(connection);
    const trust = new Trust(connection, { createSecureContext, rootCertificates });
    const line = { vault, proxy, trust, tlsVerify: connection.tlsVerify, userAgent };
    this.#vault = vault;
    this.#trust = trust;
    this.#hasCertificate = connection.clientCertificate !== undefined;
    this.#userAgent = userAgent;
    this.#route = { vault: hostAndPort(vault), proxy: proxy && hostAndPort(proxy.address) };
    this.#pool = new UndiciPool(vault.origin, {
      connections: MAX_CONNECTIONS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_options, done) => {
        openLine(line, this.#closing.signal).then(
          (socket) => done(null, socket),
          (error: Error) => done(error, null),
        );
      },
    });
  }

  async send({ method, path, headers, body }: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    try {
      const replied = this.#pool.request({
        path: basePath(this.#vault) + path,
        method,
        headers: {
          'user-agent': this.#userAgent,
          // Compression saves little for a secret, and would need another module.
          'accept-encoding': 'identity',
          ...headers,
        },
        body: body ?? null,
        signal,
      });
      const reply = await unlessAborted(replied, signal);
      this.#hasReplied = true;
      const plain = plainHeaders(reply.headers);
      const text = await readText(reply.body, plain['content-encoding']);
      // undici frees a connection one turn of the event loop after its reply. An earlier request would open another one.
      await setImmediate();
      return { status: reply.statusCode, headers: plain, text };
    } catch (error) {
      const { reason, neverSent, detail } = failureOf(error, signal);
      // On a line that has replied, an alert about the certificate ends no handshake.
      const isUnsent = neverSent && !(reason === 'client-certificate' && this.#hasReplied);
      throw new TransportFailure(reason, isUnsent, detail, this.#routeNow());
    }
  }

  #routeNow(): Route {
    if (!this.#hasCertificate) return this.#route;
    return { ...this.#route, certificate: this.#hasReplied ? 'accepted' : 'shown' };
  }

  authorities(): string {
    return this.#trust.authorities();
  }

  close(): Promise<void> {
    this.#closing.abort();
    return this.#pool.destroy();
  }
}

/** undici checks the signal only after it has a connection. A proxy or a handshake that hangs must not outlast it. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new TransportFailure('aborted', false, 'no connection in time'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const forget = (): void => signal.removeEventListener('abort', abort);
    promise.then(resolve, reject).finally(forget);
  });
}

function plainHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name.toLowerCase()] = Array.isArray(value) ? (value[0] ?? '') : value;
  }
  return plain;
}
