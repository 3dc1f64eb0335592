import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startConnectProxy } from './support/connect-proxy.js';
import { Job } from './support/runner.js';
import { startTokenRelay, type TokenRelay } from './support/token-relay.js';
import { type OpenWay, openWay, type Way } from './support/ways.js';
import { issueCertificates } from './vault/certificate.js';

/** A vault whose token endpoint is on another host, under another CA. */
async function started(way: Way): Promise<OpenWay & { job: Job; relay: TokenRelay; authorities: string }> {
  const open = await openWay(way);
  const relay = await startTokenRelay(open.vault);
  const job = new Job();
  onTestFinished(async () => {
    job.close();
    await relay.close();
    await open.close();
  });
  const authorities = open.vault.caCertificate + relay.caCertificate;
  const wanted = { 'ca-certificate': authorities, 'token-endpoint': relay.url, credentials: '94 > PASSWORD' };
  return { ...open, inputs: { ...open.inputs, ...wanted }, job, relay, authorities };
}

const ALL: Way[] = ['client-secret', 'oidc client-assertion'];

test.each(ALL)(
  'a login by %s is reached through the proxy though NO_PROXY covers the vault, in post too',
  async (way) => {
    const { job, vault, inputs, env, relay } = await started(way);
    const proxy = await startConnectProxy();
    onTestFinished(() => proxy.close());
    const surroundings = { ...env, HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' };
    const main = await job.main(inputs, { env: surroundings });
    expect([main.code, main.stderr], main.log).toEqual([0, '']);
    expect(new Set(proxy.connects)).toEqual(new Set([`localhost:${relay.port}`]));
    const asked = proxy.connects.length;
    const post = await job.post({}, { env });
    expect([post.code, post.stderr], post.log).toEqual([0, '']);
    expect(proxy.connects.length).toBeGreaterThan(asked);
    expect(vault.custodies()).toEqual([]);
  },
);

test.each(ALL)(
  'tls-verify: false of the vault sends nothing of %s to a host that no CA vouches for',
  async (way) => {
    const { job, inputs, env, relay } = await started(way);
    const main = await job.main({ ...inputs, 'ca-certificate': '', 'tls-verify': 'false' }, { env });
    expect([main.code, relay.bodies], main.log).toEqual([1, []]);
    expect(main.log).toContain('title=TLS_UNTRUSTED');
    expect(main.log).toContain(`The token endpoint on localhost:${relay.port}, not the vault, failed.`);
    expect(main.log).not.toMatch(/[Tt]he vault's certificate/);
  },
);

test.each(ALL)('a rejection of %s names the other host, and not the option of the vault', async (way) => {
  const { job, inputs, env, relay } = await started(way);
  for (const status of [403, 404, 500]) {
    relay.refuse(status);
    const main = await job.main({ ...inputs, retries: '0' }, { env });
    const problem = main.log.split('\n').find((line) => line.startsWith('::error')) ?? '';
    expect(problem, main.log).toContain(`localhost:${relay.port}`);
    expect(problem).not.toMatch(/"url"|Authorized IPs|log of the vault|that the vault/);
  }
});

test.each<Way>([...ALL, 'oauth1', 'access-token'])(
  'a long set of CA certificates that is gone by the time of post leaves what vouched for all hosts of %s',
  async (way) => {
    const { job, vault, inputs, env, authorities } = await started(way);
    const long = Array.from({ length: 150 }, () => issueCertificates('valid', '127.0.0.1').ca).join('');
    const file = join(job.folder, 'ca.pem');
    writeFileSync(file, long + authorities);
    const elsewhere = way === 'oauth1' || way === 'access-token' ? { 'token-endpoint': '' } : {};
    const main = await job.main({ ...inputs, ...elsewhere, 'ca-certificate': file }, { env });
    expect([main.code, main.stderr], main.log).toEqual([0, '']);
    const [kept = '', ...others] = readdirSync(job.temp).filter((name) => name.endsWith('.pem'));
    expect(others).toEqual([]);
    rmSync(join(job.temp, kept));
    const post = await job.post({}, { env });
    expect([post.code, post.stderr], post.log).toEqual([0, '']);
    expect(post.log).toContain('are missing or have changed');
    expect(vault.custodies()).toEqual([]);
  },
);
