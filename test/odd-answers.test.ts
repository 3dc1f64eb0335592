import { describe, expect, onTestFinished, test } from 'vitest';
import { AzureJob, azureInputsFor } from './support/azure-job.js';
import { startAzureVault } from './support/azure-vault.js';
import { openDesk } from './support/desk-fixture.js';
import { inputsFor } from './support/inputs.js';
import { ODD_ANSWERS, oddRules } from './support/odd-answers.js';
import { Job } from './support/runner.js';
import { startVault, type Vault } from './vault/index.js';

/** A vault and a job, both closed when the test ends. */
async function opened(): Promise<{ vault: Vault; job: Job }> {
  const vault = await startVault({ dialect: 'api' });
  const job = new Job();
  onTestFinished(async () => {
    job.close();
    await vault.close();
  });
  return { vault, job };
}

// Custody can be released twice without harm, so that only the vault's own word ends the tries, or the time for them.
describe.each(Object.entries(ODD_ANSWERS))('custody is released in spite of %s', (_, fault) => {
  test('by post', async () => {
    const { vault, job } = await opened();
    const inputs = inputsFor(vault, { credentials: '94 > A\n96 > B' });
    const main = await job.main(inputs);
    expect(main.code, main.log).toBe(0);
    for (const rule of oddRules(fault, 3)) vault.faults.add(rule);
    const post = await job.post(inputs);
    expect([post.code, vault.custodies()], post.log).toEqual([0, []]);
    expect(post.log.match(/released custody of \d+/g)?.sort()).toEqual([
      'released custody of 94',
      'released custody of 96',
    ]);
    expect(post.log).not.toContain('RELEASE_FAILED');
  });

  test('by a main that fails', async () => {
    const { vault, job } = await opened();
    vault.faults.add({ match: { method: 'DELETE' }, fault });
    const main = await job.main(inputsFor(vault, { credentials: '94 > A\n96/nope > B' }));
    expect([main.code, vault.custodies()], main.log).toEqual([1, []]);
  });

  test('by the command lines exec and release', async () => {
    const { vault, desk } = await openDesk();
    const credentials = ['--credentials', '94 > A'];
    vault.faults.add({ match: { method: 'DELETE' }, fault });
    const ended = await desk.run(['exec', ...credentials, '--', 'true']);
    expect([ended.code, vault.custodies(), desk.files()], ended.stderr).toEqual([0, [], []]);
    const exported = await desk.run(['export', '--format', 'json', '--state', 'state', ...credentials]);
    expect(exported.code, exported.stderr).toBe(0);
    for (const rule of oddRules(fault)) vault.faults.add(rule);
    const released = await desk.run(['release', '--state', 'state']);
    expect([released.code, vault.custodies(), desk.files()], released.stderr).toEqual([0, [], []]);
  });

  test('by the task of Azure Pipelines', async () => {
    const vault = await startAzureVault();
    const job = new AzureJob();
    onTestFinished(async () => {
      job.close();
      await vault.close();
    });
    const inputs = azureInputsFor(vault, { credentials: '94 > A\n96 > B' });
    const main = await job.main(inputs);
    expect(main.result, main.told).toBe('Succeeded');
    for (const rule of oddRules(fault)) vault.faults.add(rule);
    const post = await job.post(inputs);
    expect([post.result, vault.custodies()], post.told).toEqual(['Succeeded', []]);
  });
});

test('a main that fails releases custody although the vault asks it to wait for longer than it has', async () => {
  const { vault, job } = await opened();
  const fault = { kind: 'status', status: 429, headers: { 'retry-after': '3600' } } as const;
  vault.faults.add({ match: { method: 'DELETE' }, fault });
  const main = await job.main(inputsFor(vault, { credentials: '94 > A\n96/nope > B' }));
  expect([main.code, vault.custodies()], main.log).toEqual([1, []]);
});

test('a main that fails releases custody at once although it may not repeat its reads', async () => {
  const { vault, job } = await opened();
  vault.faults.add({ match: { method: 'DELETE' }, times: 2, fault: { kind: 'status', status: 429 } });
  const main = await job.main(inputsFor(vault, { retries: '0', credentials: '94 > A\n96/nope > B' }));
  expect([main.code, vault.custodies()], main.log).toEqual([1, []]);
});
