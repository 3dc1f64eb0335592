import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GitLabJob } from './job.js';
import { describeShells } from './shells.js';
import { callsOf, installStub, leaveBehind, tell } from './stub.js';

describeShells('in %s, after_script', (shell) => {
  let job: GitLabJob;

  beforeEach(() => {
    job = new GitLabJob(shell);
    installStub(job);
  });
  afterEach(() => job.close());

  test.each(['true', 'exit 7', 'kill -KILL $$'])(
    'releases and removes all files after the script %s',
    async (line) => {
      await job.run([line]);
      expect(job.leftBehind()).toEqual(['segura-secrets-1002']);
      expect(await job.after()).toEqual({ code: 0, log: 'after_script went on\n' });
      expect(callsOf(job)[1]).toBe(`release --run ${job.private} --state ${join(job.private, 'state')}`);
      expect(job.leftBehind()).toEqual([]);
    },
  );

  test('releases when the fetch failed after it had taken something', async () => {
    tell(job, 'code', '1');
    await job.run([]);
    expect((await job.after()).code).toBe(0);
    expect(callsOf(job)).toHaveLength(2);
    expect(job.leftBehind()).toEqual([]);
  });

  test('says loudly that nothing was released, keeps the state, and ends with an error', async () => {
    await job.run([]);
    tell(job, 'refuse', '1');
    const { code, log } = await job.after();
    expect(code).toBe(1);
    expect(log).toContain('segura-secrets: THIS JOB MAY STILL HOLD CUSTODY');
    expect(log).toContain(join(job.private, 'state'));
    expect(existsSync(join(job.private, 'state'))).toBe(true);
  });

  test('ends with the exit code that says why custody could not be released', async () => {
    await job.run([]);
    tell(job, 'refuse', '3');
    expect((await job.after()).code).toBe(3);
  });

  test('lets the next job release what it could not', async () => {
    await job.run([]);
    tell(job, 'refuse', '1');
    await job.after();
    rmSync(join(job.folder, 'refuse'));
    job.variables['CI_JOB_ID'] = '1003';
    expect((await job.run([])).log).toContain('Job 1002 died here');
    expect((await job.after()).code).toBe(0);
    expect(job.leftBehind()).toEqual([]);
  });

  test('does nothing where before_script made nothing', async () => {
    expect(await job.after()).toEqual({ code: 0, log: 'after_script went on\n' });
    expect(callsOf(job)).toEqual([]);
  });

  test('finds Node if only before_script had it on the PATH', async () => {
    job.install(
      'segura-secrets',
      '#!/usr/bin/env node\nconsole.log(process.argv[2] === "version" ? "VERSION" : "");\n',
    );
    job.variables['SEGURA_SECRETS_VERSION'] = 'VERSION';
    await job.run([': >"$(dirname "$(cat "$CI_PROJECT_DIR.tmp/segura-secrets-1002/tool")")/../held"']);
    leaveBehind(job, 'segura-secrets-1002/state', 'held');
    const before = job.variables['PATH'] ?? '';
    const folder = join(job.folder, 'few');
    mkdirSync(folder);
    for (const name of ['sh', 'cat', 'rm', 'env']) {
      const program = before
        .split(':')
        .map((path) => join(path, name))
        .find((path) => existsSync(path));
      symlinkSync(program ?? '', join(folder, name));
    }
    job.variables['PATH'] = folder;
    expect(await job.after()).toEqual({ code: 0, log: '\nafter_script went on\n' });
    expect(job.leftBehind()).toEqual([]);
  });

  test('does not follow a symbolic link that the script put in place of its folder', async () => {
    const kept = leaveBehind(job, '../elsewhere/state', 'held');
    await job.run(['rm -rf "$CI_PROJECT_DIR.tmp/segura-secrets-1002"']);
    symlinkSync(join(job.folder, 'group/elsewhere'), job.private);
    const { code, log } = await job.after();
    expect(code).toBe(1);
    expect(log).toContain('segura-secrets: THIS JOB MAY STILL HOLD CUSTODY');
    expect(log).toContain(`Link: ${job.private}`);
    expect(existsSync(kept)).toBe(true);
    expect(callsOf(job)).toHaveLength(1);
  });
});

describeShells('in %s, after_script follows no symbolic link in its folder:', (shell) => {
  let job: GitLabJob;

  beforeEach(async () => {
    job = new GitLabJob(shell);
    installStub(job);
    await job.run([]);
  });
  afterEach(() => job.close());

  test.each(['state', 'exec-7'])('with one in place of %s it keeps the folder and says so', async (name) => {
    const kept = leaveBehind(job, 'segura-secrets-77/state', 'held');
    rmSync(join(job.private, name), { force: true });
    symlinkSync(name === 'state' ? kept : dirname(kept), join(job.private, name));
    const { code, log } = await job.after();
    expect(code).toBe(1);
    expect(log).toContain('is ignored: it is a symbolic link, or its state is one.');
    expect(log).toContain('segura-secrets: THIS JOB MAY STILL HOLD CUSTODY');
    expect(existsSync(kept)).toBe(true);
    expect(callsOf(job).filter((call) => call.includes('segura-secrets-77') || call.includes(name))).toEqual(
      name === 'state' ? [expect.stringContaining('export ')] : [],
    );
  });
});

describeShells('in %s, the job that runs a command', (shell) => {
  let job: GitLabJob;

  beforeEach(() => {
    job = new GitLabJob(shell);
    installStub(job);
    job.install(
      'segura-secrets',
      '#!/bin/sh\n[ "$1" = version ] && exec cat "$HOME/version"\nprintf "%s|" "$@" >>"$HOME/calls"\nprintf held >"$5"\n',
    );
  });
  afterEach(() => job.close());

  test('passes the command to exec, each with its own state', async () => {
    job.variables['SEGURA_SECRETS_COMMAND'] = `./deploy "$DB_PASSWORD" 'two words'`;
    const { code } = await job.runExec();
    expect(code).toBe(0);
    const [, run, state = '', ...rest] =
      /^exec\|--run\|([^|]+)\|--state\|([^|]+)\|(.*)\|$/.exec(job.read('calls')) ?? [];
    expect(run).toBe(job.private);
    expect(state).toMatch(/\/segura-secrets-1002\/exec-\d+\/state$/);
    expect(rest).toEqual([`--|sh|-ec|./deploy "$DB_PASSWORD" 'two words'`]);
  });

  test('releases in after_script what a killed exec left', async () => {
    installStub(job);
    await job.runExec(['mkdir "$CI_PROJECT_DIR.tmp/segura-secrets-1002/exec-7"']);
    const state = leaveBehind(job, 'segura-secrets-1002/exec-7/state', 'held');
    expect((await job.after()).code).toBe(0);
    expect(callsOf(job)).toEqual([`release --run ${job.private} --state ${state}`]);
    expect(job.leftBehind()).toEqual([]);
  });

  test('fails without a command', async () => {
    const { code, log } = await job.runExec();
    expect(code).toBe(1);
    expect(log).toBe(
      [
        'segura-secrets: This job has no command to run.',
        '  Set the input command (with the include: the variable SEGURA_SECRETS_COMMAND), or give the job a script.',
        '',
      ].join('\n'),
    );
    expect(job.read('calls')).toBe('');
  });

  test('fails if a colon in the path of its folder would break the PATH', async () => {
    job.variables['RUNNER_TEMP_PROJECT_DIR'] = join(job.folder, 'group:project.tmp');
    const { code, log } = await job.runExec(['segura-secrets exec -- true']);
    expect(code).toBe(1);
    expect(log).toContain(`The path ${job.folder}/group:project.tmp has a colon`);
    expect(job.read('calls')).toBe('');
    expect((await job.after()).code).toBe(0);
    expect(job.has('group:project.tmp/segura-secrets-1002')).toBe(false);
  });

  test('leaves the state and the run that the job names itself, and what follows the command', async () => {
    installStub(job);
    const { code, log } = await job.runExec([
      'segura-secrets exec --state "$HOME/mine" -- true',
      'segura-secrets exec --state="$HOME/mine" --run=other -- true',
      'segura-secrets exec -- echo --state --run',
    ]);
    expect({ code, log }).toMatchObject({ code: 0 });
    const [first, second, third] = callsOf(job);
    expect(first).toBe(`exec --run ${job.private} --state ${job.folder}/mine -- true`);
    expect(second).toBe(`exec --state=${job.folder}/mine --run=other -- true`);
    expect(third).toMatch(/^exec --run \S+ --state \S+\/exec-\d+\/state -- echo --state --run$/);
  });

  test('seals what a release of its own releases for the same folder', async () => {
    installStub(job);
    const { code, log } = await job.runExec(['segura-secrets release --state "$HOME/mine" || true']);
    expect({ code, log }).toMatchObject({ code: 0 });
    expect(callsOf(job)).toEqual([`release --run ${job.private} --state ${job.folder}/mine`]);
  });
});
