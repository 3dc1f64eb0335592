import { describe, expect, test } from 'vitest';
import { HANG_MS, NO_HANG_MS } from './support/hang.js';
import { inputsFor } from './support/inputs.js';
import { Job } from './support/runner.js';
import { started } from './support/started-way.js';
import { type Fault, startVault } from './vault/index.js';

const CREDENTIALS = '94 > A\n95 > B\n96 > C';

/** A job whose main gets a signal once the vault has seen a request and so many custodies are held. */
async function cancelAt(path: RegExp, signal: NodeJS.Signals, held: number, read: Fault) {
  const vault = await startVault({ dialect: 'api' });
  vault.faults.add({ match: { path }, times: 9, fault: read });
  const job = new Job();
  const inputs = inputsFor(vault, { secrets: 'postgres/PASSWORD > DB', credentials: CREDENTIALS });
  let pid = 0;
  let signalledMs = 0;
  const looking = setInterval(() => {
    const isSeen = vault.journal.requests.some((request) => path.test(request.path));
    if (signalledMs !== 0 || !isSeen || vault.custodies().length < held) return;
    signalledMs = performance.now();
    process.kill(pid, signal);
  }, 5);
  const main = await job.main(inputs, {
    onStart: (started) => {
      pid = started;
    },
  });
  clearInterval(looking);
  const tookMs = performance.now() - signalledMs;
  return { vault, job, inputs, main, tookMs };
}

describe('when the job is cancelled while credentials are read', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`main releases what it holds and leaves before the vault answers (${signal})`, async () => {
      const { vault, job, inputs, main, tookMs } = await cancelAt(/credential\/96/, signal, 2, {
        kind: 'delay',
        ms: HANG_MS,
      });
      expect(main.code).toBe(1);
      expect(main.signal).toBeNull();
      expect(tookMs).toBeLessThan(NO_HANG_MS);
      expect(main.log).toContain('title=CANCELLED');
      expect([main.outputs.size, main.env.size]).toEqual([0, 0]);
      expect([...vault.everTaken()].sort()).toEqual(['94', '95']);
      expect(vault.custodies()).toEqual([]);
      expect((await job.post(inputs)).code).toBe(0);
      job.close();
      await vault.close();
    });
  }

  test('main releases custody with a new identity token where the vault takes each only once', async () => {
    const way = await started('oidc client-assertion', { federation: { issuers: [], jtiOnce: true } });
    const { vault, job, inputs, env, service } = way;
    // The read hangs, and the token of main is over when main releases custody.
    vault.faults.add({ match: { path: /credential\/96/ }, fault: { kind: 'delay', ms: HANG_MS } });
    vault.faults.add({ match: { method: 'DELETE' }, fault: { kind: 'status', status: 401 } });
    let signalledMs = 0;
    const main = await job.main(
      { ...inputs, credentials: '94 > A\n96 > C' },
      {
        env,
        onStart: (pid) => {
          const looking = setInterval(() => {
            if (vault.custodies().length < 1) return;
            clearInterval(looking);
            signalledMs = performance.now();
            process.kill(pid, 'SIGTERM');
          }, 5);
        },
      },
    );
    expect(performance.now() - signalledMs).toBeLessThan(NO_HANG_MS);
    expect([main.code, vault.everTaken()], main.log).toEqual([1, ['94']]);
    expect(main.log).toContain('released custody of 94');
    expect([vault.custodies(), service?.issued.length]).toEqual([[], 2]);
  });

  test('post releases a read that the vault carried out after main had left', async () => {
    const { vault, job, inputs, main, tookMs } = await cancelAt(/credential\/94/, 'SIGTERM', 0, {
      kind: 'lateCustody',
      ms: 1_500,
    });
    expect(main.code).toBe(1);
    expect(tookMs).toBeLessThan(NO_HANG_MS);
    const post = await job.post(inputs, { realWaits: true });
    await vault.settled();
    expect(post.log).toContain('released custody of 94');
    expect(vault.everTaken()).toContain('94');
    expect(vault.custodies()).toEqual([]);
    job.close();
    await vault.close();
  });

  test('main leaves even when releasing hangs, and post does the rest', async () => {
    const vault = await startVault({ dialect: 'api' });
    vault.faults.add({ match: { path: /credential\/96/ }, fault: { kind: 'delay', ms: HANG_MS } });
    vault.faults.add({ match: { method: 'DELETE' }, times: 2, fault: { kind: 'delay', ms: HANG_MS } });
    const job = new Job();
    const inputs = inputsFor(vault, { credentials: CREDENTIALS });
    let startedMs = 0;
    const main = await job.main(inputs, {
      onStart: (pid) => {
        const looking = setInterval(() => {
          if (vault.custodies().length < 2) return;
          clearInterval(looking);
          startedMs = performance.now();
          process.kill(pid, 'SIGINT');
        }, 5);
      },
    });
    expect(main.code).toBe(1);
    expect(performance.now() - startedMs).toBeLessThan(NO_HANG_MS);
    expect(main.log).toContain('left to be released');
    const post = await job.post(inputs);
    expect(post.code, post.log).toBe(0);
    expect(vault.custodies()).toEqual([]);
    job.close();
    await vault.close();
  });
});
