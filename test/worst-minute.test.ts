import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSilence } from 'node:net';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import type { LedgerData } from '../src/core/custody/ledger-data.js';
import { seal } from '../src/core/custody/seal.js';
import { HANG_MS, NO_HANG_MS } from './support/hang.js';
import { inputsFor } from './support/inputs.js';
import { ACTION, Job, type StepOptions } from './support/runner.js';
import { startVault, type Vault } from './vault/index.js';

const ALWAYS = Number.POSITIVE_INFINITY;

/** Signals a step as soon as `isTime`. */
function signalWhen(isTime: () => boolean, signal: NodeJS.Signals, afterMs = 0): StepOptions {
  return {
    onStart: (pid) => {
      const looking = setInterval(() => {
        if (!isTime()) return;
        clearInterval(looking);
        setTimeout(() => process.kill(pid, signal), afterMs);
      }, 5);
    },
  };
}

async function withJob(vault: Vault, operation: (job: Job) => Promise<void>): Promise<void> {
  const job = new Job();
  try {
    await operation(job);
  } finally {
    job.close();
    await vault.close();
  }
}

describe.concurrent('custody is released', () => {
  test('when the job is cancelled while it waits and the vault is busy', async () => {
    const vault = await startVault({ dialect: 'api' });
    vault.holdBy('95', 'a person');
    vault.faults.add({ match: { method: 'DELETE' }, times: 5, fault: { kind: 'status', status: 503 } });
    await withJob(vault, async (job) => {
      const inputs = inputsFor(vault, { credentials: '94 > A\n95 > B', 'custody-wait': '60' });
      const isReleasing = () => vault.journal.requests.some(({ method }) => method === 'DELETE');
      expect((await job.main(inputs, signalWhen(isReleasing, 'SIGINT'))).code).toBe(1);
      expect((await job.post(inputs)).code).toBe(0);
      expect(vault.custodies().map(({ holder }) => holder)).toEqual(['a person']);
    });
  });

  test('of one state of post although the vault of another state is gone', async () => {
    const vault = await startVault({ dialect: 'api' });
    const other = await startVault({ dialect: 'api' });
    await withJob(vault, async (job) => {
      await job.main(inputsFor(vault, { credentials: '94 > A' }));
      // In nested composite actions the runner may take two uses for one step.
      const env = { STATE_segura_ledger: job.state.get('segura_ledger') ?? '' };
      await job.main(inputsFor(other, { credentials: '94 > B' }), { env });
      expect([vault, other].map((each) => each.custodies().length)).toEqual([1, 1]);
      await other.close();
      const post = await job.post({});
      expect(post.log.match(/title=RELEASE_FAILED/g), post.log).toHaveLength(1);
      expect([post.code, vault.custodies()], post.log).toEqual([0, []]);
    });
  });

  for (const credentials of ['root@web-01 > B\n95 > A', '95 > A\nroot@web-01 > B']) {
    test(`when one credential goes by two names and main is killed (${credentials.slice(0, 2)} first)`, async () => {
      const vault = await startVault({ dialect: 'api' });
      const late = { kind: 'lateCustody', ms: 2_500 } as const;
      vault.faults.add({ match: { method: 'GET', path: /credential\/root/ }, fault: late });
      await withJob(vault, async (job) => {
        const inputs = inputsFor(vault, { credentials });
        await job.main(
          inputs,
          signalWhen(() => vault.custodies().length > 0, 'SIGKILL', 150),
        );
        await job.post(inputs);
        await vault.settled();
        expect(vault.everTaken()).toEqual(['95']);
        expect(vault.custodies()).toEqual([]);
      });
    });
  }

  test('when main is cancelled while it reads at the old endpoint', async () => {
    const vault = await startVault({ dialect: 'api', passwordless: true, coe: 'both' });
    vault.faults.add({ match: { path: /coe\/senha/ }, times: 2, fault: { kind: 'lateCustody', ms: 2_500 } });
    await withJob(vault, async (job) => {
      const inputs = inputsFor(vault, { credentials: '94 > A' });
      const isAtOld = () => vault.journal.requests.some(({ path }) => path.includes('/coe/senha'));
      await job.main(inputs, signalWhen(isAtOld, 'SIGTERM'));
      await job.post(inputs);
      await vault.settled();
      expect(vault.custodies()).toEqual([]);
    });
  });

  test('when a second read, at the old endpoint, is carried out long after main stopped waiting for it', async () => {
    const vault = await startVault({ dialect: 'api', passwordless: true, coe: 'both' });
    vault.faults.add({ match: { path: /coe\/senha/ }, times: 2, fault: { kind: 'lateCustody', ms: 10_000 } });
    await withJob(vault, async (job) => {
      const inputs = inputsFor(vault, { credentials: '94 > A', timeout: '8', retries: '0' });
      expect((await job.main(inputs)).code).toBe(1);
      await job.post(inputs);
      await vault.settled();
      expect(vault.custodies()).toEqual([]);
    });
  });

  test('at once when every read got its reply, at the old endpoint too', async () => {
    const vault = await startVault({ dialect: 'api', passwordless: true, coe: 'both' });
    await withJob(vault, async (job) => {
      const inputs = inputsFor(vault, { credentials: '94 > A' });
      expect((await job.main(inputs)).code).toBe(0);
      await job.post(inputs);
      expect(vault.journal.requests.filter(({ method }) => method === 'DELETE').length).toBe(1);
      expect(vault.custodies()).toEqual([]);
    });
  });

  test('by a vault that takes longer than the first tries of post', async () => {
    const vault = await startVault({ dialect: 'api' });
    await withJob(vault, async (job) => {
      const inputs = inputsFor(vault, { credentials: '94 > A' });
      expect((await job.main(inputs)).code).toBe(0);
      vault.faults.add({ match: {}, times: ALWAYS, fault: { kind: 'delay', ms: 9_000 } });
      const post = await job.post(inputs);
      expect(post.code, post.log).toBe(0);
      expect(vault.custodies()).toEqual([]);
    });
  });

  test('after an unexpected error of the vault', async () => {
    const vault = await startVault({ dialect: 'api' });
    await withJob(vault, async (job) => {
      const inputs = inputsFor(vault, { credentials: '94 > A' });
      await job.main(inputs);
      vault.faults.add({ match: { method: 'DELETE' }, times: 2, fault: { kind: 'unexpectedError' } });
      expect((await job.post(inputs)).log).toContain('released custody of 94');
      expect(vault.custodies()).toEqual([]);
    });
  });

  for (const retries of ['0', '4']) {
    test(`when the vault is out for a while during post (retries: ${retries})`, async () => {
      const vault = await startVault({ dialect: 'api' });
      await withJob(vault, async (job) => {
        const inputs = inputsFor(vault, { credentials: '94 > A', retries });
        await job.main(inputs);
        vault.faults.add({ match: {}, times: 8, fault: { kind: 'status', status: 503 } });
        const post = await job.post(inputs);
        expect(post.code, post.log).toBe(0);
        expect(vault.custodies()).toEqual([]);
      });
    });
  }

  test('of all but those whose release hangs, within 60 s', async () => {
    const vault = await startVault({ dialect: 'api' });
    await withJob(vault, async (job) => {
      const ids = Array.from({ length: 20 }, (_, at) => `${1_000 + at}`);
      const credentials = ids.map((id) => `${id} > N${id}`).join('\n');
      const inputs = inputsFor(vault, { credentials, timeout: '3600' });
      expect((await job.main(inputs)).code).toBe(0);
      const hang = { kind: 'delay', ms: 300_000 } as const;
      vault.faults.add({
        match: { method: 'DELETE', path: /custody\/100[0-7]$/ },
        times: ALWAYS,
        fault: hang,
      });
      const post = await job.post(inputs);
      expect(post.tookMs).toBeLessThan(60_000 + NO_HANG_MS);
      expect(
        vault
          .custodies()
          .map(({ credentialId }) => credentialId)
          .sort(),
      ).toEqual(ids.slice(0, 8));
      expect(post.log.match(/RELEASE_FAILED/g)?.length).toBe(8);
      expect(post.log).not.toContain('Raise');
    });
  });
});

describe.concurrent('what hangs before there is a connection', () => {
  for (const [name, hang] of Object.entries({
    'a proxy that never answers': (port: number) => ({ proxy: `http://127.0.0.1:${port}` }),
    'a vault that never shakes hands': (port: number) => ({ url: `https://127.0.0.1:${port}` }),
  })) {
    test(`blocks neither main nor post: ${name}`, async () => {
      const silent = createSilence(() => undefined);
      await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
      const { port } = silent.address() as AddressInfo;
      const vault = await startVault({ dialect: 'api' });
      await withJob(vault, async (job) => {
        const limits = { timeout: '1', deadline: '3', retries: '0' };
        const main = await job.main({ ...inputsFor(vault, { secrets: '*' }), ...hang(port), ...limits });
        expect(main.log).toContain('title=TIMED_OUT');
        expect(main.tookMs).toBeLessThan(NO_HANG_MS);

        const inputs = inputsFor(vault, { credentials: '94 > A' });
        await job.main(inputs);
        const [, text = ''] = /^[^.]*\.(.*)$/s.exec(job.state.get('segura_ledger') ?? '') ?? [];
        const data = JSON.parse(text) as LedgerData;
        const connection = { ...data.connection, ...hang(port) };
        job.state.set('segura_ledger', seal({ ...data, connection }, undefined));
        const post = await job.post(inputs);
        expect(post.log).toContain('title=RELEASE_FAILED');
        expect(post.tookMs).toBeLessThan(60_000 + NO_HANG_MS);
      });
      silent.close();
    });
  }
});

describe.concurrent('the state', () => {
  test('that main did not write never reaches post', async () => {
    const vault = await startVault({ dialect: 'api' });
    const other = new Job();
    await withJob(vault, async (job) => {
      const run = (id: string) => ({ env: { GITHUB_RUN_ID: id } });
      const credentials = inputsFor(vault, { credentials: '94 > A' });
      await other.main(credentials, run('1'));
      const replayed = other.state.get('segura_ledger') ?? '';
      const inputs = inputsFor(vault, { secrets: 'stripe/*' });
      await job.main(inputs, run('2'));
      job.env.set('STATE_segura_ledger', replayed);
      expect((await job.post(inputs, run('2'))).stdout).toBe('');
      expect(vault.custodies().map(({ credentialId }) => credentialId)).toEqual(['94']);
      await other.post(credentials, run('1'));
      expect(vault.custodies()).toEqual([]);
    });
    other.close();
  });

  test('that would grow too long for post is rejected before anything is taken', async () => {
    const vault = await startVault({ dialect: 'api' });
    await withJob(vault, async (job) => {
      const secrets = Array.from(
        { length: 1_040 },
        (_, at) => `stripe/STRIPE_SECRET_KEY > path:AVERYLONGNAME_${at}`,
      );
      const main = await job.main(inputsFor(vault, { secrets: secrets.join('\n'), credentials: '94 > A' }));
      expect(main.log).toContain('title=VALUE_TOO_LARGE');
      expect(vault.journal.requests).toEqual([]);
    });
  });

  test('can include a CA bundle as large as that of a system', async () => {
    const vault = await startVault({ dialect: 'api' });
    await withJob(vault, async (job) => {
      const bundle = join(job.folder, 'bundle.pem');
      writeFileSync(bundle, [...rootCertificates, vault.caCertificate].join('\n'));
      const env = { NODE_EXTRA_CA_CERTS: bundle };
      const wanted = [{ secrets: 'stripe/*' }, { secrets: 'stripe/* > path:*' }, { credentials: '94 > A' }];
      for (const each of wanted) {
        const inputs = { ...inputsFor(vault, each), 'ca-certificate': '' };
        const main = await job.main(inputs, { env });
        expect(main.code, main.log).toBe(0);
        expect((await job.post(inputs)).code).toBe(0);
      }
      expect(vault.custodies()).toEqual([]);
      expect(job.leftBehind().filter(({ path }) => /segura-secrets-(?!uses)/.test(path))).toEqual([]);
    });
  });
});

describe.concurrent('a secret', () => {
  test('is written only after its masks have left, however slowly the runner reads', async () => {
    const vault = await startVault({ dialect: 'api' });
    const value = 'S3cr"et/'.repeat(6_000);
    const secret = vault.data.secrets.find(({ identity }) => identity === 'postgres');
    if (secret !== undefined) secret.data = [{ PASSWORD: value }];
    await withJob(vault, async (job) => {
      const file = (name: string): string => {
        writeFileSync(join(job.commands, name), '');
        return join(job.commands, name);
      };
      const output = file('output');
      const inputs = inputsFor(vault, { secrets: 'postgres/PASSWORD > A' });
      const child = spawn(process.execPath, [join(ACTION, 'dist/main.js')], {
        stdio: ['ignore', 'pipe', 'ignore'],
        env: {
          PATH: process.env['PATH'],
          RUNNER_TEMP: job.temp,
          GITHUB_WORKSPACE: job.workspace,
          GITHUB_OUTPUT: output,
          GITHUB_ENV: file('env'),
          GITHUB_STATE: file('state'),
          ...Object.fromEntries(
            Object.entries(inputs).map(([name, text]) => [`INPUT_${name.toUpperCase()}`, text]),
          ),
        },
      });
      const ended = new Promise((done) => child.on('close', done));
      await new Promise((done) => setTimeout(done, 1_500));
      // No one has read a byte so far: the pipe is full of masks.
      expect(readFileSync(output, 'utf8')).toBe('');
      let stdout = '';
      child.stdout.on('data', (chunk) => {
        stdout += chunk;
      });
      await ended;
      expect(readFileSync(output, 'utf8')).toContain(value);
      expect(stdout.split('\n')).toContain(`::add-mask::${value}`);
    });
  });

  test('does not go through a proxy to a vault on this machine', async () => {
    const vault = await startVault({ tls: 'off' });
    let seen = 0;
    const proxy = createServer((_, reply) => {
      seen += 1;
      reply.end();
    });
    proxy.on('connect', (_, socket) => {
      seen += 1;
      socket.destroy();
    });
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    await withJob(vault, async (job) => {
      const env = { HTTP_PROXY: address, http_proxy: address, HTTPS_PROXY: address };
      const main = await job.main(inputsFor(vault, { secrets: 'stripe/*' }), { env });
      expect([main.code, seen], main.log).toEqual([0, 0]);
      const told = await job.main(inputsFor(vault, { secrets: 'stripe/*', proxy: address }));
      expect([told.code, seen]).toEqual([1, 0]);
    });
    proxy.close();
  });

  test('with a name that looks like a command of the runner cannot inject one', async () => {
    const vault = await startVault({ dialect: 'api' });
    const secret = vault.data.secrets.find(({ identity }) => identity === 'stripe');
    if (secret !== undefined) {
      secret.identity = 'x###[stop-commands]tok';
      secret.expirationDate = '2031 :::set-output name=a:::1\n::error::boo';
    }
    await withJob(vault, async (job) => {
      const main = await job.main(inputsFor(vault, { secrets: '"x###[stop-commands]tok"/*' }));
      expect(main.code, main.log).toBe(0);
      const lines = main.stdout.split('\n').filter((line) => !line.startsWith('::'));
      expect(lines.filter((line) => line.includes('##[') || line.includes('::'))).toEqual([]);
      expect(main.stdout).not.toMatch(/^::(error|set-output)/m);
    });
  });
});

test.concurrent('timeout and deadline hold while the garbage collector runs', async () => {
  const vault = await startVault();
  vault.faults.add({ match: { path: /sctm/ }, times: 9, fault: { kind: 'delay', ms: HANG_MS } });
  await withJob(vault, async (job) => {
    const hook = 'data:text/javascript,setInterval(gc, 20).unref()';
    const inputs = inputsFor(vault, { secrets: '*', timeout: '2', retries: '0', deadline: '5' });
    const main = await job.main(inputs, { nodeFlags: ['--expose-gc', '--import', hook] });
    expect(main.log).toContain('title=TIMED_OUT');
    expect(main.tookMs).toBeLessThan(NO_HANG_MS);
  });
});
