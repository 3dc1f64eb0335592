import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { AzureJob, azureInputsFor } from './support/azure-job.js';
import { WANTED } from './support/azure-request.js';
import { startAzureVault } from './support/azure-vault.js';
import { Desk } from './support/command-line.js';
import { inputsFor } from './support/inputs.js';
import { ACTION, Job } from './support/runner.js';
import { startVault, type Vault } from './vault/index.js';

const nodeFlags = ['--require', join(ACTION, 'test/support/no-builtins.cjs')];

let vault: Vault;
beforeAll(async () => {
  vault = await startVault({ dialect: 'api' });
});
afterAll(() => vault.close());

describe('on a Node without process.getBuiltinModule', () => {
  test('the action delivers what was requested, and releases custody', async () => {
    const job = new Job();
    onTestFinished(() => job.close());
    // A CA set in addition to the roots, a proxy setting and a proxy that is not used: these load modules of Node late.
    const inputs = inputsFor(vault, {
      secrets: 'postgres/PASSWORD > DB',
      credentials: '94 > SSH',
      proxy: 'http://proxy.invalid:3128',
      'no-proxy': 'localhost, 127.0.0.0/8',
    });
    const main = await job.main(inputs, { nodeFlags });
    expect([main.code, main.stderr], main.log).toEqual([0, '']);
    expect(main.outputs.get('DB')).toBe(vault.value('postgres', 'PASSWORD'));
    expect(main.outputs.get('SSH')).toBe(vault.password(94));
    const post = await job.post({}, { nodeFlags });
    expect([post.code, post.stderr], post.log).toEqual([0, '']);
    expect(vault.custodies()).toEqual([]);
  });

  test.each([
    [['version'], /^\d+\.\d+\.\d+\n$/],
    [['check', '--secrets', 'postgres/PASSWORD > DB'], /\nNo problems found\.\n$/],
    [['export', '--format', 'sh', '--secrets', 'postgres/PASSWORD > DB'], /^export DB=/],
    [['exec', '--secrets', 'postgres/PASSWORD > DB', '--', 'echo', 'ran'], /^ran\n$/],
  ])('the command line runs %j', async (args, stdout) => {
    const desk = new Desk(vault);
    onTestFinished(() => desk.close());
    const ended = await desk.run(args, { nodeFlags });
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout.toString()).toMatch(stdout);
  });

  test('the Azure task delivers what was requested, and releases custody', async () => {
    const azureVault = await startAzureVault();
    const job = new AzureJob();
    onTestFinished(async () => {
      job.close();
      await azureVault.close();
    });
    const inputs = azureInputsFor(azureVault, WANTED);
    const main = await job.main(inputs, { nodeFlags });
    expect([main.code, main.result, main.stderr], main.told).toEqual([0, 'Succeeded', '']);
    const post = await job.post(inputs, { nodeFlags });
    expect([post.code, post.result, post.stderr], post.told).toEqual([0, 'Succeeded', '']);
    expect(azureVault.custodies()).toEqual([]);
  });
});
