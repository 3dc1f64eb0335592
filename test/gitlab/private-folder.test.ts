import { existsSync, lstatSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GitLabJob } from './job.js';
import { describeShells } from './shells.js';
import { callsOf, installStub } from './stub.js';

const SHOW = ['echo "values: $DB_PASSWORD"'];

describeShells('in %s, before_script makes a private folder:', (shell) => {
  let job: GitLabJob;

  beforeEach(() => {
    job = new GitLabJob(shell);
    installStub(job);
  });
  afterEach(() => job.close());

  test.each(['000', '077', '022'])(
    'folder 0700 and files 0600 under umask %s, which stays',
    async (umask) => {
      const { code, log } = await job.run(['umask'], [`umask ${umask}`]);
      expect({ code, log: log.trim() }).toEqual({ code: 0, log: `0${umask}` });
      const modes = ['', 'bin', 'bin/segura-secrets', 'tool', 'path', 'process'].map((name) =>
        (statSync(join(job.private, name)).mode & 0o777).toString(8),
      );
      expect(modes).toEqual(['700', '700', '700', '600', '600', '600']);
    },
  );

  test('rejects a symbolic link in its place, and writes nothing there', async () => {
    const elsewhere = join(job.folder, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, job.private);
    const { code, log } = await job.run(SHOW);
    expect(code).toBe(1);
    expect(log).toContain('could not be created');
    expect(lstatSync(job.private).isSymbolicLink()).toBe(true);
    expect(existsSync(join(elsewhere, 'bin'))).toBe(false);
  });

  test('rejects an existing folder in its place', async () => {
    mkdirSync(job.private, { mode: 0o777 });
    const { code, log } = await job.run(SHOW);
    expect(code).toBe(1);
    expect(log).toContain(`The private folder ${job.private} could not be created.`);
    expect(callsOf(job)).toEqual([]);
  });

  test('rejects a symbolic link in place of the folder above', async () => {
    symlinkSync(job.temp, join(job.folder, 'link'));
    job.variables['RUNNER_TEMP_PROJECT_DIR'] = join(job.folder, 'link');
    expect((await job.run(SHOW)).log).toContain('is a symbolic link.');
  });

  test('uses the folder that the runner names', async () => {
    job.variables['RUNNER_TEMP_PROJECT_DIR'] = join(job.folder, 'named/by the runner');
    expect((await job.run(SHOW)).code).toBe(0);
    expect(existsSync(join(job.folder, 'named/by the runner/segura-secrets-1002/tool'))).toBe(true);
    expect(job.leftBehind()).toEqual([]);
  });
});
