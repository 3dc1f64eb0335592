import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { TransportFailure } from '../../core/transport.js';
import { coded } from './socket.js';

export interface TunnelParts {
  /** A connection to the proxy. */
  readonly socket: Socket;
  /** Its target: host:port, an IPv6 address in brackets. */
  readonly target: string;
  readonly authorization: string | undefined;
  readonly userAgent: string;
  readonly signal: AbortSignal;
}

/**
 * Makes a proxy connect to `target` by CONNECT: whatever then goes over the socket goes there.
 *
 * Source: RFC 9110 section 9.3.6. Errors: TransportFailure `proxy` or `unreachable` for an answer of the proxy, else the
 * socket's.
 */
export function tunnel({ socket, target, authorization, userAgent, signal }: TunnelParts): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    const asked = request({
      method: 'CONNECT',
      path: target,
      createConnection: () => socket,
      signal,
      headers: {
        host: target,
        'user-agent': userAgent,
        ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
      },
    });
    asked.once('error', fail);
    asked.once('connect', ({ statusCode = 0 }: IncomingMessage, _socket: Socket, head: Buffer) => {
      // The vault never speaks first, so bytes that are already here are not from it.
      if (statusCode === 200 && head.length === 0) resolve(socket);
      else fail(statusCode === 200 ? coded('EPROTO') : refusal(statusCode));
    });
    asked.end();
  });
}

function refusal(status: number): TransportFailure {
  // A proxy that is busy or broken may be neither at the next try; one that rejects will reject again.
  const isPassing = status === 429 || status >= 500;
  if (isPassing) return new TransportFailure('unreachable', true, `HTTP ${status} of the proxy`);
  return new TransportFailure('proxy', true, `HTTP ${status}`);
}
