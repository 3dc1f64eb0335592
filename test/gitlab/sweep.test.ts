import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cannot } from '../support/skips.js';
import { GitLabJob } from './job.js';
import { describeShells } from './shells.js';
import { callsOf, installStub, leaveBehind, tell } from './stub.js';

const SHOW = ['echo "values: $DB_PASSWORD"'];

describeShells('in %s, before_script sweeps what dead jobs left:', (shell) => {
  let job: GitLabJob;

  beforeEach(() => {
    job = new GitLabJob(shell);
    installStub(job);
  });
  afterEach(() => job.close());

  test('releases it by the tool found now, never by the one kept there, and removes it', async () => {
    const state = leaveBehind(job, 'segura-secrets-77/state', 'held');
    const ran = join(job.folder, 'planted');
    leaveBehind(job, 'segura-secrets-77/tool', `${ran}\n`);
    leaveBehind(job, 'segura-secrets-77/bin/segura-secrets', `#!/bin/sh\ntouch ${ran}\n`, 0o700);
    const { code, log } = await job.run(SHOW);
    expect(code).toBe(0);
    expect(log).toContain('Job 77 died here: its custody is released and its files are removed.');
    expect(callsOf(job)[0]).toBe(`release --run ${join(job.temp, 'segura-secrets-77')} --state ${state}`);
    expect(existsSync(ran)).toBe(false);
    expect(job.leftBehind()).toEqual(['segura-secrets-1002']);
  });

  test('releases what a killed exec left, and removes a folder with nothing in it', async () => {
    const state = leaveBehind(job, 'segura-secrets-77/exec-12/state', 'held');
    leaveBehind(job, 'segura-secrets-78/path', '/bin');
    expect((await job.run(SHOW)).code).toBe(0);
    expect(callsOf(job)[0]).toBe(`release --run ${join(job.temp, 'segura-secrets-77')} --state ${state}`);
    expect(job.leftBehind()).toEqual(['segura-secrets-1002']);
  });

  test('keeps what cannot be released, says so loudly, and goes on', async () => {
    const state = leaveBehind(job, 'segura-secrets-77/state', 'held');
    tell(job, 'refuse', '1');
    const { code, log } = await job.run(SHOW);
    expect(code).toBe(0);
    expect(log).toContain('segura-secrets: JOB 77 DIED HERE AND MAY STILL HOLD CUSTODY');
    expect(log).toContain('values: from the vault');
    expect(existsSync(state)).toBe(true);
  });

  test('removes a symbolic link without touching what it points to', async () => {
    const kept = leaveBehind(job, '../elsewhere/state', 'held');
    symlinkSync(join(job.folder, 'group/elsewhere'), join(job.temp, 'segura-secrets-77'));
    expect((await job.run(SHOW)).code).toBe(0);
    expect(existsSync(kept)).toBe(true);
    expect(job.leftBehind()).toEqual(['segura-secrets-1002']);
  });

  test.each(['state', 'exec-x'])('skips a symbolic link in place of %s, and says so', async (name) => {
    const live = leaveBehind(job, '../elsewhere/state', 'held');
    mkdirSync(join(job.temp, 'segura-secrets-7'));
    symlinkSync(name === 'state' ? live : dirname(live), join(job.temp, 'segura-secrets-7', name));
    const { code, log } = await job.run(SHOW);
    expect(code).toBe(0);
    expect(log).toContain('is ignored: it is a symbolic link, or its state is one.');
    expect(readFileSync(live, 'utf8')).toBe('held');
    expect(callsOf(job).filter((call) => call.startsWith('release'))).toEqual([]);
    expect(job.leftBehind()).toEqual(['segura-secrets-1002']);
  });

  test('ignores what has no number of a job', async () => {
    leaveBehind(job, 'segura-secrets-notes/state', 'mine');
    leaveBehind(job, 'gitlab_runner_env', 'X=1');
    expect((await job.run(SHOW)).code).toBe(0);
    expect(job.leftBehind().sort()).toEqual([
      'gitlab_runner_env',
      'segura-secrets-1002',
      'segura-secrets-notes',
    ]);
  });

  test.each(['false', 'sweep: false'])('ignores everything when told %s', async (value) => {
    leaveBehind(job, 'segura-secrets-77/state', 'held');
    job.variables['SEGURA_SECRETS_SWEEP'] = value;
    expect((await job.run(SHOW)).code).toBe(0);
    expect(job.leftBehind().sort()).toEqual(['segura-secrets-1002', 'segura-secrets-77']);
  });

  test('works if the script has switched off patterns and changed IFS', async () => {
    leaveBehind(job, 'segura-secrets-77/state', 'held');
    const { code } = await job.run(SHOW, ['set -fuC', 'IFS=/-']);
    expect(code).toBe(0);
    expect(job.leftBehind()).toEqual(['segura-secrets-1002']);
  });

  test.skipIf(cannot(process.getuid?.() === 0, 'a folder that root cannot read'))(
    'says so when a dead folder cannot be read',
    async () => {
      leaveBehind(job, 'segura-secrets-77/state', 'held');
      chmodSync(join(job.temp, 'segura-secrets-77'), 0o500);
      const { code, log } = await job.run(SHOW);
      chmodSync(join(job.temp, 'segura-secrets-77'), 0o700);
      expect(code).toBe(0);
      expect(log).toContain('JOB 77 DIED HERE');
    },
  );
});
