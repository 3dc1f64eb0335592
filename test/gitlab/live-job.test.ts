import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pathOf } from '../support/skips.js';
import { until } from '../vault/vault-fixture.js';
import { GitLabJob } from './job.js';
import { describeShells } from './shells.js';
import { callsOf, installStub, leaveBehind, tell } from './stub.js';

/** A name that a list of fields would be misread by. */
const ODD_NAME = 'sleep ) Z 1 (2';
const LIVE = 'segura-secrets-77';

/** PID namespace, number and start of a process, as before_script writes them. Source: proc_pid_stat(5), field 22. */
function processOf(number: number): string {
  const stat = readFileSync(`/proc/${number}/stat`, 'utf8');
  const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return `${readlinkSync('/proc/self/ns/pid')} ${number} ${start}\n`;
}

describeShells('in %s, the sweep of a folder that jobs share', (shell) => {
  let job: GitLabJob;
  let state: string;
  const started: ChildProcess[] = [];

  beforeEach(() => {
    job = new GitLabJob(shell);
    installStub(job);
  });
  afterEach(async () => {
    for (const child of started.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    job.close();
  });

  const start = (program: string, ...words: string[]): ChildProcess & { pid: number } => {
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'ignore'] });
    started.push(child);
    return child as ChildProcess & { pid: number };
  };
  const leave = (made: string): void => {
    state = leaveBehind(job, `${LIVE}/state`, 'held');
    leaveBehind(job, `${LIVE}/process`, made);
  };
  const expectSwept = async (): Promise<void> => {
    expect((await job.run([])).log).toContain('Job 77 died here');
    expect(job.leftBehind()).toEqual(['segura-secrets-1002']);
  };

  test('leaves a job alone while its script runs, and releases it once that is dead', async () => {
    const running = job.run([': >"$HOME/started"', 'until [ -e "$HOME/go" ]; do sleep 0.05; done']);
    await until(() => job.has('started'));
    job.variables['CI_JOB_ID'] = '1003';
    const { code, log } = await job.run([]);
    expect(code).toBe(0);
    expect(log).toBe('segura-secrets: Job 1002 still runs in this folder: its custody and files stay.\n');
    expect(callsOf(job).filter((call) => call.startsWith('release'))).toEqual([]);
    expect((await job.after()).code).toBe(0);
    expect(job.leftBehind()).toEqual(['segura-secrets-1002']);
    tell(job, 'go', '');
    expect((await running).code).toBe(0);
    job.variables['CI_JOB_ID'] = '1004';
    expect((await job.run([])).log).toContain('Job 1002 died here');
    expect(job.leftBehind()).toEqual(['segura-secrets-1004']);
  });

  test('recognizes a process whatever stands after its name', async () => {
    const program = join(job.programs, ODD_NAME);
    symlinkSync(pathOf('sleep'), program);
    const { pid } = start(program, '30');
    await until(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === ODD_NAME);
    leave(processOf(pid));
    expect((await job.run([], ['IFS=/-:'])).log).toContain('Job 77 still runs in this folder');
    expect(readFileSync(state, 'utf8')).toBe('held');
  });

  test('releases what an ended process held', async () => {
    const child = start('sleep', '30');
    leave(processOf(child.pid));
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expectSwept();
  });

  test('releases what a zombie process held', async () => {
    const child = start('sh', '-c', 'sleep 0.5 & echo "$!"; exec sleep 30');
    const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
    const number = Number(line.toString());
    await until(() => readFileSync(`/proc/${number}/stat`, 'utf8').includes(') Z '));
    leave(processOf(number));
    await expectSwept();
  });

  test.each<[string, (made: string) => string]>([
    ['another process has the number by now', (made) => made.replace(/\d+\n$/, '1\n')],
    ['the process was in another PID namespace', (made) => made.replace(/\d+/, '1')],
    ['no process is named', () => ''],
    ['it is not the account of a process', () => 'pid:[1] ../self 1\n'],
  ])('releases where %s', async (_, change) => {
    leave(change(processOf(start('sleep', '30').pid)));
    await expectSwept();
  });

  test('ignores an account of a process that is a symbolic link or a pipe', async () => {
    const { pid } = start('sleep', '30');
    state = leaveBehind(job, `${LIVE}/state`, 'held');
    symlinkSync(leaveBehind(job, 'account', processOf(pid)), join(job.temp, LIVE, 'process'));
    leaveBehind(job, 'segura-secrets-78/state', 'held');
    spawnSync('mkfifo', [join(job.temp, 'segura-secrets-78/process')]);
    const { log } = await job.run([]);
    expect(log).toContain('Job 77 died here');
    expect(log).toContain('Job 78 died here');
  });

  test('needs nothing of /proc to prepare a job', async () => {
    job.install('readlink', '#!/bin/sh\nexit 1\n');
    expect(await job.run([])).toEqual({ code: 0, log: '' });
    expect(job.has(`group/project.tmp/segura-secrets-1002/process`)).toBe(false);
  });
});
