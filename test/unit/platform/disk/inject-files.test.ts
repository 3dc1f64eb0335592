import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { problemsOf } from '../../../../src/core/errors.js';
import type { FileChange, InjectedFile } from '../../../../src/core/ports.js';
import { stagingPathOf } from '../../../../src/platform/disk/atomic-write.js';
import { trackedByGit } from '../../../../src/platform/disk/inject/git-tracked.js';
import { openForChange } from '../../../../src/platform/disk/inject/open.js';
import { replaceAll, sha256Of } from '../../../../src/platform/disk/inject/replace.js';
import { restoreFile } from '../../../../src/platform/disk/inject/restore.js';
import { JobFiles } from '../../../../src/platform/disk/job-files.js';
import { runProgram } from '../../../../src/platform/process/run-program.js';
import { cannot, isWindows, lacks } from '../../../support/skips.js';

let workspace = '';
let outside = '';
beforeEach(() => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), 'inject-test-')));
  outside = realpathSync(mkdtempSync(join(tmpdir(), 'inject-outside-')));
});
afterEach(() => {
  for (const folder of [workspace, outside]) rmSync(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(workspace, name);
const open = (name: string) => openForChange(name, { workspace, temp: outside }, 1024 * 1024);
const isRoot = process.getuid?.() === 0;

function change(name: string, text: string): FileChange {
  return { file: open(name), bytes: Buffer.from(text) };
}

/** What the ledger has of a file into which `now` was written. */
function injected(path: string, old: string, now: string, mode = 0o644): InjectedFile {
  const folder = mkdtempSync(join(outside, 'segura-secrets-'));
  const copy = join(folder, 'old-1');
  writeFileSync(copy, old, { mode: 0o600 });
  const { dev, ino } = statSync(copy, { bigint: true });
  const [sha256, oldSha256] = [now, old].map((text) => sha256Of(Buffer.from(text))) as [string, string];
  const entry = { path: copy, device: String(dev), inode: String(ino), folder: false };
  return { path, sha256, oldSha256, copy: entry, mode, mtimeMs: 1_700_000_000_123 };
}

function problemOf(operation: () => unknown): { code: string; message: string; remedy: string } | undefined {
  try {
    operation();
    return undefined;
  } catch (error) {
    return problemsOf(error)[0];
  }
}

describe('files that are replaced', () => {
  test('all have the new bytes, their modes, and nothing is left beside them', () => {
    writeFileSync(at('a'), 'old a', { mode: 0o640 });
    writeFileSync(at('b'), 'old b', { mode: 0o755 });
    chmodSync(at('a'), 0o640);
    chmodSync(at('b'), 0o755);
    replaceAll([change('a', 'new a'), change('b', 'new b')]);
    expect([readFileSync(at('a'), 'utf8'), readFileSync(at('b'), 'utf8')]).toEqual(['new a', 'new b']);
    if (process.platform !== 'win32')
      expect([statSync(at('a')).mode & 0o777, statSync(at('b')).mode & 0o777]).toEqual([0o640, 0o755]);
    expect(readdirSync(workspace).sort()).toEqual(['a', 'b']);
  });

  test.skipIf(cannot(!isRoot, 'what only root can do'))('the owner and the group stay', () => {
    writeFileSync(at('a'), 'old');
    chownSync(at('a'), 12345, 23456);
    replaceAll([change('a', 'new')]);
    expect(statSync(at('a'))).toMatchObject({ uid: 12345, gid: 23456 });
  });

  test('none is replaced when another program changed one of them since', () => {
    writeFileSync(at('a'), 'old a');
    writeFileSync(at('b'), 'old b');
    const changes = [change('a', 'new a'), change('b', 'new b')];
    writeFileSync(at('b'), 'other');
    expect(problemOf(() => replaceAll(changes))?.message).toContain('changed by another program');
    expect([readFileSync(at('a'), 'utf8'), readFileSync(at('b'), 'utf8')]).toEqual(['old a', 'other']);
    expect(readdirSync(workspace).sort()).toEqual(['a', 'b']);
  });

  test('one file under two names is refused', () => {
    writeFileSync(at('a'), 'old');
    expect(problemOf(() => replaceAll([change('a', '1'), change('./a', '2')]))?.message).toContain(
      'are one file',
    );
    expect(readFileSync(at('a'), 'utf8')).toBe('old');
  });
});

describe('files that are refused', () => {
  test('one that is not there, and a folder', () => {
    mkdirSync(at('folder'));
    expect(problemOf(() => open('nothing'))?.message).toContain('ENOENT');
    expect(problemOf(() => open('folder'))?.message).toContain('no regular file');
    expect(problemOf(() => openForChange('a', { workspace, temp: outside }, 1))?.code).toBe('FILE_REFUSED');
  });

  test.skipIf(isWindows())('one with several names', () => {
    writeFileSync(at('a'), 'old');
    linkSync(at('a'), at('b'));
    const problem = problemOf(() => open('a'));
    expect(problem?.message).toContain('2 names (hard links)');
    const command = /: (cp .+)$/.exec(problem?.remedy ?? '')?.[1] ?? 'false';
    execFileSync('sh', ['-c', command], { cwd: workspace });
    replaceAll([change('a', 'new')]);
    expect([readFileSync(at('a'), 'utf8'), readFileSync(at('b'), 'utf8')]).toEqual(['new', 'old']);
  });

  test.skipIf(isWindows())(
    'a link out of the workspace, also as a folder on the way; one inside is followed',
    () => {
      writeFileSync(join(outside, 'secret.ini'), 'old');
      mkdirSync(at('real'));
      writeFileSync(at('real/a'), 'old');
      symlinkSync(join(outside, 'secret.ini'), at('link'));
      symlinkSync(outside, at('folder'));
      symlinkSync('real/a', at('inside'));
      expect(problemOf(() => open('link'))?.message).toContain('leads out of the workspace');
      expect(problemOf(() => open('folder/secret.ini'))?.message).toContain('leads out of the workspace');
      replaceAll([change('inside', 'new')]);
      expect(readFileSync(at('real/a'), 'utf8')).toBe('new');
      expect(readdirSync(workspace).sort()).toEqual(['folder', 'inside', 'link', 'real']);
    },
  );

  test.skipIf(isWindows())(
    'one with a name too long for a second one beside it; one that a killed step left so is as it was',
    () => {
      const [long, most] = ['y'.repeat(255), 'y'.repeat(239)];
      for (const name of [long, most]) writeFileSync(at(name), 'old');
      const problem = problemOf(() => open(long));
      expect([problem?.code, problem?.message.endsWith('cannot be replaced (ENAMETOOLONG).')]).toEqual([
        'FILE_REFUSED',
        true,
      ]);
      expect(problem?.remedy).toContain('a shorter name');
      replaceAll([change(most, 'new')]);
      expect(readFileSync(at(most), 'utf8')).toBe('new');
      const file = injected(at(long), 'old', 'new');
      expect(restoreFile(file)).toBe('untouched');
      expect(existsSync(file.copy.path)).toBe(false);
    },
  );

  test.skipIf(isWindows())(
    'a link out of the workspace on the way to a file that is not there yet, and to a template',
    () => {
      mkdirSync(at('real'));
      writeFileSync(at('real/a'), 'old');
      writeFileSync(join(outside, 'a.liquid'), 'x');
      for (const [to, name] of [
        [outside, 'folder'],
        ['real', 'inside'],
      ] as const)
        symlinkSync(to, at(name));
      symlinkSync(join(outside, 'a.liquid'), at('link.liquid'));
      expect(problemOf(() => open('folder/new'))?.message).toContain('leads out of the workspace');
      expect(problemOf(() => open('inside/new'))?.message).toContain('ENOENT');
      expect(problemOf(() => open(join(outside, 'new')))?.message).toContain('ENOENT');
      const files = new JobFiles({ workspace, temp: outside }, process.platform, () => {});
      const read = (name: string): string => files.read(name, 1024).toString();
      expect(problemOf(() => read('link.liquid'))?.message).toContain('leads out of the workspace');
      expect(problemOf(() => read('folder/a.liquid'))?.message).toContain('leads out of the workspace');
      expect([read('inside/a'), read(join(outside, 'a.liquid'))]).toEqual(['old', 'x']);
    },
  );

  test.skipIf(isWindows() || cannot(isRoot, 'what root may do all the same'))('one that is read-only', () => {
    writeFileSync(at('a'), 'old', { mode: 0o400 });
    expect(problemOf(() => open('a'))?.message).toContain('EACCES');
  });
});

describe('in a process of its own', () => {
  const BUILT = join(import.meta.dirname, '../../../../build/src/platform/disk/inject');
  const lacksBuild = lacks('build/ (npm run compile)', existsSync(BUILT));
  const lacksMounts =
    cannot(!isRoot, 'what only root can do') ||
    lacks('unshare') ||
    cannot(spawnSync('unshare', ['-m', 'true']).status !== 0, 'mounts of its own');

  /** Replaces the bytes of some files by `text`, and prints what was wrong. */
  function program(names: readonly string[], text: string): string {
    const path = join(outside, 'try.mjs');
    writeFileSync(
      path,
      `import { openForChange } from ${JSON.stringify(join(BUILT, 'open.js'))};
import { replaceAll } from ${JSON.stringify(join(BUILT, 'replace.js'))};
const places = { workspace: ${JSON.stringify(workspace)}, temp: '/' };
const bytes = Buffer.from(${JSON.stringify(text)});
try {
  replaceAll(${JSON.stringify(names)}.map((name) => ({ file: openForChange(name, places, 1e6), bytes })));
} catch (error) {
  console.log(error.message, error.remedy);
}
`,
    );
    return `"${process.execPath}" "${path}"`;
  }

  function inMounts(script: string): string {
    return spawnSync('unshare', ['-m', 'sh', '-c', script], { cwd: workspace }).stdout.toString();
  }

  test.skipIf(lacksBuild || lacksMounts)(
    'a file that is mounted by itself is refused, and those before it have their old bytes',
    () => {
      for (const name of ['a', 'b', 'source']) writeFileSync(at(name), `old ${name}`, { mode: 0o604 });
      const said = inMounts(`mount --bind source b && ${program(['a', 'b'], 'new')}; umount b`);
      expect(said).toContain('The file b is mounted by itself (EBUSY)');
      for (const name of ['a', 'b', 'source']) expect(readFileSync(at(name), 'utf8')).toBe(`old ${name}`);
      expect(statSync(at('a')).mode & 0o777).toBe(0o604);
      expect(readdirSync(workspace).sort()).toEqual(['a', 'b', 'source']);
    },
  );

  test.skipIf(lacksBuild || lacksMounts)('a full disk leaves every file as it was', () => {
    const replace = program(['disk/a', 'disk/b'], 'x'.repeat(40_000));
    const mount =
      'mkdir disk && mount -t tmpfs -o size=64k none disk && printf old >disk/a && printf old >disk/b';
    expect(inMounts(`${mount} && ${replace}; cat disk/a disk/b; ls -A disk; umount disk`)).toMatch(
      /^The file disk\/b cannot be replaced \(ENOSPC\)\. The disk is full.*\noldolda\nb\n$/,
    );
  });

  test.skipIf(lacksBuild || lacksMounts)('a disk that is read-only leaves every file as it was', () => {
    const mount = 'mkdir disk && mount -t tmpfs none disk && printf old >disk/a && mount -o remount,ro disk';
    expect(
      inMounts(`${mount} && ${program(['disk/a'], 'new')}; cat disk/a; ls -A disk; umount disk`),
    ).toMatch(/^The file disk\/a cannot be replaced \(EROFS\)\..*\nolda\n$/);
  });

  test.skipIf(lacksBuild || isWindows())(
    'killed at any call to the disk, and restored: no new byte is left anywhere',
    () => {
      const names = ['a', 'b', 'c'];
      const hook = join(outside, 'hook.mjs');
      writeFileSync(
        hook,
        `import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
let left = Number(process.env.KILL_AT);
for (const name of ['openSync', 'writeSync', 'fchmodSync', 'fsyncSync', 'renameSync', 'unlinkSync', 'closeSync']) {
  const real = fs[name];
  fs[name] = (...args) => {
    if (left-- === 0) process.kill(process.pid, 'SIGKILL');
    return real(...args);
  };
}
syncBuiltinESMExports();
`,
      );
      program(names, 'new');
      let kills = 0;
      for (let at = 0; at < 200; at++) {
        for (const name of names) writeFileSync(join(workspace, name), `old ${name}`);
        const args = ['--import', hook, join(outside, 'try.mjs')];
        const { signal, status } = spawnSync(process.execPath, args, {
          env: { ...process.env, KILL_AT: String(at) },
        });
        if (signal !== 'SIGKILL') {
          expect(status).toBe(0);
          expect(names.map((name) => readFileSync(join(workspace, name), 'utf8'))).toEqual([
            'new',
            'new',
            'new',
          ]);
          break;
        }
        kills += 1;
        for (const name of names) restoreFile(injected(join(workspace, name), `old ${name}`, 'new'));
        expect(names.map((name) => readFileSync(join(workspace, name), 'utf8'))).toEqual(
          names.map((name) => `old ${name}`),
        );
        expect(readdirSync(workspace).sort(), `killed at call ${at}`).toEqual(names);
      }
      expect(kills).toBeGreaterThan(15);
    },
  );
});

describe('a file that gets its old bytes back', () => {
  test.each([
    ['new', 'restored', 'old'],
    ['old', 'untouched', 'old'],
    ['other', 'changed', 'other'],
  ])('with %j in it is %s', (text, outcome, after) => {
    writeFileSync(at('a'), text, { mode: 0o600 });
    chmodSync(at('a'), 0o640);
    const file = injected(at('a'), 'old', 'new', 0o640);
    // A process that was killed left its secret beside the file.
    writeFileSync(stagingPathOf(at('a')), 'new');
    expect(restoreFile(file)).toBe(outcome);
    expect(readFileSync(at('a'), 'utf8')).toBe(after);
    if (outcome === 'restored') expect(statSync(at('a')).mtimeMs).toBeCloseTo(file.mtimeMs, 0);
    if (process.platform !== 'win32') expect(statSync(at('a')).mode & 0o777).toBe(0o640);
    expect(readdirSync(workspace)).toEqual(['a']);
  });

  test('that is gone stays gone', () => {
    writeFileSync(stagingPathOf(at('a')), 'new');
    expect(restoreFile(injected(at('a'), 'old', 'new'))).toBe('gone');
    expect(readdirSync(workspace)).toEqual([]);
  });
});

describe('git', () => {
  test.skipIf(lacks('git'))('files that it tracks are named, and a name is no pattern', async () => {
    for (const name of ['tracked', 'new', 't*']) writeFileSync(at(name), '');
    const git = (...args: string[]) => execFileSync('git', ['-C', workspace, ...args], { stdio: 'ignore' });
    git('init');
    git('add', 'tracked');
    const paths = ['tracked', 'new', 't*'].map(at);
    expect(
      await trackedByGit([...paths, join(outside, 'x')], runProgram, AbortSignal.timeout(10_000)),
    ).toEqual([at('tracked')]);
  });

  test('without git, or without time, none is', async () => {
    const missing = (): Promise<never> => Promise.reject(new Error('ENOENT'));
    expect(await trackedByGit([at('a')], missing, AbortSignal.abort())).toEqual([]);
    expect(await trackedByGit([at('a')], runProgram, AbortSignal.abort())).toEqual([]);
  });
});

describe('a folder that becomes a link after it was looked at', () => {
  const files = (): JobFiles => new JobFiles({ workspace, temp: outside }, process.platform, () => undefined);
  /** As another program would do it between a check and a write. */
  const swap = (): void => {
    renameSync(at('folder'), at('moved'));
    symlinkSync(outside, at('folder'));
  };

  test('gets no file that a template makes, and keeps those that are there', async () => {
    if (isWindows()) return;
    mkdirSync(at('folder'));
    expect(files().check([], ['folder/new'])).toEqual([]);
    swap();
    await expect(files().create('folder/new', true)).rejects.toThrow('has a link that leads out');
    expect(readdirSync(outside)).toEqual([]);
    // A link that stays in the workspace does no harm.
    rmSync(at('folder'));
    symlinkSync(at('moved'), at('folder'));
    const { entry, write } = await files().create('folder/new', true);
    write('v');
    expect(entry.path).toBe(join(at('moved'), 'new'));
  });

  test('gets no new bytes of a file that was in it', () => {
    if (isWindows()) return;
    mkdirSync(at('folder'));
    writeFileSync(at('folder/a'), 'old');
    const wanted = change('folder/a', 'secret');
    swap();
    const problem = problemOf(() => replaceAll([wanted]));
    expect([problem?.code, problem?.message]).toEqual([
      'FILE_REFUSED',
      'The folder of folder/a was changed by another program meanwhile.',
    ]);
    expect(readdirSync(outside)).toEqual([]);
    expect(readFileSync(at('moved/a'), 'utf8')).toBe('old');
  });
});

describe('two names of one file that is to be made', () => {
  test('are refused before anything is fetched, whichever of them a template makes', () => {
    mkdirSync(at('real'));
    if (!isWindows()) symlinkSync(at('real'), at('link'));
    const files = new JobFiles({ workspace, temp: outside }, process.platform, () => undefined);
    const messages = (...given: Parameters<JobFiles['check']>): string[] =>
      files.check(...given).map(({ code, message }) => `${code} ${message}`);
    const both = 'NAME_COLLISION file:real/a and ./real/a are the same file.';
    expect(messages(['real/a'], ['./real/a'])).toEqual([both]);
    expect(messages([], ['real/a', './real/a'])).toEqual([
      'NAME_COLLISION real/a and ./real/a are the same file.',
    ]);
    if (!isWindows())
      expect(messages(['real/a', 'link/a'])).toEqual([
        'NAME_COLLISION file:real/a and file:link/a are the same file.',
      ]);
    expect(messages(['real/a'], ['real/b'])).toEqual([]);
  });
});
