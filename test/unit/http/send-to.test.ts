import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type HttpReply, TransportFailure } from '../../../src/core/transport.js';
import { type Elsewhere, elsewhereOf, sendTo } from '../../../src/http/send-to.js';
import { startConnectProxy } from '../../support/connect-proxy.js';
import { issueCertificates } from '../../vault/certificate.js';
import { codesOf, problemsIn } from '../fakes.js';

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const TLS = issueCertificates('self-signed', '127.0.0.1');
const SIGNED = issueCertificates('valid', '127.0.0.1');

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  tls?: typeof TLS,
): Promise<URL> {
  const server =
    tls === undefined ? createServer(answer) : createTlsServer({ key: tls.key, cert: tls.chain }, answer);
  // Only the client closes a connection.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http${tls === undefined ? '' : 's'}://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const DIRECT: Elsewhere = { proxy: undefined, noProxy: '', caCertificates: '' };

function get(url: URL, elsewhere: Elsewhere = DIRECT): Promise<HttpReply> {
  const send = sendTo(elsewhere, () => import('../../../src/http/undici.js'));
  return send(url, { method: 'GET', headers: { 'x-test': '1' } }, AbortSignal.timeout(5_000));
}

async function failureOf(promise: Promise<unknown>): Promise<TransportFailure> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  if (error instanceof TransportFailure) return error;
  throw new Error(`no failure: ${String(error)}`);
}

const echo = (request: IncomingMessage, response: ServerResponse): void =>
  void response.end(`${request.method} ${request.url} ${String(request.headers['x-test'])}`);

test('a request reaches the path and the query of its address, and its connection is closed', async () => {
  const sockets = new Set<unknown>();
  let closed = (): void => undefined;
  const isClosed = new Promise<void>((done) => {
    closed = done;
  });
  const url = await serve((request, response) => {
    sockets.add(request.socket.once('close', closed));
    echo(request, response);
  });
  expect((await get(new URL('/a/b?c=d%20e', url))).text).toBe('GET /a/b?c=d%20e 1');
  await isClosed;
  expect(sockets.size).toBe(1);
});

test('a CA that is trusted for the vault is trusted here, and without it the certificate is not accepted', async () => {
  const url = await serve(echo, SIGNED);
  expect((await get(url, { ...DIRECT, caCertificates: SIGNED.ca })).status).toBe(200);
  const failure = await failureOf(get(url));
  expect([failure.reason, failure.neverSent]).toEqual(['tls', true]);
});

test('a token service is always verified, whatever tls-verify and the environment of Node say', async () => {
  const elsewhere = elsewhereOf({ caCertificates: '', ...{ tlsVerify: false } }, {});
  expect((await failureOf(get(await serve(echo, TLS), elsewhere))).reason).toBe('tls');
});

test('the proxy of the environment leads there, unless NO_PROXY names the host', async () => {
  const proxy = await startConnectProxy({ user: 'me', password: 'p@ss' });
  open.push(() => proxy.close());
  const url = await serve(echo, SIGNED);
  const through = (NO_PROXY: string): Elsewhere =>
    elsewhereOf({ caCertificates: SIGNED.ca }, { HTTPS_PROXY: proxy.url, NO_PROXY });
  expect((await get(url, through('vault.example.com'))).status).toBe(200);
  expect(proxy.connects).toEqual([url.host]);
  expect((await get(url, through('127.0.0.0/8'))).status).toBe(200);
  expect(proxy.connects).toHaveLength(1);
});

test('plain http never goes through a proxy', async () => {
  const url = await serve(echo);
  const elsewhere = elsewhereOf({ caCertificates: '' }, { HTTPS_PROXY: 'http://127.0.0.1:9' });
  expect((await get(url, elsewhere)).status).toBe(200);
});

test.each([
  'http://example.com/',
  'http://169.254.169.253/',
  'http://evil.metadata.google.internal/',
  'ftp://127.0.0.1/',
])('nothing is sent to %s', async (address) => {
  const failure = await failureOf(get(new URL(address)));
  expect([failure.detail, failure.neverSent]).toEqual(['an address that is not https', true]);
});

test('an invalid proxy of the environment is an error', () => {
  const problems = problemsIn(() => elsewhereOf({ caCertificates: '' }, { https_proxy: 'socks5://x' }));
  expect(codesOf(problems)).toEqual(['INPUT_INVALID']);
});
