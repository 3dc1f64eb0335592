import { expect, onTestFinished, test } from 'vitest';
import { AzureJob, azureInputsFor } from './support/azure-job.js';
import { startAzureVault } from './support/azure-vault.js';
import { openDesk } from './support/desk-fixture.js';
import { inputsFor } from './support/inputs.js';
import { Job } from './support/runner.js';
import { openVault } from './vault/vault-fixture.js';

const WARNING = /(NODE_DEBUG(?:_NATIVE)?) is set: Node prints what it starts, reads and writes/;

test.each(['NODE_DEBUG', 'NODE_DEBUG_NATIVE'])(
  'the action warns of %s before it fetches anything',
  async (name) => {
    const vault = await openVault();
    const job = new Job();
    onTestFinished(() => job.close());
    const main = await job.main(inputsFor(vault, { secrets: 'nope/X' }), { env: { [name]: 'none' } });
    expect(main.code).toBe(1);
    expect(main.log).toMatch(new RegExp(`::warning::${WARNING.source}`));
    expect(main.log.search(WARNING)).toBeLessThan(main.log.indexOf('SECRET_NOT_FOUND'));
    const quiet = await job.main(inputsFor(vault, { secrets: 'stripe/*' }));
    expect(quiet.log).not.toMatch(WARNING);
  },
);

test('the Azure task warns before it fetches anything', async () => {
  const vault = await startAzureVault();
  const job = new AzureJob();
  onTestFinished(async () => {
    job.close();
    await vault.close();
  });
  const main = await job.main(azureInputsFor(vault, { secrets: 'nope/X > X' }), {
    env: { NODE_DEBUG: 'none' },
  });
  expect(main.result).toBe('Failed');
  expect(main.told).toMatch(WARNING);
  expect(main.told.search(WARNING)).toBeLessThan(main.told.indexOf('SECRET_NOT_FOUND'));
});

test('export, check and runb warn; help does not', async () => {
  const { desk } = await openDesk();
  const env = { NODE_DEBUG: 'none' };
  for (const args of [
    ['export', '--format', 'json', '--secrets', 'stripe/* > *'],
    ['check', '--secrets', 'stripe/* > *'],
    ['runb', '-a', 'billing', '-s', 'payments', '-e', 'staging'],
  ]) {
    const ended = await desk.run(args, { env });
    expect([ended.code, WARNING.test(ended.stderr)], ended.stderr).toEqual([0, true]);
  }
  expect((await desk.run(['help'], { env })).stderr).toBe('');
});
