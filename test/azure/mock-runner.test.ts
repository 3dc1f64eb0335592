import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { parseCommand } from '../support/azure-command.js';
import { AzureJob, azureInputsFor, TASK } from '../support/azure-job.js';
import { startAzureVault } from '../support/azure-vault.js';
import type { Vault } from '../vault/index.js';

interface MockResult {
  readonly succeeded: boolean;
  readonly errorIssues: readonly string[];
  readonly warningIssues: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
}

/** The task in TaskMockRunner, started by MockTestRunner. */
async function mockRun(wanted: Record<string, string>): Promise<{ vault: Vault; ran: MockResult }> {
  const vault = await startAzureVault();
  const job = new AzureJob();
  onTestFinished(async () => {
    job.close();
    await vault.close();
  });
  const home = join(job.folder, 'home');
  mkdirSync(home);
  const node = process.env['SEGURA_TEST_NODE'] ?? process.execPath;
  const { stdout } = await promisify(execFile)(node, [join(import.meta.dirname, 'mock-test.cjs')], {
    cwd: job.workspace,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      AGENT_TEMPDIRECTORY: job.temp,
      SYSTEM_DEFAULTWORKINGDIRECTORY: job.workspace,
      MOCK_SCRIPT: join(TASK, 'main.js'),
      MOCK_TASK_JSON: join(TASK, 'task.json'),
      MOCK_INPUTS: JSON.stringify(azureInputsFor(vault, wanted)),
    },
  });
  return { vault, ran: JSON.parse(stdout) as MockResult };
}

test("succeeds in Microsoft's mock runner", async () => {
  const { vault, ran } = await mockRun({
    secrets: 'postgres/PASSWORD > DB_PASSWORD',
    credentials: '94 > DEPLOY',
  });
  expect([ran.succeeded, ran.errorIssues, ran.warningIssues], ran.stderr).toEqual([true, [], []]);
  const set = ran.stdout
    .split('\n')
    .flatMap((line) => parseCommand(line) ?? [])
    .filter(({ event }) => event === 'setvariable');
  expect(set.map(({ properties, data }) => [properties.get('variable'), data])).toEqual([
    ['DB_PASSWORD', vault.value('postgres', 'PASSWORD')],
    ['DEPLOY', vault.password(94)],
  ]);
});

test("fails in Microsoft's mock runner with the problem as its one error", async () => {
  const { vault, ran } = await mockRun({ credentials: '94 > DEPLOY\n99999 > NONE' });
  expect(ran.succeeded).toBe(false);
  expect(ran.errorIssues.length).toBe(1);
  expect(ran.errorIssues[0]).toContain('CREDENTIAL_NOT_FOUND');
  expect(vault.everTaken()).toEqual(['94']);
  expect(vault.custodies()).toEqual([]);
});
