import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AzureJob, azureInputsFor } from '../support/azure-job.js';
import { faultsOf } from '../support/azure-leaks.js';
import { startAzureVault } from '../support/azure-vault.js';
import { BREAK_OFFS, flagsOf, MESSAGE } from '../support/break-offs.js';
import { longSecretsOf } from '../support/secret-files.js';

async function held(wanted: Record<string, string> = {}) {
  const vault = await startAzureVault();
  const job = new AzureJob();
  onTestFinished(async () => {
    job.close();
    await vault.close();
  });
  const inputs = azureInputsFor(vault, { credentials: '94 > A\n96 > B', ...wanted });
  const main = await job.main(inputs);
  expect(main.result, main.told).toBe('Succeeded');
  return { vault, job, inputs, state: job.agent.taskVariables };
}

describe('post', () => {
  test('does nothing and prints nothing when main never ran', async () => {
    const job = new AzureJob();
    const post = await job.post({ clientSecret: 'x'.repeat(32) });
    expect([post.code, post.stdout, post.stderr]).toEqual([0, '', '']);
    expect(job.files()).toEqual([]);
    job.close();
  });

  test('ends with issues, and with code 0, when it cannot release', async () => {
    const { vault, job, inputs } = await held();
    const fault = { kind: 'businessError', code: 1_009 } as const;
    vault.faults.add({ match: { path: /custody\/94/ }, times: Number.POSITIVE_INFINITY, fault });
    const post = await job.post(inputs);
    expect([post.code, post.result], post.told).toEqual([0, 'SucceededWithIssues']);
    expect(post.told).toMatch(/^##\[warning\]RELEASE_FAILED: Custody of 94/m);
    expect(vault.custodies().map(({ credentialId }) => credentialId)).toEqual(['94']);
    expect(faultsOf(job, post, longSecretsOf(vault))).toEqual([]);
  });

  test('fails the job then if releaseFailure of main says so', async () => {
    const { vault, job, inputs } = await held({ releaseFailure: 'fail' });
    const fault = { kind: 'businessError', code: 1_009 } as const;
    vault.faults.add({ match: { path: /custody\/94/ }, times: Number.POSITIVE_INFINITY, fault });
    const post = await job.post({ ...inputs, releaseFailure: 'warn' });
    expect([post.code, post.result], post.told).toEqual([0, 'Failed']);
    expect(post.told).toMatch(/^##\[error\]RELEASE_FAILED: /m);
  });

  test('releases nothing that was kept on purpose', async () => {
    const { vault, job, inputs } = await held({ custodyRelease: 'false' });
    const post = await job.post(inputs);
    expect([post.code, post.result], post.told).toEqual([0, 'Succeeded']);
    expect(vault.custodies().length).toBe(2);
  });

  test.each(['x.{"version":1,"custody":[],"files":[]}', 'nonsense'])(
    'contacts no one for a state that is not ours: %s',
    async (value) => {
      const { vault, job, inputs, state } = await held();
      const asked = vault.journal.requests.length;
      state.set('segura_ledger', { name: 'segura_ledger', value, isSecret: false, isReadOnly: false });
      const post = await job.post(inputs);
      expect([post.code, post.result]).toEqual([0, 'SucceededWithIssues']);
      expect(post.told).toContain('STATE_INVALID');
      expect(vault.journal.requests.length).toBe(asked);
    },
  );

  test('releases custody whatever variables of the job a later step has set', async () => {
    const { vault, job, inputs } = await held();
    for (const name of [
      'SYSTEM_JOBATTEMPT',
      'system.planId',
      'SYSTEM_JOBID',
      'VSTS_TASKVARIABLE_SEGURA_LEDGER',
    ])
      job.agent.read(`##vso[task.setvariable variable=${name}]2`);
    const env = { SYSTEM_JOBATTEMPT: '2', SYSTEM_PLANID: '2', SYSTEM_TIMELINEID: '2', BUILD_BUILDID: '2' };
    const post = await job.post(inputs, { env });
    expect([post.code, post.result], post.told).toEqual([0, 'Succeeded']);
    expect(vault.custodies()).toEqual([]);
  });

  test.each(
    BREAK_OFFS.flatMap((breakOff) => [
      [breakOff, 'warn', 'warning', 'SucceededWithIssues'] as const,
      [breakOff, 'fail', 'error', 'Failed'] as const,
    ]),
  )(
    'reports the interruption when %s, as releaseFailure says: %s',
    async (breakOff, releaseFailure, type, result) => {
      const { vault, job, inputs } = await held({ releaseFailure });
      vault.faults.add({ match: { path: /custody/ }, times: 9, fault: { kind: 'delay', ms: 4_000 } });
      // What main had counts, whatever a later step has made of the input.
      const other = { ...inputs, releaseFailure: releaseFailure === 'fail' ? 'warn' : 'fail' };
      const post = await job.post(other, { nodeFlags: flagsOf(breakOff) });
      expect([post.code, post.result, post.stderr], post.told).toEqual([0, result, '']);
      expect(post.told).toContain(`##[${type}]RELEASE_FAILED: Custody release was interrupted`);
      expect(post.told.includes('INTERNAL: An unexpected RangeError')).toBe(breakOff !== 'time runs out');
      expect(post.stdout).not.toContain(MESSAGE);
    },
  );

  test('works after a step removed the temporary folder', async () => {
    const { vault, job, inputs } = await held();
    rmSync(job.temp, { recursive: true });
    const post = await job.post(inputs);
    expect([post.code, post.result], post.told).toEqual([0, 'Succeeded']);
    expect(vault.custodies()).toEqual([]);
  });

  test.each([
    ['warn', 'warning', 'SucceededWithIssues'],
    ['Fail', 'error', 'Failed'],
  ])(
    'reports that this folder cannot be created again, as releaseFailure says: %s',
    async (releaseFailure, type, result) => {
      const { job, inputs } = await held({ releaseFailure });
      rmSync(job.temp, { recursive: true });
      writeFileSync(job.temp, '');
      const post = await job.post({ ...inputs, releaseFailure: 'warn' });
      expect([post.code, post.result, post.stderr], post.told).toEqual([0, result, '']);
      expect(post.told).toMatch(
        new RegExp(
          `^##\\[${type}\\]RELEASE_FAILED: The code that releases custody cannot be loaded \\([A-Z]+\\)\\.$`,
          'm',
        ),
      );
      expect(post.told).toContain('Release in the vault by hand');
      expect(post.told).not.toContain(job.temp);
    },
  );
});
