import { createServer as createHttp, type IncomingMessage } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

export interface ConnectProxyOptions {
  /** With a user or a password, whoever does not give both gets 407. */
  readonly user?: string;
  readonly password?: string;
  /** The proxy itself speaks TLS with these. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Every tunnel leads to this port of loopback, whatever was asked for. */
  readonly divertTo?: number;
}

export interface ConnectProxy {
  /** With user and password, special characters as %XX. */
  readonly url: string;
  /** Without user and password. */
  readonly address: string;
  /** The targets that were asked for and granted, in order, as host:port. */
  readonly connects: readonly string[];
  /** How many times it answered 407, or could not reach the target. */
  readonly refused: number;
  /** How many clients showed a TLS certificate, for which every handshake of a proxy with TLS asks. */
  readonly certificates: number;
  close(): Promise<void>;
}

/** An HTTP proxy on loopback that tunnels by CONNECT. */
export async function startConnectProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const { user, password, tls, divertTo } = options;
  const wanted =
    user === undefined && password === undefined
      ? undefined
      : `Basic ${Buffer.from(`${user ?? ''}:${password ?? ''}`).toString('base64')}`;
  const connects: string[] = [];
  const sockets = new Set<Duplex>();
  let refused = 0;
  let certificates = 0;
  const refuse = (client: Duplex, status: string): void => {
    refused += 1;
    client.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  };

  const server =
    tls === undefined ? createHttp() : createHttps({ ...tls, requestCert: true, rejectUnauthorized: false });
  server.on('secureConnection', (socket: TLSSocket) => {
    if (socket.getPeerX509Certificate() !== undefined) certificates += 1;
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (_request, response) => {
    refused += 1;
    response.writeHead(405).end();
  });
  server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on('error', () => client.destroy());
    if (wanted !== undefined && request.headers['proxy-authorization'] !== wanted) {
      refuse(client, '407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"');
      return;
    }
    const target = new URL(`http://${request.url ?? ''}`);
    const remote =
      divertTo === undefined
        ? connect(Number(target.port || 80), target.hostname.replace(/^\[|\]$/g, ''))
        : connect(divertTo, '127.0.0.1');
    sockets.add(remote);
    remote.once('close', () => {
      sockets.delete(remote);
      client.destroy();
    });
    remote.once('connect', () => {
      connects.push(request.url ?? '');
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) remote.write(head);
      remote.pipe(client);
      client.pipe(remote);
    });
    remote.on('error', () => {
      if (remote.remoteAddress === undefined) refuse(client, '502 Bad Gateway');
    });
    client.once('close', () => remote.destroy());
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const scheme = tls === undefined ? 'http' : 'https';
  const escaped = (text = ''): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
  const pair = wanted === undefined ? '' : `${escaped(user)}:${escaped(password)}@`;
  return {
    url: `${scheme}://${pair}127.0.0.1:${port}`,
    address: `${scheme}://127.0.0.1:${port}`,
    connects,
    get refused() {
      return refused;
    },
    get certificates() {
      return certificates;
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
