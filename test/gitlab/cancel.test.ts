import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Vault } from '../vault/index.js';
import { openVault, until } from '../vault/vault-fixture.js';
import { connect, GitLabJob } from './job.js';
import { lacksShells, shells } from './shells.js';

describe.skipIf(lacksShells)('a cancelled job, with the tool itself:', () => {
  let vault: Vault;
  let job: GitLabJob;

  beforeEach(async () => {
    vault = await openVault();
    job = new GitLabJob(shells.at(-1) ?? 'sh');
    connect(job, vault, '');
  });
  afterEach(() => job.close());

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'after_script releases when %s ends the fetch',
    async (signal) => {
      job.variables['SENHASEGURA_CREDENTIALS'] = '94 > DEPLOY_PASSWORD';
      vault.faults.add({ match: { path: /\/credential\/94$/ }, fault: { kind: 'delayReply', ms: 4_000 } });
      const running = job.run(['echo the script runs']);
      await until(() => vault.custodies().length > 0);
      job.kill(signal);
      const { log } = await running;
      expect(log).not.toContain('the script runs');
      expect((await job.after()).code).toBe(0);
      await until(() => vault.custodies().length === 0);
      expect(job.leftBehind()).toEqual([]);
    },
  );

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'after_script releases when %s ends a command',
    async (signal) => {
      job.variables['SENHASEGURA_CREDENTIALS'] = '94 > DEPLOY_PASSWORD';
      job.variables['SEGURA_SECRETS_COMMAND'] = ': >"$HOME/started"; sleep 20';
      const running = job.runExec();
      await until(() => job.has('started'));
      job.kill(signal);
      await running;
      expect((await job.after()).code).toBe(0);
      await until(() => vault.custodies().length === 0);
      expect(job.leftBehind()).toEqual([]);
    },
  );
});
