import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { problemsOf, type SeguraError } from '../../../src/core/errors.js';
import type { HttpReply, Transport } from '../../../src/core/transport.js';
import type { ClientCertificate, Connection } from '../../../src/core/vault/connection/connection.js';
import { Exchange } from '../../../src/core/vault/exchange.js';
import { openTransport } from '../../../src/http/transport.js';
import { systemClock } from '../../../src/platform/process/clock.js';
import { makeClientCertificates } from '../../support/client-certificates.js';
import { type ConnectProxy, startConnectProxy } from '../../support/connect-proxy.js';
import { lacks } from '../../support/skips.js';
import { issueCertificates } from '../../vault/certificate.js';
import { LEDGER_DATA, quietLog } from '../fakes.js';

const folder = mkdtempSync(join(tmpdir(), 'mutual-tls-'));
const made = makeClientCertificates(folder);
const { rsa, ec, chained, foreign, keys, passphrase } = made;
const own = issueCertificates('valid', '127.0.0.1');
const ofProxy = issueCertificates('valid', '127.0.0.1');
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;
type Version = (typeof VERSIONS)[number];

interface Demanding {
  readonly url: string;
  /** TCP connections so far. */
  connections(): number;
}

/** A server that replies with the fingerprint of the client's certificate, and ends the handshake of who has none. */
async function demanding(version: Version): Promise<Demanding> {
  const server: Server = createServer(
    {
      key: own.key,
      cert: own.chain,
      ca: made.ca.content,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: version,
      maxVersion: version,
    },
    (request, response) => {
      response.end(
        JSON.stringify({
          fingerprint: (request.socket as TLSSocket).getPeerX509Certificate()?.fingerprint256,
        }),
      );
    },
  );
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
  };
}

async function transportTo(given: Partial<Connection>): Promise<Transport> {
  const transport = await openTransport(
    { ...LEDGER_DATA.connection, noProxy: '', caCertificates: own.ca + ofProxy.ca, ...given },
    () => import('../../../src/http/undici.js'),
  );
  open.push(() => transport.close());
  return transport;
}

/** A reply, or the error for the user; with retries as in a run. */
async function asked(given: Partial<Connection>): Promise<HttpReply | SeguraError> {
  const exchange = new Exchange({
    transport: await transportTo(given),
    clock: systemClock,
    log: quietLog,
    timeoutMs: 5_000,
    retries: 4,
    deadlineAtMs: Date.now() + 20_000,
    signal: new AbortController().signal,
  });
  try {
    return await exchange.send({ method: 'GET', path: '/', headers: {} });
  } catch (error) {
    const [problem] = problemsOf(error);
    if (problem === undefined) throw error;
    return problem;
  }
}

const CERTIFICATES: Readonly<Record<string, () => { given: ClientCertificate; fingerprint: string }>> = {
  'a key of RSA': () => ({
    given: { certificate: rsa.certificate.content, key: rsa.key.content },
    fingerprint: rsa.fingerprint256,
  }),
  'a key of an elliptic curve': () => ({
    given: { certificate: ec.certificate.content, key: ec.key.content },
    fingerprint: ec.fingerprint256,
  }),
  'a chain': () => ({
    given: { certificate: chained.certificate.content, key: chained.key.content },
    fingerprint: chained.fingerprint256,
  }),
  'PKCS#1 with a passphrase': () => ({
    given: { certificate: rsa.certificate.content, key: keys.rsaPkcs1Encrypted.content, passphrase },
    fingerprint: rsa.fingerprint256,
  }),
  'PKCS#8 with a passphrase': () => ({
    given: { certificate: ec.certificate.content, key: keys.ecPkcs8Encrypted.content, passphrase },
    fingerprint: ec.fingerprint256,
  }),
};
const withPkcs12 = lacks('openssl')
  ? CERTIFICATES
  : {
      ...CERTIFICATES,
      'PKCS#12': () => ({
        given: { pfx: made.pkcs12('aes-256').content.toString('base64'), passphrase },
        fingerprint: rsa.fingerprint256,
      }),
    };

describe.each(VERSIONS)('%s', (version) => {
  let vault: Demanding;

  test.each(Object.entries(withPkcs12))(
    '%s is shown direct and through proxies, and to no proxy',
    async (_, make) => {
      vault = await demanding(version);
      const { given: clientCertificate, fingerprint } = make();
      const plain = await startConnectProxy();
      const secured = await startConnectProxy({ tls: { key: ofProxy.key, cert: ofProxy.chain } });
      open.push(
        () => plain.close(),
        () => secured.close(),
      );
      for (const proxy of [undefined, plain, secured]) {
        const reply = await asked({ url: vault.url, clientCertificate, proxy: proxy?.url });
        expect(reply).toMatchObject({ status: 200, text: JSON.stringify({ fingerprint }) });
        expect(proxy?.connects.length ?? 1).toBe(1);
      }
      expect([plain, secured].map(({ certificates }: ConnectProxy) => certificates)).toEqual([0, 0]);
    },
  );

  test('a server that requires one from a client without one is reported as such, without retries for a minute', async () => {
    for (let round = 0; round < 5; round += 1) {
      vault = await demanding(version);
      const problem = await asked({ url: vault.url });
      expect(problem).toMatchObject({ code: 'CLIENT_CERTIFICATE_REJECTED' });
      const told = problem instanceof Error ? `${problem.message} ${problem.remedy}` : '';
      expect(told).toMatch(
        version === 'TLSv1.3'
          ? /asks for a TLS client certificate \(ERR_SSL_\S+, 127\.0\.0\.1:\d+\)\. Set "client-certificate" and "client-key"\./
          : /refused the TLS handshake \(ERR_SSL_\S+, 127\.0\.0\.1:\d+\)\. It may ask for a client certificate\. Set "client-certificate"/,
      );
      expect(vault.connections()).toBeLessThan(4);
    }
  });

  test('a server that silently rejects it is reported as a lost connection, with the possible cause', async () => {
    vault = await demanding(version);
    const clientCertificate = { certificate: foreign.certificate.content, key: foreign.key.content };
    expect(await asked({ url: vault.url, clientCertificate })).toMatchObject({
      code: 'VAULT_UNREACHABLE',
      message: expect.stringMatching(
        / The vault, or a server in front of it, may have rejected the client certificate\.$/,
      ),
    });
  });
});

test('a connection that breaks after a reply says nothing of the certificate', async () => {
  const vault = await demanding('TLSv1.3');
  const transport = await transportTo({
    url: vault.url,
    clientCertificate: { certificate: rsa.certificate.content, key: rsa.key.content },
  });
  const get = { method: 'GET', path: '/', headers: {} } as const;
  expect((await transport.send(get, AbortSignal.timeout(5_000))).status).toBe(200);
  await open.shift()?.();
  await expect(transport.send(get, AbortSignal.timeout(5_000))).rejects.toMatchObject({
    route: { certificate: 'accepted' },
  });
});

test('without a client certificate a connection that breaks says nothing of one', async () => {
  const server = createTcp((socket) => void socket.once('data', () => socket.destroy()));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  open.push(() => server.close());
  const problem = await asked({ url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` });
  expect(problem).toMatchObject({ code: 'VAULT_UNREACHABLE' });
  expect(problem instanceof Error ? problem.message : '').not.toContain('certificate');
});

test('a key that OpenSSL cannot use with the certificate is reported at once as such', async () => {
  const vault = await demanding('TLSv1.3');
  const clientCertificate = { certificate: ec.certificate.content, key: chained.key.content };
  expect(await asked({ url: vault.url, clientCertificate })).toMatchObject({
    code: 'CLIENT_CERTIFICATE_REJECTED',
    message: expect.stringContaining(
      'the client certificate cannot be used (ERR_OSSL_X509_KEY_VALUES_MISMATCH)',
    ),
  });
  expect(vault.connections()).toBeLessThan(2);
});
