import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { problemsOf } from '../src/core/errors.js';
import { Secret } from '../src/core/secret.js';
import { clientSecretAuth } from '../src/core/vault/auth/client-secret.js';
import { Client } from '../src/core/vault/client.js';
import type { ClientCertificate, Connection } from '../src/core/vault/connection/connection.js';
import { connectionSecretsOf } from '../src/http/proxy.js';
import { readClientCertificate } from '../src/http/tls/client-certificate.js';
import { openTransport } from '../src/http/transport.js';
import { systemClock } from '../src/platform/process/clock.js';
import { makeClientCertificates } from './support/client-certificates.js';
import { lacks, pathOf } from './support/skips.js';
import { LEDGER_DATA, quietLog } from './unit/fakes.js';
import { issueCertificates } from './vault/certificate.js';
import { startVault, type Vault } from './vault/index.js';

/** Servers of others that require client certificates: `openssl s_server`, and nginx before the embedded vault. */

const folder = mkdtempSync(join(tmpdir(), 'mutual-tls-'));
const made = makeClientCertificates(folder);
const own = issueCertificates('valid', '127.0.0.1');
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const SERVER = { certificate: file('server.crt', own.chain), key: file('server.key', own.key) };
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function started(program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  open.push(() => {
    child.kill('SIGKILL');
    return ended;
  });
  child.stdout.resume();
  child.stderr.resume();
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

/** Resolves when something listens there; the test's own time limit ends a wait in vain. */
async function listens(port: number): Promise<void> {
  for (;;) {
    const isUp = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1', () => done(true)).once('error', () => done(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isUp) return;
    await new Promise((later) => setTimeout(later, 20));
  }
}

const given = (certificate: ClientCertificate | undefined, url: string): Connection => ({
  ...LEDGER_DATA.connection,
  url,
  caCertificates: own.ca,
  clientCertificate: certificate,
});
const pem = ({ certificate, key }: typeof made.rsa): ClientCertificate => ({
  certificate: certificate.content,
  key: key.content,
});

async function get(connection: Connection, retries = 0) {
  const vault = await clientOf(connection, { clientId: 'i', clientSecret: 's' }, retries);
  try {
    return await vault.exchange.send({ method: 'GET', path: '/', headers: {} });
  } catch (error) {
    const [problem] = problemsOf(error);
    return problem;
  }
}

async function clientOf(
  connection: Connection,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
  retries = 0,
): Promise<Client> {
  const client = await Client.open({
    connection,
    reach: {
      connect: (to) => openTransport(to, () => import('../src/http/undici.js')),
      secretsOf: connectionSecretsOf,
    },
    auth: clientSecretAuth(clientId, new Secret(clientSecret)),
    endpoints: { dsm: 'auto', pam: 'auto' },
    limits: {
      timeoutMs: 5_000,
      retries,
      deadlineAtMs: Date.now() + 20_000,
      signal: new AbortController().signal,
    },
    clock: systemClock,
    log: quietLog,
    hide: () => undefined,
  });
  open.push(() => client.close());
  return client;
}

/** `openssl s_server` that requires a client certificate of a CA. */
async function sServer(version: string, port?: number, ca = made.ca.path): Promise<string> {
  port ??= await freePort();
  started('openssl', [
    ...['s_server', '-accept', `127.0.0.1:${port}`, '-cert', SERVER.certificate, '-key', SERVER.key],
    ...['-Verify', '3', '-verify_return_error', '-CAfile', ca, '-www', '-quiet', version],
  ]);
  await listens(port);
  return `https://127.0.0.1:${port}`;
}

describe.skipIf(lacks('openssl')).each(['-tls1_2', '-tls1_3'])('openssl s_server -Verify %s', (version) => {
  test('accepts a certificate, a chain and PKCS#12', async () => {
    const url = await sServer(version);
    const pkcs12 = readClientCertificate(
      {
        certificate: made.pkcs12('aes-256').content.toString('base64'),
        key: '',
        passphrase: made.passphrase,
      },
      () => '',
      { nowMs: Date.now() },
    )?.clientCertificate;
    for (const each of [pem(made.rsa), pem(made.ec), pem(made.chained), pkcs12])
      expect(await get(given(each, url))).toMatchObject({
        status: 200,
        text: expect.stringContaining('Client certificate'),
      });
  });

  test('whose alerts for a missing, a foreign and an expired certificate are reported as such', async () => {
    const url = await sServer(version);
    const none = await get(given(undefined, url));
    expect(none).toMatchObject({ code: 'CLIENT_CERTIFICATE_REJECTED' });
    expect(String(none)).toMatch(
      version === '-tls1_3' ? /asks for a TLS client certificate/ : /It may ask for a client certificate/,
    );
    for (const each of [made.foreign, made.expired]) {
      const rejected = await get(given(pem(each), url), 4);
      expect(rejected).toMatchObject({ code: 'CLIENT_CERTIFICATE_REJECTED' });
      expect(String(rejected)).toMatch(
        /the vault, or a server in front of it, rejected the client certificate \(ERR_SSL_\S*_ALERT_\S+,/,
      );
    }
  });
});

describe.skipIf(lacks('openssl'))('a certificate that is rejected after a reply', () => {
  test('leaves it open whether the request was carried out: no alert says which line it ends', async () => {
    const url = await sServer('-tls1_3');
    const transport = await openTransport(given(pem(made.rsa), url), () => import('../src/http/undici.js'));
    open.push(() => transport.close());
    const send = () => transport.send({ method: 'GET', path: '/', headers: {} }, AbortSignal.timeout(5_000));
    expect((await send()).status).toBe(200);
    await open.shift()?.();
    // Its successor trusts another CA.
    await sServer('-tls1_3', Number(new URL(url).port), file('own-ca.crt', own.ca));
    await expect(send()).rejects.toMatchObject({
      reason: 'client-certificate',
      detail: expect.stringContaining('ALERT_UNKNOWN_CA'),
      neverSent: false,
      route: { certificate: 'accepted' },
    });
  });
});

/** Debian has it where the PATH of a user does not lead. */
const NGINX = pathOf('nginx') || (existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : '');
const lacksNginx = lacks('nginx', NGINX !== '');

describe.skipIf(lacksNginx)('nginx with ssl_verify_client on', () => {
  async function before(vault: Vault): Promise<string> {
    const port = await freePort();
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((kind) => `${kind}_temp_path ${join(folder, kind)};`)
      .join('\n');
    const configuration = file(
      'nginx.conf',
      `daemon off; master_process off; pid ${join(folder, 'nginx.pid')}; error_log ${join(folder, 'error.log')};
events {}
http {
  access_log off;
  ${temporary}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${SERVER.certificate};
    ssl_certificate_key ${SERVER.key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_verify_client on;
    ssl_verify_depth 3;
    ssl_client_certificate ${made.ca.path};
    location / {
      proxy_pass ${vault.url};
      add_header X-Seen-Fingerprint $ssl_client_fingerprint always;
    }
  }
}
`,
    );
    started(NGINX, ['-c', configuration, '-p', folder, '-e', join(folder, 'error.log')]);
    await listens(port);
    return `https://127.0.0.1:${port}`;
  }

  async function opened(): Promise<{ vault: Vault; url: string }> {
    const vault = await startVault({ dialect: 'api' });
    open.push(() => vault.close());
    return { vault, url: await before(vault) };
  }
  const witness = {
    leaves: async () => undefined,
    givenUp: () => undefined,
    replied: () => undefined,
    refused: () => undefined,
    notTaken: () => undefined,
  };

  test('lets a login, a read and the release of its custody through', async () => {
    const { vault, url } = await opened();
    for (const each of [made.rsa, made.chained]) {
      const client = await clientOf(given(pem(each), url), vault.clients.ci);
      const { fields } = await client.pam.read('94', true, witness);
      expect(fields.get('password')).toEqual(new Secret(vault.password(94)));
      expect(vault.custodies()).toHaveLength(1);
      expect(await client.pam.release('94', undefined)).toBe('released');
      expect(vault.custodies()).toEqual([]);
    }
  });

  test('passes on the SHA-1 fingerprint that the log shows', async () => {
    const { url } = await opened();
    const read = readClientCertificate(
      {
        certificate: made.rsa.certificate.path,
        key: made.keys.rsaPkcs8Encrypted.content,
        passphrase: made.passphrase,
      },
      () => made.rsa.certificate.content,
      { nowMs: Date.now() },
    );
    const reply = await get(given(read?.clientCertificate, url));
    const [seen = ''] =
      'headers' in (reply ?? {})
        ? [(reply as { headers: Record<string, string> }).headers['x-seen-fingerprint']]
        : [];
    const shown = /SHA-1 ([0-9A-F:]+),/.exec(read?.description ?? '')?.[1];
    expect(shown?.replaceAll(':', '').toLowerCase()).toBe(seen);
  });

  test('whose pages for a missing and a foreign certificate are reported as such, without their text', async () => {
    const { vault, url } = await opened();
    const problemOf = async (certificate: ClientCertificate | undefined) => {
      const client = await clientOf(given(certificate, url), vault.clients.ci, 4);
      const [problem] = await client.listSecrets().then(() => [], problemsOf);
      return `${problem?.code} ${problem?.message}`;
    };
    expect(await problemOf(undefined)).toBe(
      'CLIENT_CERTIFICATE_REJECTED POST /iso/oauth2/token: a server in front of the vault asks for a TLS client certificate, and none was sent (HTTP 400).',
    );
    expect(await problemOf(pem(made.foreign))).toBe(
      'CLIENT_CERTIFICATE_REJECTED POST /iso/oauth2/token: a server in front of the vault rejected the client certificate (HTTP 400).',
    );
    expect(vault.journal.requests).toEqual([]);
  });
});

describe('the embedded vault that requires client certificates', () => {
  const certificateOf = (given: typeof made.rsa) =>
    readClientCertificate(
      { certificate: given.certificate.content, key: given.key.content, passphrase: '' },
      () => '',
      { nowMs: Date.now() },
    );

  test.each(['SHA-1', 'SHA-256'])('accepts only the certificate whose %s the log shows', async (kind) => {
    const vault = await startVault({
      dialect: 'api',
      clientCertificates: 'required',
      clientCa: made.ca.content,
    });
    open.push(() => vault.close());
    const read = certificateOf(made.rsa);
    const [, fingerprint = ''] = new RegExp(`${kind} ([0-9A-F:]+)`).exec(read?.description ?? '') ?? [];
    vault.authorization('ci').certificateFingerprint = fingerprint;
    const connectionWith = (clientCertificate: ClientCertificate | undefined): Connection => ({
      ...given(clientCertificate, vault.url),
      caCertificates: vault.caCertificate,
    });
    const client = await clientOf(connectionWith(read?.clientCertificate), vault.clients.ci);
    expect((await client.listSecrets()).length).toBeGreaterThan(0);
    const codeWith = async (certificate: ClientCertificate | undefined) => {
      const other = await clientOf(connectionWith(certificate), vault.clients.ci);
      const [problem] = await other.listSecrets().then(() => [], problemsOf);
      return problem?.code;
    };
    expect(await codeWith(certificateOf(made.ec)?.clientCertificate)).toBe('TOKEN_REJECTED');
    expect(await codeWith(undefined)).toBe('CLIENT_CERTIFICATE_REJECTED');
  });
});
