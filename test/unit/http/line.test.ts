import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type Transport, TransportFailure } from '../../../src/core/transport.js';
import type { Connection } from '../../../src/core/vault/connection/connection.js';
import { openTransport } from '../../../src/http/transport.js';
import { type ConnectProxyOptions, startConnectProxy } from '../../support/connect-proxy.js';
import { issueCertificates } from '../../vault/certificate.js';
import { startVault } from '../../vault/index.js';
import { LEDGER_DATA } from '../fakes.js';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A server on loopback that calls a function for each connection. */
async function serverThat(behave: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    behave(socket);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

async function deadPort(): Promise<string> {
  const place = await serverThat(() => undefined);
  await open.pop()?.();
  return place;
}

const proxyOf = async (options: ConnectProxyOptions = {}): Promise<string> => {
  const proxy = await startConnectProxy(options);
  open.push(() => proxy.close());
  return proxy.url;
};

async function transportTo(given: Partial<Connection>): Promise<Transport> {
  const transport = await openTransport(
    { ...LEDGER_DATA.connection, noProxy: '', ...given },
    () => import('../../../src/http/undici.js'),
  );
  open.push(() => transport.close());
  return transport;
}

async function failureOf(
  given: Partial<Connection>,
  signal = AbortSignal.timeout(5_000),
): Promise<TransportFailure> {
  const transport = await transportTo(given);
  const error: unknown = await transport
    .send({ method: 'GET', path: '/', headers: {} }, signal)
    .catch((thrown: unknown) => thrown);
  if (error instanceof TransportFailure) return error;
  throw new Error(`no failure: ${String(error)}`);
}

const NO_TLS = (socket: Socket): void => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
const HANG_UP = (socket: Socket): void => void socket.once('data', () => socket.destroy());

describe('a request that never left says so, and where the line ended', () => {
  test('nothing listens at the vault', async () => {
    const vault = await deadPort();
    expect(await failureOf({ url: `https://${vault}` })).toMatchObject({
      reason: 'unreachable',
      neverSent: true,
      detail: 'ECONNREFUSED',
      route: { vault, proxy: undefined },
    });
  });

  test('the port that an address leaves out is reported', async () => {
    const proxy = await deadPort();
    const { route } = await failureOf({ url: 'https://vault.example.com', proxy: `http://${proxy}` });
    expect(route).toEqual({ vault: 'vault.example.com:443', proxy });
  });

  test('the vault has a name that no one knows', async () => {
    const failure = await failureOf({ url: 'https://no-such-vault.invalid' });
    expect(failure).toMatchObject({ reason: 'unreachable', neverSent: true });
    expect(failure.detail).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
  });

  test('the vault speaks no TLS', async () => {
    const url = `https://${await serverThat(NO_TLS)}`;
    expect(await failureOf({ url })).toMatchObject({ reason: 'tls', neverSent: true });
  });

  test('the vault hangs up during the handshake', async () => {
    const url = `https://${await serverThat(HANG_UP)}`;
    expect(await failureOf({ url })).toMatchObject({
      reason: 'broken',
      neverSent: true,
      detail: 'ECONNRESET',
    });
  });

  test.each<[string, () => Promise<string>, Partial<TransportFailure>]>([
    ['is down', async () => `http://${await deadPort()}`, { reason: 'proxy-down', detail: 'ECONNREFUSED' }],
    [
      'hangs up',
      async () => `http://${await serverThat(HANG_UP)}`,
      { reason: 'proxy-down', detail: 'ECONNRESET' },
    ],
    [
      'speaks no HTTP',
      async () => `http://${await serverThat((s) => void s.end('hunter2'))}`,
      { reason: 'proxy-down' },
    ],
    ['speaks no TLS', async () => `https://${await serverThat(NO_TLS)}`, { reason: 'proxy-tls' }],
    [
      'wants a password',
      () => proxyOf({ user: 'u', password: 'p' }).then(withoutUser),
      { reason: 'proxy', detail: 'HTTP 407' },
    ],
    ['cannot reach the vault', () => proxyOf(), { reason: 'unreachable', detail: 'HTTP 502 of the proxy' }],
  ])('the proxy %s', async (_, start, expected) => {
    const proxy = await start();
    const vault = await deadPort();
    const failure = await failureOf({ url: `https://${vault}`, proxy });
    expect(failure).toMatchObject({ ...expected, neverSent: true });
    expect(failure.route).toEqual({ vault, proxy: new URL(proxy).host });
    expect(failure.message + failure.detail).not.toContain('hunter2');
  });

  test('the certificate of the proxy is that of a stranger', async () => {
    const { key, chain } = issueCertificates('valid', '127.0.0.1');
    const proxy = await proxyOf({ tls: { key, cert: chain } });
    expect(await failureOf({ url: `https://${await deadPort()}`, proxy })).toMatchObject({
      reason: 'proxy-tls',
      neverSent: true,
    });
  });
});

test.each(['the vault', 'the proxy', 'the proxy, before TLS'])(
  '%s that says nothing is abandoned in time',
  async (who) => {
    const silent = await serverThat(() => undefined);
    const url = `https://${who === 'the vault' ? silent : await deadPort()}`;
    const proxy = who === 'the vault' ? {} : { proxy: `http${who === 'the proxy' ? '' : 's'}://${silent}` };
    expect((await failureOf({ url, ...proxy }, AbortSignal.timeout(100))).reason).toBe('aborted');
  },
);

test('many requests at once have a line each, and the next ones use these again', async () => {
  const vault = await startVault({ dialect: 'api' });
  open.push(() => vault.close());
  const transport = await transportTo({ url: vault.url, caCertificates: vault.caCertificate });
  const ask = () =>
    transport.send({ method: 'GET', path: '/iso/sctm/secret', headers: {} }, AbortSignal.timeout(5_000));
  for (let round = 0; round < 3; round += 1) await Promise.all(Array.from({ length: 8 }, ask));
  for (let round = 0; round < 10; round += 1) await ask();
  expect(vault.connections()).toBe(8);
});

describe('the CA certificates of the connection', () => {
  test('work together with others that signed nothing here, and cost one connection', async () => {
    const vault = await startVault({ dialect: 'api' });
    open.push(() => vault.close());
    const others = Array.from({ length: 3 }, () => issueCertificates('valid', '127.0.0.1').ca).join('');
    const transport = await transportTo({ url: vault.url, caCertificates: others + vault.caCertificate });
    const get = { method: 'GET', path: '/iso/sctm/secret', headers: {} } as const;
    expect((await transport.send(get, AbortSignal.timeout(5_000))).status).toBe(404);
    expect(vault.connections()).toBe(1);
  });

  test('are trusted for their own connection and for no other', async () => {
    const vault = await startVault({ dialect: 'api' });
    open.push(() => vault.close());
    const get = { method: 'GET', path: '/iso/sctm/secret', headers: {} } as const;
    const trusting = await transportTo({ url: vault.url, caCertificates: vault.caCertificate });
    expect((await trusting.send(get, AbortSignal.timeout(5_000))).status).toBe(404);
    for (const caCertificates of ['', issueCertificates('valid', '127.0.0.1').ca])
      expect((await failureOf({ url: vault.url, caCertificates })).reason).toBe('tls');
  });
});

function withoutUser(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
