import { createServer as createHttp, type RequestListener, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { issueCertificates } from './certificate.js';
import { type Connection, serve } from './serve.js';
import type { World } from './world.js';

export interface Listening {
  readonly url: string;
  readonly port: number;
  readonly caCertificate: string;
  connections(): number;
  close(): Promise<void>;
}

/** The vault on its port. */
export async function listen(world: World): Promise<Listening> {
  const { host, port, tls, basePath, clientCertificates, clientCa } = world.settings;
  const open = new Map<string, Connection>();
  const sockets = new Set<Socket>();
  let accepted = 0;

  const onRequest: RequestListener = (request, response) => {
    const connection = open.get(peer(request.socket));
    if (connection === undefined) throw new Error('a request came on a connection that was never accepted');
    world.work.track(serve(world, connection, request, response));
  };
  const certificates = tls === 'off' ? undefined : issueCertificates(tls, host);
  const server: Server =
    certificates === undefined
      ? createHttp(onRequest)
      : createHttps(
          {
            key: certificates.key,
            cert: certificates.chain,
            requestCert: clientCertificates !== 'off',
            rejectUnauthorized: clientCertificates === 'required',
            // An empty list trusts none; without a list Node trusts what it trusts for servers.
            ca: clientCa === '' ? [] : clientCa,
          },
          onRequest,
        );
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket: Socket) => {
    accepted += 1;
    const name = peer(socket);
    open.set(name, { number: accepted, socket });
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('clientError', (_error, socket) => socket.destroy());

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `${tls === 'off' ? 'http' : 'https'}://${name}:${address.port}${basePath}`,
    port: address.port,
    caCertificate: certificates?.ca ?? '',
    connections: () => accepted,
    close: async () => {
      world.work.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      await world.work.settled();
    },
  };
}

function peer(socket: Socket): string {
  return `${socket.remoteAddress}:${socket.remotePort}`;
}
