import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { codeOf } from '../../../../src/core/errors.js';
import { readRegularFile } from '../../../../src/platform/disk/regular-file.js';
import { USE_FOLDER, UseFolder } from '../../../../src/platform/disk/use-folder.js';
import { isWindows } from '../../../support/skips.js';

function begun() {
  const temp = mkdtempSync(join(tmpdir(), 'segura-uses-'));
  onTestFinished(() => rmSync(temp, { recursive: true, force: true }));
  return { temp, folder: join(temp, USE_FOLDER), uses: new UseFolder(temp) };
}

const refusal = async (uses: UseFolder): Promise<string> => uses.lock(0).then(() => 'none', codeOf);

describe('the folder', () => {
  test.skipIf(isWindows())('is made for its owner only, whatever the umask', async () => {
    const { folder, uses } = begun();
    const unlock = await uses.lock(0);
    uses.write('a', 'text');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o600);
    if (unlock !== 'busy') unlock();
  });

  test.skipIf(isWindows())('is not used when others could, or when it is a link or a file', async () => {
    const { temp, folder, uses } = begun();
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    expect(await refusal(uses)).toBe('EPERM');
    rmSync(folder, { recursive: true });
    mkdirSync(join(temp, 'else'), { mode: 0o700 });
    symlinkSync(join(temp, 'else'), folder);
    expect(await refusal(uses)).toBe('EPERM');
    rmSync(folder);
    writeFileSync(folder, '', { mode: 0o600 });
    expect(await refusal(uses)).toBe('EPERM');
  });
});

describe('an account', () => {
  test('is read as it was written, and is not there before', async () => {
    const { uses } = begun();
    await uses.lock(0);
    expect(uses.read('a')).toBeUndefined();
    uses.write('a', 'one');
    uses.write('a', 'two');
    expect([uses.read('a'), uses.readAll()]).toEqual(['two', ['two']]);
  });

  test.skipIf(isWindows())('that is a link is not followed', async () => {
    const { temp, folder, uses } = begun();
    await uses.lock(0);
    writeFileSync(join(temp, 'precious'), 'precious');
    symlinkSync(join(temp, 'precious'), join(folder, 'a'));
    expect(() => uses.read('a')).toThrow('ELOOP');
    uses.write('a', 'ours');
    expect([readFileSync(join(temp, 'precious'), 'utf8'), uses.read('a')]).toEqual(['precious', 'ours']);
  });
});

describe('the lock', () => {
  test('keeps others out until it is released', async () => {
    const { temp, uses } = begun();
    const unlock = await uses.lock(0);
    expect(await uses.lock(60)).toBe('busy');
    const waiting = new UseFolder(temp).lock(5_000);
    if (unlock !== 'busy') unlock();
    expect(await waiting).not.toBe('busy');
  });

  test.skipIf(isWindows())('that is a folder, a FIFO or a link to a device holds no one', async () => {
    const { temp, folder, uses } = begun();
    const unlock = await uses.lock(0);
    if (unlock !== 'busy') unlock();
    const path = join(folder, 'lock');
    mkdirSync(path);
    expect(await refusal(uses)).toBe('EPERM');
    rmSync(path, { recursive: true });
    execFileSync('mkfifo', [path]);
    expect(await refusal(uses)).toBe('EPERM');
    expect(() => readRegularFile(path)).toThrow('no regular file');
    rmSync(path);
    symlinkSync('/dev/zero', path);
    expect(await uses.lock(60)).toBe('busy');
    expect(() => readRegularFile(path)).toThrow('no regular file');
    rmSync(temp, { recursive: true });
  });

  test('of a process that was killed is broken, by one of many that wait', async () => {
    const { temp, folder, uses } = begun();
    await uses.lock(0);
    rmSync(join(folder, 'lock'));
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    writeFileSync(join(folder, 'lock'), String(child.pid));
    expect(await uses.lock(50)).toBe('busy');
    const ended = new Promise((done) => child.on('close', done));
    child.kill('SIGKILL');
    await ended;
    let inside = 0;
    const most: number[] = [];
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const unlock = await new UseFolder(temp).lock(5_000);
        inside += 1;
        most.push(inside);
        await new Promise((done) => setTimeout(done, 2));
        inside -= 1;
        if (unlock !== 'busy') unlock();
      }),
    );
    expect([Math.max(...most), most.length]).toEqual([1, 8]);
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  test('is waited for once by one process, at most 5 s in all, and no longer than the job runs', async () => {
    const { temp, uses } = begun();
    await uses.lock(0);
    const waited = async (other: UseFolder, signal?: AbortSignal): Promise<number> => {
      const startedMs = performance.now();
      expect(await other.lock(60_000, signal)).toBe('busy');
      return performance.now() - startedMs;
    };
    const other = new UseFolder(temp);
    const firstMs = await waited(other);
    expect(firstMs).toBeLessThan(30_000);
    expect(await waited(other)).toBeLessThan(firstMs / 2);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    expect(await waited(new UseFolder(temp), stop.signal)).toBeLessThan(firstMs / 2);
  });

  test('that was made in the future is broken, whoever holds it', async () => {
    const { temp, folder, uses } = begun();
    await uses.lock(0);
    const inAnHour = Date.now() / 1_000 + 3_600;
    utimesSync(join(folder, 'lock'), inAnHour, inAnHour);
    expect(await new UseFolder(temp).lock(0)).not.toBe('busy');
  });

  test('that belongs to another process now is not taken from it', async () => {
    const { folder, uses } = begun();
    const unlock = await uses.lock(0);
    rmSync(join(folder, 'lock'));
    writeFileSync(join(folder, 'other'), '');
    writeFileSync(join(folder, 'lock'), '1');
    if (unlock !== 'busy') unlock();
    expect(existsSync(join(folder, 'lock'))).toBe(true);
  });
});
