import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { type ClientCertificate, makeClientCertificates } from '../support/client-certificates.js';
import { lacks } from '../support/skips.js';
import type { Vault, VaultOptions } from './index.js';
import { ask, askToken, type RawReply, tokenFor } from './raw-client.js';
import { openVault } from './vault-fixture.js';

/** Sources: docs.senhasegura.io v3-32, certificate fingerprint of an authorization; RFC 8705. */
const folder = mkdtempSync(join(tmpdir(), 'mtls-'));
const certificates = makeClientCertificates(folder);
const { rsa, ec, chained, expired, future, foreign, ca } = certificates;
const path = '/iso/pam/credential/94';

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = (mode: 'asked' | 'required', options: VaultOptions = {}): Promise<Vault> =>
  openVault({ ...options, clientCertificates: mode, clientCa: ca.content });

const pem = ({ certificate, key }: ClientCertificate) => ({ cert: certificate.content, key: key.content });

function login(vault: Vault, client?: ClientCertificate, maxVersion?: 'TLSv1.2'): Promise<RawReply> {
  const { clientId, clientSecret } = vault.clients.ci;
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const tls = client && { ...pem(client), ...(maxVersion === undefined ? {} : { maxVersion }) };
  return ask(vault, 'POST', '/iso/oauth2/token', { form, ...(tls === undefined ? {} : { tls }) });
}

test('a vault that requires a certificate answers those that its CA signed, and no others', async () => {
  const vault = await open('required');
  for (const client of [rsa, ec, chained]) expect((await login(vault, client)).status).toBe(200);
  expect(vault.journal.requests.map(({ clientCertificate }) => clientCertificate)).toEqual(
    [rsa, ec, chained].map(({ fingerprint256 }) => fingerprint256),
  );
  const asked = vault.journal.requests.length;
  for (const client of [undefined, expired, future, foreign]) {
    for (const version of [undefined, 'TLSv1.2'] as const) {
      await expect(login(vault, client, version)).rejects.toThrow(
        /alert|ECONNRESET|EPIPE|hang up|disconnected/,
      );
    }
  }
  expect(vault.journal.requests).toHaveLength(asked);
});

test('a vault that asks for one answers without it too', async () => {
  const vault = await open('asked');
  for (const client of [undefined, rsa, expired, foreign]) {
    expect((await login(vault, client)).status).toBe(200);
  }
});

test.each([
  ['SHA-1', (of: ClientCertificate) => of.fingerprint],
  ['SHA-256', (of: ClientCertificate) => of.fingerprint256],
  [
    'SHA-256 in small letters without colons',
    (of: ClientCertificate) => of.fingerprint256.replaceAll(':', '').toLowerCase(),
  ],
])('an authorization with a fingerprint by %s is opened by its certificate only', async (_name, print) => {
  const vault = await open('asked');
  const token = await tokenFor(vault, vault.clients.ci);
  vault.authorization('ci').certificateFingerprint = print(ec);
  expect((await login(vault, ec)).status).toBe(200);
  expect((await ask(vault, 'GET', path, { token, tls: pem(ec) })).status).toBe(200);
  for (const client of [undefined, rsa, foreign]) {
    const { status, body } = await login(vault, client);
    expect([status, body.error]).toEqual([401, 'invalid_client']);
    const read = await ask(vault, 'GET', path, { token, ...(client && { tls: pem(client) }) });
    expect([read.status, read.body.response.message]).toEqual([401, 'Invalid certificate fingerprint']);
  }
  expect((await askToken(vault, vault.clients.other)).status).toBe(200);
});

test('the certificate also needs the right secret', async () => {
  const vault = await open('required');
  vault.authorization('ci').certificateFingerprint = rsa.fingerprint;
  const form = {
    grant_type: 'client_credentials',
    client_id: vault.clients.ci.clientId,
    client_secret: 'wrong',
  };
  const { status, body } = await ask(vault, 'POST', '/iso/oauth2/token', { form, tls: pem(rsa) });
  expect([status, body.message]).toEqual([401, 'Client authentication failed']);
});

test('a certificate that the CA did not sign does not count, whatever its fingerprint', async () => {
  const vault = await open('asked');
  for (const client of [expired, foreign]) {
    vault.authorization('ci').certificateFingerprint = client.fingerprint;
    expect((await login(vault, client)).status).toBe(401);
  }
});

test('a connection that resumes an earlier TLS session still has its certificate', async () => {
  const vault = await open('asked');
  const token = await tokenFor(vault, vault.clients.ci);
  vault.authorization('ci').certificateFingerprint = rsa.fingerprint256;
  const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`;
  const speak = (session?: Buffer) =>
    new Promise<{ text: string; session: Buffer | undefined; reused: boolean }>((resolve, reject) => {
      const tls = { ...pem(rsa), ca: vault.caCertificate, ...(session === undefined ? {} : { session }) };
      const socket = connect(vault.port, '127.0.0.1', tls, () => socket.write(request));
      let [text, next, reused]: [string, Buffer | undefined, boolean] = ['', undefined, false];
      socket.once('secureConnect', () => {
        reused = socket.isSessionReused();
      });
      socket.on('session', (given) => {
        next = given;
      });
      socket.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      socket.once('error', reject);
      socket.once('close', () => resolve({ text, session: next, reused }));
    });
  const first = await speak();
  const second = await speak(first.session);
  expect([first.reused, second.reused]).toEqual([false, true]);
  for (const { text } of [first, second]) expect(text).toMatch(/^HTTP\/1.1 200 OK/);
});

test('without certificates, or without TLS, an authorization with a fingerprint is closed', async () => {
  for (const options of [{}, { tls: 'off' }] as const) {
    const vault = await openVault(options);
    vault.authorization('ci').certificateFingerprint = rsa.fingerprint;
    expect((await login(vault, rsa)).status).toBe(401);
  }
});

describe.skipIf(lacks('openssl'))('openssl s_client', () => {
  test('gets a token with the certificate, and an alert without', async () => {
    const vault = await open('required');
    vault.authorization('ci').certificateFingerprint = chained.fingerprint256;
    const caFile = join(folder, 'vault-ca.pem');
    writeFileSync(caFile, vault.caCertificate);
    const { clientId, clientSecret } = vault.clients.ci;
    const body = `grant_type=client_credentials&client_id=${clientId}&client_secret=${clientSecret}`;
    const request = [
      'POST /iso/oauth2/token HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${body.length}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n');
    const client = async (...more: string[]): Promise<string> => {
      const args = ['s_client', '-connect', `127.0.0.1:${vault.port}`, '-CAfile', caFile, '-quiet', ...more];
      const running = promisify(execFile)('openssl', [...args, '-verify_return_error']);
      running.child.stdin?.on('error', () => undefined).write(request);
      const { stdout, stderr } = await running.catch((error: { stdout: string; stderr: string }) => error);
      return stdout + stderr;
    };
    const { certificate, key } = chained;
    const files = ['-cert', certificate.path, '-cert_chain', certificate.path, '-key', key.path];
    expect(await client(...files)).toMatch(/HTTP\/1\.1 200 OK[\s\S]*"access_token":"/);
    expect(await client()).toMatch(/alert certificate required/);
  });
});
