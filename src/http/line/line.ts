import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import { codeOf } from '../../core/errors.js';
import { type FailureReason, TransportFailure } from '../../core/transport.js';
import { isAboutClientCertificate, isTlsCode } from '../classify-failure.js';
import type { ProxyAddress } from '../proxy.js';
import type { Peer, Trust } from '../tls/trust.js';
import { ready } from './socket.js';
import { tunnel } from './tunnel.js';

/** The way to one vault. */
export interface LineParts {
  readonly vault: URL;
  readonly proxy: ProxyAddress | undefined;
  readonly trust: Trust;
  readonly tlsVerify: boolean;
  readonly userAgent: string;
}

/**
 * A new connection to the vault: directly, or through its proxy.
 *
 * Errors: TransportFailure, `neverSent` always, with what could not be reached: nothing of a request has left by then.
 */
export function openLine(parts: LineParts, signal: AbortSignal): Promise<Socket> {
  const { vault, trust } = parts;
  if (vault.protocol === 'http:') return reach(vault, 'vault', signal);
  return step(['tls', 'broken'], () =>
    trust.vouch('vault', async (context) =>
      secure(await leadTo(parts, signal), 'vault', { ...parts, context, signal }),
    ),
  );
}

/** A connection over which the vault's own handshake can follow. */
async function leadTo(parts: LineParts, signal: AbortSignal): Promise<Socket> {
  const { vault, proxy, trust, userAgent } = parts;
  if (proxy === undefined) return reach(vault, 'vault', signal);
  const { address, authorization } = proxy;
  const toProxy = (): Promise<Socket> => reach(address, 'proxy', signal);
  const socket = await (address.protocol === 'http:'
    ? toProxy()
    : step(['proxy-tls', 'proxy-down'], () =>
        trust.vouch('proxy', async (context) =>
          secure(await toProxy(), 'proxy', { ...parts, context, signal }),
        ),
      ));
  const target = hostAndPort(vault);
  return step(['proxy-tls', 'proxy-down'], () =>
    tunnel({ socket, target, authorization, userAgent, signal }),
  );
}

function reach(url: URL, peer: Peer, signal: AbortSignal): Promise<Socket> {
  const reason = peer === 'vault' ? 'unreachable' : 'proxy-down';
  return step([reason, reason], () =>
    ready(connectPlain({ host: hostOf(url), port: portOf(url), noDelay: true }), 'connect', signal),
  );
}

function secure(
  socket: Socket,
  peer: Peer,
  given: LineParts & { context: SecureContext; signal: AbortSignal },
): Promise<Socket> {
  const { vault, proxy, context, tlsVerify, signal } = given;
  const host = hostOf(peer === 'vault' ? vault : (proxy?.address ?? vault));
  const secured = connectTls({
    socket,
    host,
    // A server name is a name: addresses have none (RFC 6066).
    ...(isIP(host) === 0 ? { servername: host } : {}),
    secureContext: context,
    rejectUnauthorized: tlsVerify,
    ALPNProtocols: ['http/1.1'],
  });
  return ready(secured, 'secureConnect', signal);
}

/** The outcome of `operation`; a failure of TLS has the first reason, any other the second. */
async function step<T>(
  [tls, other]: readonly [FailureReason, FailureReason],
  operation: () => Promise<T>,
): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof TransportFailure) throw error;
    const code = codeOf(error);
    // A proxy never sees the client certificate, so its alerts are about the proxy itself.
    if (tls === 'tls' && isAboutClientCertificate(code))
      throw new TransportFailure('client-certificate', true, code);
    throw new TransportFailure(isTlsCode(code) ? tls : other, true, code);
  }
}

export function hostAndPort(url: URL): string {
  return `${url.hostname}:${portOf(url)}`;
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port);
}

/** Without the brackets of an IPv6 address. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}
