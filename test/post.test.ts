import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LedgerData } from '../src/core/custody/ledger-data.js';
import { seal } from '../src/core/custody/seal.js';
import { packLogin } from '../src/core/job/login/packed-secret.js';
import { Secret } from '../src/core/secret.js';
import { BREAK_OFFS, errorAt, flagsOf, MESSAGE } from './support/break-offs.js';
import { inputsFor } from './support/inputs.js';
import { FAST_CLOCK } from './support/other-clock.js';
import { Job } from './support/runner.js';
import { type FaultRule, startVault, type Vault, type VaultOptions } from './vault/index.js';
import { until } from './vault/vault-fixture.js';

const CREDENTIALS = '94 > A\nroot@web-01 > B\n96 > C';
const ALWAYS = Number.POSITIVE_INFINITY;

async function held(options: VaultOptions = {}, wanted: Record<string, string> = {}) {
  const vault = await startVault({ dialect: 'api', ...options });
  const job = new Job();
  const inputs = inputsFor(vault, { credentials: CREDENTIALS, ...wanted });
  const main = await job.main(inputs);
  expect(main.code, main.log).toBe(0);
  expect(vault.custodies().length).toBe(3);
  const close = async (): Promise<void> => {
    job.close();
    await vault.close();
  };
  return { vault, job, inputs, main, close };
}

function deletions(vault: Vault): string[] {
  return vault.journal.lines().filter((line) => line.startsWith('DELETE'));
}

describe('post', () => {
  test('prints one receipt a line, with the names in the requests', async () => {
    const { vault, job, inputs, close } = await held();
    const post = await job.post(inputs);
    expect(post.code).toBe(0);
    const receipts = post.log.split('\n').filter((line) => line.startsWith('released custody of '));
    expect(receipts.map((line) => line.replace(/after \d+ s$/, 'after')).sort()).toEqual([
      'released custody of 94 after',
      'released custody of 96 after',
      'released custody of root@web-01 after',
    ]);
    expect(deletions(vault).length).toBe(3);
    await close();
  });

  test.each(
    BREAK_OFFS.flatMap((breakOff) => [
      [breakOff, 'warn', 'warning', 0] as const,
      [breakOff, 'fail', 'error', 1] as const,
    ]),
  )(
    'reports the interruption when %s, with the severity of release-failure: %s',
    async (breakOff, releaseFailure, type, code) => {
      const { vault, job, inputs, close } = await held({}, { 'release-failure': releaseFailure });
      vault.faults.add({ match: { path: /custody/ }, times: 9, fault: { kind: 'delay', ms: 4_000 } });
      // What main had counts, whatever a later step has made of the input.
      const other = { ...inputs, 'release-failure': releaseFailure === 'fail' ? 'warn' : 'fail' };
      const post = await job.post(other, { nodeFlags: flagsOf(breakOff) });
      expect([post.code, post.stderr], post.log).toEqual([code, '']);
      expect(post.stdout).toContain(`::${type} title=RELEASE_FAILED::Custody release was interrupted`);
      expect(post.stdout.includes('An unexpected RangeError')).toBe(breakOff !== 'time runs out');
      expect(post.stdout).not.toContain(MESSAGE);
      await close();
    },
  );

  test('releases what main held when an unexpected error ended it', async () => {
    const vault = await startVault({ dialect: 'api' });
    const job = new Job();
    const inputs = inputsFor(vault, { credentials: `${CREDENTIALS}\n1000 > D` });
    vault.faults.add({ match: { path: /credential\/1000/ }, times: 9, fault: { kind: 'delay', ms: 20_000 } });
    const now = join(job.temp, 'now');
    const main = await job.main(inputs, {
      nodeFlags: errorAt(now),
      onStart: () => void until(() => vault.custodies().length === 3).then(() => writeFileSync(now, '')),
    });
    expect([main.code, main.stderr], main.log).toEqual([1, '']);
    expect(main.stdout).toContain('::error title=INTERNAL::An unexpected RangeError');
    expect(main.stdout).not.toContain(MESSAGE);
    expect(vault.custodies().length).toBe(3);
    const post = await job.post(inputs);
    expect([post.code, vault.custodies()], post.log).toEqual([0, []]);
    job.close();
    await vault.close();
  });

  test('after many reads without a reply is quiet about itself', async () => {
    const vault = await startVault({ dialect: 'api' });
    const job = new Job();
    const credentials = Array.from({ length: 30 }, (_, at) => `${1_000 + at} > P${at}`).join('\n');
    const inputs = inputsFor(vault, { credentials });
    const match = { method: 'GET', path: /credential/ };
    vault.faults.add({ match, times: 8, fault: { kind: 'delay', ms: 20_000 } });
    await job.main(inputs, {
      onStart: (pid) => {
        const looking = setInterval(() => {
          if (!vault.journal.requests.some(({ path }) => path.includes('credential'))) return;
          clearInterval(looking);
          process.kill(pid, 'SIGKILL');
        }, 5);
      },
    });
    const post = await job.post(inputs);
    expect([post.code, post.stderr]).toEqual([0, '']);
    expect(vault.custodies()).toEqual([]);
    job.close();
    await vault.close();
  });

  test('with nothing in the state does nothing, prints nothing and loads neither @actions/core nor an HTTP client', async () => {
    const job = new Job();
    const state = new Map([['segura_ledger', '']]);
    const post = await job.post({ 'client-secret': 'x' }, { state, nodeFlags: ['--trace-uncaught'] });
    expect([post.code, post.stdout, post.stderr]).toEqual([0, '', '']);
    const source = readFileSync(new URL('../dist/post.js', import.meta.url), 'utf8');
    expect(source.length).toBeLessThan(3_000);
    job.close();
  });

  const passing: Record<string, FaultRule['fault']> = {
    'the vault is busy (429)': { kind: 'tooManyRequests', retryAfterSeconds: 1 },
    'the vault fails (503)': { kind: 'status', status: 503 },
    'a gateway fails after the release (502)': { kind: 'status', status: 502, handled: true },
    'connections break': { kind: 'reset' },
    'connections break after the release': { kind: 'resetAfter' },
  };
  for (const [name, fault] of Object.entries(passing)) {
    test.concurrent(`tries again when ${name}`, async () => {
      const { vault, job, inputs, close } = await held();
      vault.faults.add({ match: { method: 'DELETE' }, times: 4, fault });
      const post = await job.post(inputs);
      expect(post.code, post.log).toBe(0);
      expect(post.log).not.toContain('RELEASE_FAILED');
      expect(vault.custodies()).toEqual([]);
      await close();
    });
  }

  test('counts what another client released (1018) and what is gone (1007) as released', async () => {
    const { vault, job, inputs, close } = await held();
    vault.releaseBy('94', vault.clients.ci.clientId);
    vault.faults.add({ match: { path: /custody\/96/ }, fault: { kind: 'businessError', code: 1_007 } });
    const post = await job.post(inputs);
    expect(post.code).toBe(0);
    expect(post.log).toContain('custody of 94 was not held any more');
    expect(post.log).toContain('custody of 96 was not held any more');
    expect(post.log).not.toContain('::warning');
    await close();
  });

  for (const status of [404, 410]) {
    test(`tries the other prefix after ${status}, and then both again until the vault answers`, async () => {
      const { vault, job, inputs, close } = await held();
      for (const path of [/^\/api.*custody\/94/, /^\/iso.*custody\/94/])
        vault.faults.add({ match: { path }, times: 2, fault: { kind: 'status', status } });
      const post = await job.post(inputs);
      expect([post.code, vault.custodies()], post.log).toEqual([0, []]);
      expect(deletions(vault).filter((line) => line.endsWith('/94'))).toEqual([
        'DELETE /api/pam/credential/custody/94',
        'DELETE /iso/pam/credential/custody/94',
        'DELETE /api/pam/credential/custody/94',
        'DELETE /iso/pam/credential/custody/94',
        'DELETE /api/pam/credential/custody/94',
      ]);
      await close();
    });
  }

  test('fails the job with release-failure "fail" as main had it, one failure stranding no other', async () => {
    const { vault, job, inputs, close } = await held({}, { 'release-failure': 'fail' });
    vault.faults.add({
      match: { path: /custody\/94/ },
      times: ALWAYS,
      fault: { kind: 'businessError', code: 1_009 },
    });
    const post = await job.post({ ...inputs, 'release-failure': 'warn' });
    expect(post.code).toBe(1);
    expect(post.log).toContain('::error title=RELEASE_FAILED::');
    expect(vault.custodies().map(({ credentialId }) => credentialId)).toEqual(['94']);
    await close();
  });

  test('releases custody that was kept on purpose only when main did not end well', async () => {
    const { vault, job, inputs, close } = await held({}, { 'custody-release': 'false' });
    const post = await job.post(inputs);
    expect(post.code).toBe(0);
    expect(deletions(vault)).toEqual([]);
    expect(vault.custodies().length).toBe(3);
    const failed = await job.main({ ...inputs, credentials: '1000 > A\n1001/nope > B' });
    expect(failed.code).toBe(1);
    expect(vault.custodies().length).toBe(3);
    await close();
  });
});

describe('a state that main did not write', () => {
  for (const [name, forge] of Object.entries({
    'is made up': () =>
      'x.{"version":2,"custody":[{"credential":"97","state":"held","sinceMs":0}],"files":[]}',
    'names another vault': (sealed: string) => sealed.replace(/"url":"[^"]*"/, '"url":"https://127.0.0.1:9"'),
    'names another file': (sealed: string) =>
      sealed.replace('"files":[]', '"files":[{"path":"/tmp/x","device":"1","inode":"1","folder":false}]'),
    'is cut': (sealed: string) => sealed.slice(0, -3),
  })) {
    test(`contacts no one and is reported when it ${name}`, async () => {
      const { vault, job, inputs, close } = await held();
      const before = vault.journal.requests.length;
      job.state.set('segura_ledger', forge(job.state.get('segura_ledger') ?? ''));
      const warned = await job.post(inputs);
      expect(warned.code).toBe(0);
      expect(warned.log).toContain('::warning title=STATE_INVALID::');
      expect(vault.journal.requests.length).toBe(before);
      await close();
    });
  }

  test('fails the job if that was the setting of main, as far as the text still says it', async () => {
    const { job, inputs, close } = await held({}, { 'release-failure': 'fail' });
    job.state.set('segura_ledger', (job.state.get('segura_ledger') ?? '').slice(0, -3));
    const post = await job.post({ ...inputs, 'release-failure': 'warn' });
    expect(post.code).toBe(1);
    expect(post.log).toContain('::error title=STATE_INVALID::');
    await close();
  });

  test('gives no access to another state: a forged one has only its own login and vault', async () => {
    const { vault, job, inputs, close } = await held();
    const attacker = await startVault({ dialect: 'api' });
    const [, text = ''] = /^[^.]*\.(.*)$/s.exec(job.state.get('segura_ledger') ?? '') ?? [];
    const data = JSON.parse(text) as LedgerData;
    const bait = join(job.workspace, 'bait');
    writeFileSync(bait, 'precious');
    const forged = {
      ...data,
      login: packLogin(new Secret('secret-of-the-attacker')),
      connection: { ...data.connection, url: attacker.url, caCertificates: attacker.caCertificate },
      files: [{ path: bait, device: '1', inode: '1', folder: false }],
    };
    const { clientSecret } = vault.clients.ci;
    const post = await job.post(inputs, { state: new Map([['segura_ledger', seal(forged, undefined)]]) });
    expect(post.log).toContain('RELEASE_FAILED');
    expect(JSON.stringify(attacker.journal.requests)).not.toContain(clientSecret);
    expect(readFileSync(bait, 'utf8')).toBe('precious');
    const own = await job.post(inputs);
    expect([own.code, vault.custodies()], own.log).toEqual([0, []]);
    await attacker.close();
    await close();
  });
});

describe('an environment that a later step has changed', () => {
  test('does not affect post: URL, client id, proxy, CA and TLS switches are those of main', async () => {
    const { vault, job, inputs, close } = await held();
    const attacker = await startVault({ dialect: 'api' });
    const ca = `${job.folder}/attacker.pem`;
    writeFileSync(ca, attacker.caCertificate);
    const poisoned = {
      HTTPS_PROXY: 'http://127.0.0.1:9',
      https_proxy: 'http://127.0.0.1:9',
      SENHASEGURA_URL: attacker.url,
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      NODE_EXTRA_CA_CERTS: ca,
    };
    const post = await job.post({ ...inputs, url: attacker.url, 'client-id': 'other' }, { env: poisoned });
    expect(post.code, post.log).toBe(0);
    expect(vault.custodies()).toEqual([]);
    expect(attacker.journal.requests).toEqual([]);
    await attacker.close();
    await close();
  });

  test('cannot make post connect to a vault whose certificate main would not have trusted', async () => {
    const { vault, job, inputs, close } = await held();
    const { port } = vault;
    await vault.close();
    const attacker = await startVault({ dialect: 'api', port });
    const ca = `${job.folder}/attacker.pem`;
    writeFileSync(ca, attacker.caCertificate);
    const env = { ...FAST_CLOCK.env, NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_EXTRA_CA_CERTS: ca };
    const post = await job.post(inputs, { ...FAST_CLOCK, env });
    expect(post.log).toContain('TLS_UNTRUSTED');
    expect(attacker.journal.requests).toEqual([]);
    await attacker.close();
    await close();
  });
});
