import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { type HttpReply, type Transport, TransportFailure } from '../../../src/core/transport.js';
import { openTransport } from '../../../src/http/transport.js';
import { LEDGER_DATA } from '../fakes.js';

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function against(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Transport> {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const connection = { ...LEDGER_DATA.connection, url: `http://127.0.0.1:${port}/base` };
  const transport = await openTransport(connection, () => import('../../../src/http/undici.js'));
  open.push(() => transport.close());
  return transport;
}

const get = (transport: Transport, signal = AbortSignal.timeout(5_000)): Promise<HttpReply> =>
  transport.send({ method: 'GET', path: '/iso/x?a=b', headers: { 'x-test': '1' } }, signal);

async function failure(promise: Promise<unknown>): Promise<TransportFailure> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  if (error instanceof TransportFailure) return error;
  throw new Error(`no failure: ${String(error)}`);
}

test('a request keeps the base path, its query and its headers, and names the action', async () => {
  const transport = await against((request, response) => {
    response.setHeader(
      'X-Seen',
      `${request.url} ${String(request.headers['x-test'])} ${String(request.headers['user-agent'])}`,
    );
    response.end('{}');
  });
  const reply = await get(transport);
  expect(reply.headers['x-seen']).toMatch(/^\/base\/iso\/x\?a=b 1 segura-secrets\//);
});

test('a byte order mark is not part of the text, and UTF-8 arrives unchanged', async () => {
  const transport = await against((_, response) => void response.end('\ufeff{"a":"ção 😀"}'));
  expect((await get(transport)).text).toBe('{"a":"ção 😀"}');
});

test('a redirect is not followed', async () => {
  let requests = 0;
  const transport = await against((_, response) => {
    requests += 1;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect([(await get(transport)).status, requests]).toEqual([302, 1]);
});

test('bytes that are not UTF-8 are rejected', async () => {
  const transport = await against((_, response) => void response.end(Buffer.from([0x7b, 0xff, 0xfe])));
  expect((await failure(get(transport))).reason).toBe('encoding');
});

const TEXT = '{"a":"ção"}';

test.each<[string, Buffer | string]>([
  ['gzip', gzipSync(TEXT)],
  ['x-gzip', gzipSync(TEXT)],
  ['GZIP ', gzipSync(TEXT)],
  ['identity, gzip', gzipSync(TEXT)],
  ['deflate', deflateSync(TEXT)],
  ['deflate', deflateRawSync(TEXT)],
  ['br', brotliCompressSync(TEXT)],
  ['identity', TEXT],
  ['Identity', TEXT],
  ['', TEXT],
  [' , ', TEXT],
])('a reply whose Content-Encoding is "%s" is read', async (encoding, body) => {
  const transport = await against((request, response) => {
    expect(request.headers['accept-encoding']).toBe('identity');
    response.writeHead(200, { 'content-encoding': encoding }).end(body);
  });
  expect((await get(transport)).text).toBe(TEXT);
});

test('a reply without a body may say that it is packed', async () => {
  const transport = await against((_, response) => {
    response.writeHead(204, { 'content-encoding': 'gzip' }).end();
  });
  expect(await get(transport)).toMatchObject({ status: 204, text: '' });
});

test.each<[string, Buffer | string]>([
  ['gzip', TEXT],
  ['gzip', gzipSync(TEXT).subarray(0, -9)],
  ['deflate', TEXT],
  ['br', TEXT],
  ['gzip, gzip', gzipSync(gzipSync(TEXT))],
  ['hunter2', TEXT],
])(
  'a reply whose Content-Encoding is "%s" and which cannot be unpacked is rejected',
  async (encoding, body) => {
    const transport = await against((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(body);
    });
    const { reason, detail } = await failure(get(transport));
    expect(reason).toBe('encoding');
    expect(detail).not.toContain('hunter2');
  },
);

test.each<[string, (text: Buffer) => Buffer]>([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
])(
  'a %s reply that unpacks to more than 10 MiB is broken off, one of 10 MiB is read',
  async (encoding, pack) => {
    const most = 10 * 1024 * 1024;
    const bodies = [most, most + 1, 4 * most].map((bytes) => pack(Buffer.alloc(bytes, 'a')));
    const transport = await against((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(bodies.shift());
    });
    expect((await get(transport)).text).toHaveLength(most);
    expect((await failure(get(transport))).reason).toBe('too-large');
    expect((await failure(get(transport))).reason).toBe('too-large');
  },
);

test('a reply over 10 MiB is broken off, one of 10 MiB is read', async () => {
  let bytes = 10 * 1024 * 1024;
  const transport = await against((_, response) => void response.end(Buffer.alloc(bytes, 'a')));
  expect((await get(transport)).text).toHaveLength(bytes);
  bytes += 1;
  expect((await failure(get(transport))).reason).toBe('too-large');
});

test('a reply that is cut short is a broken connection that may have been carried out', async () => {
  const transport = await against((_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"a":');
    setImmediate(() => response.destroy());
  });
  expect(await failure(get(transport))).toMatchObject({ reason: 'broken', neverSent: false });
});

test('a vault that says nothing is abandoned in time', async () => {
  const transport = await against(() => undefined);
  expect(await failure(get(transport, AbortSignal.timeout(100)))).toMatchObject({
    reason: 'aborted',
    neverSent: false,
  });
});

test('a vault that is not there was never sent anything', async () => {
  const transport = await openTransport(
    { ...LEDGER_DATA.connection, url: 'http://127.0.0.1:1' },
    () => import('../../../src/http/undici.js'),
  );
  open.push(() => transport.close());
  expect(await failure(get(transport))).toMatchObject({ reason: 'unreachable', neverSent: true });
});
