import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LedgerData } from '../src/core/custody/ledger-data.js';
import { VERSION } from '../src/core/version.js';
import { type ConnectProxy, type ConnectProxyOptions, startConnectProxy } from './support/connect-proxy.js';
import { inputsFor } from './support/inputs.js';
import { FAST_CLOCK } from './support/other-clock.js';
import { Job, type StepResult } from './support/runner.js';
import { issueCertificates } from './vault/certificate.js';
import { startVault, type Vault, type VaultOptions } from './vault/index.js';

const LOGIN = { user: 'corp\\build er@ci', password: "p@ss:w/rd%40#?&+ çé'" };
const DEAD = 'http://127.0.0.1:9';
const INSECURE = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
const WANTED = { secrets: 'postgres/PASSWORD > DB', credentials: '94 > DEPLOY' };

function closing<T extends { close(): unknown }>(each: T): T {
  onTestFinished(async () => void (await each.close()));
  return each;
}

const vaultOf = async (options: VaultOptions = {}): Promise<Vault> =>
  closing(await startVault({ dialect: 'api', ...options }));
const proxyOf = async (options: ConnectProxyOptions = {}): Promise<ConnectProxy> =>
  closing(await startConnectProxy(options));

/** A job, and a file of the job that contains `pem`. */
function jobWith(pem = ''): { job: Job; file: string } {
  const job = closing(new Job());
  const file = join(job.folder, 'ca.pem');
  writeFileSync(file, pem);
  return { job, file };
}

function expectFetched(result: StepResult, vault: Vault): void {
  expect(result.code, result.log + result.stderr).toBe(0);
  expect(result.outputs.get('DB')).toBe(vault.value('postgres', 'PASSWORD'));
  expect(result.outputs.get('DEPLOY')).toBe(vault.password(94));
}

function expectRefused(result: StepResult, vault: Vault, code: string): void {
  expect(result.code).toBe(1);
  expect(result.log).toContain(`title=${code}`);
  expect(vault.journal.lines()).toEqual([]);
}

function expectReleased(result: StepResult, vault: Vault): void {
  expect(result.code, result.log + result.stderr).toBe(0);
  expect(vault.everTaken()).toEqual(['94']);
  expect(vault.custodies()).toEqual([]);
}

/** Main and post of a fresh job, both of which succeed. */
async function expectBoth(vault: Vault, wanted: Record<string, string>, env = {}): Promise<StepResult[]> {
  const { job } = jobWith();
  const inputs = inputsFor(vault, { ...WANTED, ...wanted });
  const main = await job.main(inputs, { env });
  expectFetched(main, vault);
  const post = await job.post(inputs, { env });
  expectReleased(post, vault);
  return [main, post];
}

test('fetches without a proxy from a vault with a private CA', async () => {
  await expectBoth(await vaultOf(), {});
});

test.each(['with', 'without'])('takes the CA only from NODE_EXTRA_CA_CERTS, post %s it', async (how) => {
  const vault = await vaultOf();
  const { job, file } = jobWith(vault.caCertificate);
  const env = { NODE_EXTRA_CA_CERTS: file };
  const inputs = inputsFor(vault, { ...WANTED, 'ca-certificate': '' });
  expectFetched(await job.main(inputs, { env }), vault);
  expectReleased(await job.post(inputs, how === 'with' ? { env } : {}), vault);
});

test('takes a CA set over 64 KB, and removes the file it kept after post', async () => {
  const vault = await vaultOf();
  const others = Array.from({ length: 150 }, () => issueCertificates('valid', '127.0.0.1').ca).join('');
  expect(others.length).toBeGreaterThan(64 * 1024);
  const { job, file } = jobWith(others + vault.caCertificate);
  const inputs = inputsFor(vault, { ...WANTED, 'ca-certificate': file });
  const kept = (): string[] => readdirSync(job.temp).filter((name) => name.endsWith('.pem'));
  expectFetched(await job.main(inputs), vault);
  expect(kept()).toHaveLength(1);
  expectReleased(await job.post(inputs), vault);
  expect(kept()).toEqual([]);
});

describe('a CA set over 64 KB', () => {
  const long = Array.from({ length: 150 }, () => issueCertificates('valid', '127.0.0.1').ca).join('');

  test.each<[string, (path: string) => void]>([
    ['gone', (path) => rmSync(path)],
    ['another', (path) => writeFileSync(path, issueCertificates('valid', '127.0.0.1').ca)],
  ])('that is %s by the time of post keeps no custody taken', async (_what, spoil) => {
    const vault = await vaultOf();
    const { ca, key, chain } = issueCertificates('valid', '127.0.0.1');
    const proxy = await proxyOf({ tls: { key, cert: chain } });
    const { job, file } = jobWith(long + vault.caCertificate + ca);
    const inputs = inputsFor(vault, { ...WANTED, 'ca-certificate': file, proxy: proxy.url });
    expectFetched(await job.main(inputs), vault);
    const kept = readdirSync(job.temp).filter((name) => name.endsWith('.pem'));
    expect(kept).toHaveLength(1);
    spoil(join(job.temp, kept[0] ?? ''));
    const post = await job.post({});
    expectReleased(post, vault);
    expect(post.log).toMatch(
      /::warning::The CA certificates that were saved in .* are missing or have changed/,
    );
  });

  test('that is mostly public roots needs no file', async () => {
    const vault = await vaultOf();
    const { job, file } = jobWith([...rootCertificates, vault.caCertificate, vault.caCertificate].join('\n'));
    const inputs = inputsFor(vault, { ...WANTED, 'ca-certificate': '' });
    expectFetched(await job.main(inputs, { env: { NODE_EXTRA_CA_CERTS: file } }), vault);
    expect(readdirSync(job.temp).filter((name) => name.endsWith('.pem'))).toEqual([]);
    rmSync(job.temp, { recursive: true });
    expectReleased(await job.post({}), vault);
  });

  test('leaves only the certificates that vouched for the vault in the state', async () => {
    const vault = await vaultOf();
    const { job, file } = jobWith(long + vault.caCertificate);
    expectFetched(await job.main(inputsFor(vault, { ...WANTED, 'ca-certificate': file })), vault);
    rmSync(job.temp, { recursive: true });
    const sealed = job.state.get('segura_ledger') ?? '';
    const { connection } = JSON.parse(sealed.slice(sealed.indexOf('.') + 1)) as LedgerData;
    expect(connection.caCertificates.trim()).toBe(vault.caCertificate.trim());
  });
});

describe('through a proxy', () => {
  test('opens every connection by CONNECT, in main and in post', async () => {
    const [vault, proxy] = [await vaultOf(), await proxyOf()];
    await expectBoth(vault, { proxy: proxy.url });
    expect(proxy.connects.length).toBeGreaterThan(1);
    expect(proxy.connects).toEqual(Array(vault.connections()).fill(`127.0.0.1:${vault.port}`));
  });

  test.each(['proxy', 'HTTPS_PROXY', 'https_proxy'])('never shows the password in %s', async (where) => {
    const [vault, proxy] = [await vaultOf(), await proxyOf(LOGIN)];
    const given = { [where]: proxy.url };
    const steps = await expectBoth(vault, where === 'proxy' ? given : {}, where === 'proxy' ? {} : given);
    expect(proxy.refused).toBe(0);
    expect(proxy.connects).toHaveLength(vault.connections());
    const pair = Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString('base64');
    for (const form of [LOGIN.password, new URL(proxy.url).password, pair]) {
      for (const { stdout, stderr, masks, summary } of steps) {
        expect(stdout.replaceAll(/^::add-mask::.*$/gm, '') + stderr + summary).not.toContain(form);
        expect(masks).toContain(form);
      }
    }
  });

  test.each(['wrong', ''])('fails with PROXY_FAILED when the password is "%s"', async (password) => {
    const [vault, proxy] = [await vaultOf(), await proxyOf(LOGIN)];
    const given = Object.assign(new URL(proxy.address), { username: LOGIN.user, password });
    const main = await jobWith().job.main(inputsFor(vault, { ...WANTED, proxy: given.href }));
    expectRefused(main, vault, 'PROXY_FAILED');
    expect(main.log).toContain('HTTP 407');
    expect(proxy.refused).toBeGreaterThan(0);
  });

  test('fails with PROXY_FAILED when the proxy cannot be reached, and names it', async () => {
    const vault = await vaultOf();
    const main = await jobWith().job.main(inputsFor(vault, { ...WANTED, proxy: DEAD, retries: '0' }));
    expectRefused(main, vault, 'PROXY_FAILED');
    expect(main.log).toContain(
      `the proxy 127.0.0.1:9 cannot be reached, and so 127.0.0.1:${vault.port} cannot either (ECONNREFUSED).`,
    );
  });

  test('is not checked if it is not used', async () => {
    const env = { HTTPS_PROXY: 'socks5://proxy.example.com:1080', NO_PROXY: '10.0.0.0/8, 127.0.0.0/8' };
    await expectBoth(await vaultOf(), {}, env);
  });

  test('warns of an entry of NO_PROXY that means nothing', async () => {
    const [vault, proxy] = [await vaultOf(), await proxyOf()];
    const [main] = await expectBoth(vault, { proxy: proxy.url }, { NO_PROXY: '127.0.*,other.example' });
    expect(proxy.connects.length).toBeGreaterThan(0);
    expect(main?.log).toMatch(/^::warning::NO_PROXY .* has the entry 127\.0\.\*/m);
    expect(main?.log).not.toContain('other.example');
  });

  test('trusts a proxy with TLS only by the same CA set', async () => {
    const vault = await vaultOf();
    const { ca, key, chain } = issueCertificates('valid', '127.0.0.1');
    const proxy = await proxyOf({ ...LOGIN, tls: { key, cert: chain } });
    const wanted = { ...WANTED, proxy: proxy.url };
    expectRefused(await jobWith().job.main(inputsFor(vault, wanted)), vault, 'TLS_UNTRUSTED');
    expect(proxy.connects).toEqual([]);
    await expectBoth(vault, { ...wanted, 'ca-certificate': vault.caCertificate + ca });
    expect(proxy.connects).toHaveLength(vault.connections());
  });

  test('prefers the input "proxy" to HTTPS_PROXY', async () => {
    const [vault, proxy, other] = [await vaultOf(), await proxyOf(), await proxyOf()];
    await expectBoth(vault, { proxy: proxy.url }, { HTTPS_PROXY: other.url });
    expect(proxy.connects).toHaveLength(vault.connections());
    expect(other.connects).toEqual([]);
  });

  test.each(['no-proxy', 'NO_PROXY', 'no_proxy'])('is not used for a vault that %s names', async (where) => {
    const [vault, proxy] = [await vaultOf(), await proxyOf()];
    const named = { [where]: 'other.invalid,127.0.0.1' };
    const [inputs, env] = where === 'no-proxy' ? [named, { NO_PROXY: 'other.invalid' }] : [{}, named];
    await expectBoth(vault, { proxy: proxy.url, ...inputs }, env);
    expect(proxy.connects).toEqual([]);
  });
});

describe.each(['directly', 'through a proxy'])('when the certificate cannot be trusted, %s', (way) => {
  const wantedOf = async (): Promise<Record<string, string>> =>
    way === 'directly' ? WANTED : { ...WANTED, proxy: (await proxyOf()).url };

  test.each(['wrong-host', 'expired', 'self-signed'] as const)('rejects one that is %s', async (tls) => {
    const vault = await vaultOf({ tls });
    const main = await jobWith().job.main(inputsFor(vault, await wantedOf()));
    expectRefused(main, vault, 'TLS_UNTRUSTED');
  });

  test('rejects an unknown CA whatever NODE_TLS_REJECT_UNAUTHORIZED says', async () => {
    const vault = await vaultOf();
    const inputs = inputsFor(vault, { ...(await wantedOf()), 'ca-certificate': '' });
    expectRefused(await jobWith().job.main(inputs, { env: INSECURE }), vault, 'TLS_UNTRUSTED');
  });

  test('accepts it when tls-verify is false, and warns', async () => {
    const vault = await vaultOf({ tls: 'self-signed' });
    const [main] = await expectBoth(vault, { ...(await wantedOf()), 'tls-verify': 'false' });
    expect(main?.log).toMatch(/^::warning::tls-verify is false/m);
  });
});

test('main and post send the run of the job to the vault', async () => {
  const vault = await vaultOf();
  const { job } = jobWith();
  const inputs = inputsFor(vault, WANTED);
  const env = { GITHUB_REPOSITORY: 'owner/re(po)é', GITHUB_RUN_ID: '123', GITHUB_RUN_ATTEMPT: '1' };
  expectFetched(await job.main(inputs, { env }), vault);
  const asked = vault.journal.requests.length;
  expectReleased(await job.post(inputs, { env }), vault);
  expect(vault.journal.requests.length).toBeGreaterThan(asked);
  const agent = `segura-secrets/${VERSION} (github; owner/re_po__; run 123/1)`;
  expect(new Set(vault.journal.requests.map(({ userAgent }) => userAgent))).toEqual(new Set([agent]));
});

describe('when something changed on the way', () => {
  test('main sends nothing to a foreign server behind a proxy', async () => {
    const [vault, stranger] = [await vaultOf(), await vaultOf()];
    const proxy = await proxyOf({ divertTo: stranger.port });
    const main = await jobWith().job.main(inputsFor(vault, { ...WANTED, proxy: proxy.url }));
    expectRefused(main, stranger, 'TLS_UNTRUSTED');
    expect(stranger.connections()).toBeGreaterThan(0);
  });

  test('post sends nothing to a foreign server that the environment now trusts', async () => {
    const vault = await vaultOf();
    const { job, file } = jobWith();
    const inputs = inputsFor(vault, { ...WANTED, retries: '0' });
    expectFetched(await job.main(inputs), vault);
    await vault.close();
    const stranger = await vaultOf({ port: vault.port });
    writeFileSync(file, stranger.caCertificate);
    const { nodeFlags, env } = FAST_CLOCK;
    const post = await job.post(inputs, {
      nodeFlags,
      env: { ...env, ...INSECURE, NODE_EXTRA_CA_CERTS: file },
    });
    expect(post.log).toContain('RELEASE_FAILED');
    expect(stranger.connections()).toBeGreaterThan(0);
    expect(stranger.journal.lines()).toEqual([]);
  });

  test('post releases custody directly, as main reached the vault', async () => {
    const [vault, stranger] = [await vaultOf(), await vaultOf()];
    const trap = await proxyOf({ divertTo: stranger.port });
    const { job, file } = jobWith(stranger.caCertificate);
    const inputs = inputsFor(vault, WANTED);
    expectFetched(await job.main(inputs), vault);
    for (const address of [DEAD, trap.url]) {
      const proxied = { HTTPS_PROXY: address, https_proxy: address, NODE_USE_ENV_PROXY: '1' };
      const env = { ...proxied, ...INSECURE, NODE_EXTRA_CA_CERTS: file };
      expectReleased(await job.post(inputs, { env }), vault);
    }
    expect([...trap.connects, ...stranger.journal.lines()]).toEqual([]);
  });

  test('post goes through the proxy of main', async () => {
    const [vault, proxy] = [await vaultOf(), await proxyOf(LOGIN)];
    const { job } = jobWith();
    expectFetched(await job.main(inputsFor(vault, WANTED), { env: { HTTPS_PROXY: proxy.url } }), vault);
    const inputs = inputsFor(vault, { ...WANTED, proxy: DEAD, 'no-proxy': '*' });
    const env = { HTTPS_PROXY: DEAD, https_proxy: DEAD, NO_PROXY: '*', no_proxy: '*' };
    expectReleased(await job.post(inputs, { env }), vault);
    expect(proxy.connects).toHaveLength(vault.connections());
  });
});
