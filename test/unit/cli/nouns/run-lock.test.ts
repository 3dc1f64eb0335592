import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { takeLock } from '../../../../src/cli/nouns/pam/run-lock.js';
import { lacks } from '../../../support/skips.js';

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'segura-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'lock');
}

test('a lock is there until it is released, and can then be taken again', () => {
  const path = place();
  const unlock = takeLock(path);
  expect([unlock === undefined, existsSync(path)]).toEqual([false, true]);
  unlock?.();
  expect(existsSync(path)).toBe(false);
  expect(takeLock(path)).toBeDefined();
});

test('the lock of a running process is not taken, and is taken once that was killed', async () => {
  const path = place();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
  onTestFinished(() => void child.kill('SIGKILL'));
  takeLock(path);
  const own = readFileSync(path, 'utf8');
  rmSync(path);
  // As that process would write it: Linux tells when a process began, others do not.
  const stat = existsSync(`/proc/${child.pid}/stat`) ? readFileSync(`/proc/${child.pid}/stat`, 'utf8') : '';
  const start = stat === '' ? '' : stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  expect(own).toMatch(new RegExp(`^${process.pid} ${start === '' ? '' : '\\d+'}$`));
  writeFileSync(path, `${child.pid} ${start}`);
  expect(takeLock(path)).toBeUndefined();
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(takeLock(path)).toBeDefined();
});

test.skipIf(lacks('/proc', existsSync('/proc/self/stat')))(
  'a lock whose process number another process has now is taken',
  () => {
    const path = place();
    writeFileSync(path, `${process.ppid} 1`);
    expect(takeLock(path)).toBeDefined();
  },
);

test('an empty lock is held only while it can be in the making, and text that is no lock holds nothing', () => {
  const path = place();
  writeFileSync(path, '');
  expect(takeLock(path)).toBeUndefined();
  utimesSync(path, 0, 0);
  expect(takeLock(path)).toBeDefined();
  writeFileSync(path, 'something else');
  expect(takeLock(path)).toBeDefined();
});

test('a lock that another process has taken meanwhile stays', () => {
  const path = place();
  const unlock = takeLock(path);
  rmSync(path);
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  writeFileSync(path, `${pid} 1`);
  unlock?.();
  expect(existsSync(path)).toBe(true);
});
