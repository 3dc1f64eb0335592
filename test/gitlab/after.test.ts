import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
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
    'gives back and removes all files after the script %s',
    async (line) => {
      await job.run([line]);
      expect(job.leftBehind()).toEqual(['segura-secrets-1002']);
      expect(await job.after()).toEqual({ code: 0, log: 'after_script went on\n' });
      expect(callsOf(job)[1]).toBe(`release --state ${join(job.private, 'state')}`);
      expect(job.leftBehind()).toEqual([]);
    },
  );

  test('gives back when the fetch failed after it had taken something', async () => {
    tell(job, 'code', '1');
    await job.run([]);
    expect((await job.after()).code).toBe(0);
    expect(callsOf(job)).toHaveLength(2);
    expect(job.leftBehind()).toEqual([]);
  });

  test('says loudly that nothing was given back, keeps the state, and ends with an error', async () => {
    await job.run([]);
    tell(job, 'refuse', '');
    const { code, log } = await job.after();
    expect(code).toBe(1);
    expect(log).toContain('segura-secrets: CUSTODY MAY NOT HAVE BEEN GIVEN BACK');
    expect(log).toContain(join(job.private, 'state'));
    expect(existsSync(join(job.private, 'state'))).toBe(true);
  });

  test('lets the next job give back what it could not', async () => {
    await job.run([]);
    tell(job, 'refuse', '');
    await job.after();
    rmSync(join(job.folder, 'refuse'));
    job.variables['CI_JOB_ID'] = '1003';
    expect((await job.run([])).log).toContain('Job 1002 had died here');
    expect((await job.after()).code).toBe(0);
    expect(job.leftBehind()).toEqual([]);
  });

  test('does nothing where before_script made nothing', async () => {
    expect(await job.after()).toEqual({ code: 0, log: 'after_script went on\n' });
    expect(callsOf(job)).toEqual([]);
  });

  test('finds Node where only before_script had it on the PATH', async () => {
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
    expect((await job.after()).code).toBe(0);
    expect(existsSync(kept)).toBe(true);
    expect(callsOf(job)).toHaveLength(1);
  });
});

describeShells('in %s, the job that runs a command', (shell) => {
  let job: GitLabJob;

  beforeEach(() => {
    job = new GitLabJob(shell);
    installStub(job);
    job.install(
      'segura-secrets',
      '#!/bin/sh\n[ "$1" = version ] && exec cat "$HOME/version"\nprintf "%s|" "$@" >>"$HOME/calls"\nprintf held >"$3"\n',
    );
  });
  afterEach(() => job.close());

  test('hands the command to exec, each with a state of its own', async () => {
    job.variables['SEGURA_SECRETS_COMMAND'] = `./deploy "$DB_PASSWORD" 'two words'`;
    const { code } = await job.runExec();
    expect(code).toBe(0);
    const [, state = '', ...rest] = /^exec\|--state\|([^|]+)\|(.*)\|$/.exec(job.read('calls')) ?? [];
    expect(state).toMatch(/\/segura-secrets-1002\/exec-\d+\/state$/);
    expect(rest).toEqual([`--|sh|-ec|./deploy "$DB_PASSWORD" 'two words'`]);
  });

  test('gives back in after_script what a killed exec left', async () => {
    installStub(job);
    await job.runExec(['mkdir "$CI_PROJECT_DIR.tmp/segura-secrets-1002/exec-7"']);
    const state = leaveBehind(job, 'segura-secrets-1002/exec-7/state', 'held');
    expect((await job.after()).code).toBe(0);
    expect(callsOf(job)).toEqual([`release --state ${state}`]);
    expect(job.leftBehind()).toEqual([]);
  });

  test('fails without a command', async () => {
    const { code, log } = await job.runExec();
    expect(code).not.toBe(0);
    expect(log).toContain('SEGURA_SECRETS_COMMAND: is empty: give the job a command or a script');
    expect(job.read('calls')).toBe('');
  });
});
