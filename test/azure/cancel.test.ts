import { describe, expect, onTestFinished, test } from 'vitest';
import { AzureJob, azureInputsFor } from '../support/azure-job.js';
import { faultsOf } from '../support/azure-leaks.js';
import { startAzureVault } from '../support/azure-vault.js';
import { HANG_MS, NO_HANG_MS } from '../support/hang.js';
import { longSecretsOf } from '../support/secret-files.js';
import type { Fault } from '../vault/index.js';

const CREDENTIALS = '94 > A\n96 > B\n1000 > C';

/** A job whose main gets a signal once so many custodies are held, or the vault has seen a read that hangs. */
async function cancelAt(signal: NodeJS.Signals, held: number, read: Fault, release?: Fault) {
  const vault = await startAzureVault();
  const path = /credential\/1000/;
  vault.faults.add({ match: { path }, times: 9, fault: read });
  if (release !== undefined) vault.faults.add({ match: { method: 'DELETE' }, times: 2, fault: release });
  const job = new AzureJob();
  onTestFinished(async () => {
    job.close();
    await vault.close();
  });
  const inputs = azureInputsFor(vault, { secrets: 'postgres/PASSWORD > DB', credentials: CREDENTIALS });
  let signalledMs = 0;
  const main = await job.main(inputs, {
    onStart: (pid) => {
      const looking = setInterval(() => {
        const isSeen = vault.journal.requests.some((request) => path.test(request.path));
        if (!isSeen || vault.custodies().length < held) return;
        clearInterval(looking);
        signalledMs = performance.now();
        process.kill(pid, signal);
      }, 5);
    },
  });
  return { vault, job, inputs, main, tookMs: performance.now() - signalledMs };
}

describe('when the job is cancelled while credentials are read', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'main releases what it holds and leaves before the vault answers (%s)',
    async (signal) => {
      const { vault, job, inputs, main, tookMs } = await cancelAt(signal, 2, { kind: 'delay', ms: HANG_MS });
      expect([main.code, main.signal, main.result]).toEqual([0, null, 'Canceled']);
      expect(tookMs).toBeLessThan(NO_HANG_MS);
      expect(main.told).toMatch(/^##\[error\]CANCELLED: The job was cancelled while this step ran\.$/m);
      expect(job.agent.variables.size).toBe(0);
      expect([...vault.everTaken()].sort()).toEqual(['94', '96']);
      expect(vault.custodies()).toEqual([]);
      expect(faultsOf(job, main, longSecretsOf(vault))).toEqual([]);
      const post = await job.post(inputs);
      expect([post.code, post.result], post.told).toEqual([0, 'Succeeded']);
    },
  );

  test('main leaves even when releasing hangs, and post does the rest', async () => {
    const hang = { kind: 'delay', ms: HANG_MS } as const;
    const { vault, job, inputs, main, tookMs } = await cancelAt('SIGINT', 2, hang, hang);
    expect([main.code, main.result]).toEqual([0, 'Canceled']);
    expect(tookMs).toBeLessThan(NO_HANG_MS);
    expect(main.told).toContain('left to be released');
    const post = await job.post(inputs);
    expect([post.code, post.result], post.told).toEqual([0, 'Succeeded']);
    expect(vault.custodies()).toEqual([]);
  });

  test('post releases a read that the vault carried out after main had left', async () => {
    const late = { kind: 'lateCustody', ms: 1_500 } as const;
    const { vault, job, inputs, main } = await cancelAt('SIGINT', 0, late);
    expect([main.code, main.result]).toEqual([0, 'Canceled']);
    const post = await job.post(inputs, { realWaits: true });
    await vault.settled();
    expect(vault.everTaken()).toContain('1000');
    expect(vault.custodies()).toEqual([]);
    expect(post.code).toBe(0);
  });
});
