import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { connect, GitLabJob } from './gitlab/job.js';
import { AzureJob, azureInputsFor } from './support/azure-job.js';
import { type EveryKey, startEveryKey } from './support/every-key.js';
import { lacks } from './support/skips.js';
import { ALL, expectAllInAgent, samples } from './support/ssh-job.js';
import { hasSsh, Sshd } from './support/sshd.js';
import { startVault, type Vault } from './vault/index.js';

describe.skipIf(lacks('sshd', hasSsh))('ssh-keys', () => {
  test('puts every kind and form of key into an agent that ends with the job, and nothing on the disk', async () => {
    const vault = await startVault({ dialect: 'iso' });
    onTestFinished(() => vault.close());
    const all = samples(vault, ALL);
    const sshd = await Sshd.start(all.map(({ publicKey }) => publicKey));
    onTestFinished(() => sshd.close());
    await expectAllInAgent(vault, sshd, all);
  });
});

/** With a server that takes every kind and form of key. */
describe.skipIf(lacks('sshd', hasSsh))('every kind and form of key is used by ssh, scp and git', () => {
  let vault: Vault;
  let every: EveryKey;
  beforeEach(async () => {
    vault = await startVault({ dialect: 'api' });
    every = await startEveryKey(vault);
  });
  afterEach(async () => {
    await every.close();
    await vault.close();
  });

  test('in a task of Azure Pipelines', async () => {
    const job = new AzureJob();
    onTestFinished(() => job.close());
    const inputs = azureInputsFor(vault, { sshKeys: every.keys, knownHosts: every.hosts });
    const env = { SSH_AUTH_SOCK: every.agent.socket };
    const main = await job.main(inputs, { env });
    expect([main.code, main.result, main.stderr], main.told).toEqual([0, 'Succeeded', '']);
    const names = [
      ...['GIT_SSH_COMMAND', 'SEGURA_SSH_CONFIG'],
      ...Array.from({ length: every.count }, (_, at) => `PUB_${200 + at}`),
    ];
    const given = Object.fromEntries(names.map((name) => [name, job.agent.value(name)]));
    const own = { PATH: process.env['PATH'], HOME: job.folder, ...env, ...given };
    const printed = execFileSync('sh', ['-c', every.script], { cwd: job.workspace, env: own });
    expect(printed.toString()).toBe(every.printed);
    const post = await job.post(inputs, { env });
    expect([post.code, post.result, post.stderr], post.told).toEqual([0, 'Succeeded', '']);
    expect(every.faults(job.folder)).toEqual([]);
  });

  test('in a job of GitLab', async () => {
    const job = new GitLabJob('sh');
    onTestFinished(() => job.close());
    connect(job, vault, '');
    Object.assign(job.variables, {
      SEGURA_INPUT_SSH_KEYS: every.keys,
      SEGURA_INPUT_KNOWN_HOSTS: every.hosts,
      SSH_AUTH_SOCK: every.agent.socket,
    });
    const { code, log } = await job.run([every.script]);
    expect(code, log).toBe(0);
    expect(log).toContain(every.printed);
    const after = await job.after();
    expect(after.code, after.log).toBe(0);
    expect(every.faults(job.folder)).toEqual([]);
  });
});
