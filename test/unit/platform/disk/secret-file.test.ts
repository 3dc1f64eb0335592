import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isInside, resolvePath } from '../../../../src/platform/disk/places.js';
import {
  createFile,
  createFolder,
  pathProblem,
  removeEntry,
} from '../../../../src/platform/disk/secret-file.js';
import { isWindows } from '../../../support/skips.js';
import { codesOf, problemsIn } from '../../fakes.js';

let folder = '';
const umask = process.umask();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-test-'));
});
afterEach(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name);
const mode = (path: string): number => statSync(path).mode & 0o777;

describe.skipIf(isWindows())('permissions (skipped on Windows, which has no modes)', () => {
  test.each([0, 0o022, 0o077, 0o777])(
    'only its owner can read a file, from the first byte, under umask %o',
    (mask) => {
      process.umask(mask);
      const file = createFile(at('f'));
      expect(mode(at('f'))).toBe(0o600);
      expect(statSync(at('f')).size).toBe(0);
      file.write('x');
      expect(mode(at('f'))).toBe(0o600);
    },
  );

  test('only its owner can use a private folder', () => {
    process.umask(0);
    expect(mode(createFolder({ workspace: folder, temp: folder }).path)).toBe(0o700);
  });
});

describe('creating a file', () => {
  test.each(['', 'x', 'no newline added', 'ends\r\n', 'ção 😀', 'a'.repeat(100_000)])(
    'writes the bytes of %.20j and no more',
    (text) => {
      createFile(at('f')).write(text);
      expect(readFileSync(at('f')).equals(Buffer.from(text))).toBe(true);
    },
  );

  test('rejects a path where something exists, and leaves that as it was', () => {
    writeFileSync(at('file'), 'mine');
    mkdirSync(at('folder'));
    symlinkSync(at('file'), at('link'));
    symlinkSync(at('nowhere'), at('dangling'));
    for (const name of ['file', 'folder', 'link', 'dangling']) {
      expect(pathProblem(at(name))?.code).toBe('FILE_REFUSED');
      expect(codesOf(problemsIn(() => createFile(at(name))))).toEqual(['FILE_REFUSED']);
    }
    expect(readFileSync(at('file'), 'utf8')).toBe('mine');
    expect(existsSync(at('nowhere'))).toBe(false);
  });

  test('rejects a missing folder, with the line that creates it', () => {
    const refusal = pathProblem(at('no/such/f'));
    expect(refusal?.code).toBe('FILE_REFUSED');
    expect(refusal?.remedy).toContain(`mkdir -p "${at('no/such')}"`);
    writeFileSync(at('file'), '');
    expect(pathProblem(at('file/f'))?.code).toBe('FILE_REFUSED');
  });

  test('names the folder that a link of a parent leads to', () => {
    mkdirSync(at('real'));
    symlinkSync(at('real'), at('alias'));
    const { entry } = createFile(at('alias/f'));
    expect(entry.path).toBe(join(folder, 'real', 'f'));
    rmSync(at('alias'));
    mkdirSync(at('other'));
    symlinkSync(at('other'), at('alias'));
    expect(removeEntry(entry)).toBe('removed');
    expect(existsSync(at('real/f'))).toBe(false);
  });
});

describe('removing a file', () => {
  test('overwrites what it held first', () => {
    const { entry, write } = createFile(at('f'));
    write('secret-secret');
    linkSync(at('f'), at('kept'));
    expect(removeEntry(entry)).toBe('removed');
    expect(existsSync(at('f'))).toBe(false);
    expect(readFileSync(at('kept'), 'utf8')).not.toContain('secret');
  });

  test('overwrites in place, as a process that has it open sees', () => {
    const { entry, write } = createFile(at('f'));
    write('secret-secret');
    const handle = openSync(at('f'), 'r');
    removeEntry(entry);
    const bytes = Buffer.alloc(100);
    expect(bytes.subarray(0, readSync(handle, bytes, 0, 100, 0)).toString()).not.toContain('secret');
  });

  test('does not touch something else of that name', () => {
    const { entry, write } = createFile(at('f'));
    write('secret');
    renameSync(at('f'), at('moved'));
    expect(removeEntry(entry)).toBe('gone');
    writeFileSync(at('f'), 'theirs');
    expect(removeEntry(entry)).toBe('other');
    expect(readFileSync(at('f'), 'utf8')).toBe('theirs');
    rmSync(at('f'));
    symlinkSync(at('moved'), at('f'));
    expect(removeEntry(entry)).toBe('other');
    expect(readFileSync(at('moved'), 'utf8')).toBe('secret');
  });

  test('counts one whose folder is gone as gone', () => {
    mkdirSync(at('d'));
    const { entry, write } = createFile(at('d/f'));
    write('x');
    rmSync(at('d'), { recursive: true });
    expect(removeEntry(entry)).toBe('gone');
    writeFileSync(at('d'), '');
    expect(removeEntry(entry)).toBe('gone');
  });

  test('removes one that a later step made read-only', () => {
    const { entry, write } = createFile(at('f'));
    write('x');
    chmodSync(at('f'), 0o400);
    expect(removeEntry(entry)).toBe('removed');
  });

  test('removes only a folder that it made, and empty files only there', () => {
    for (const name of ['mine', 'segura-secrets-uses', 'segura-secrets-Ab12Cd/below']) {
      const path = at(name);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, 'empty'), '');
      const { dev, ino } = statSync(path, { bigint: true });
      expect(removeEntry({ path, device: String(dev), inode: String(ino), folder: true })).toBe('other');
      expect(existsSync(join(path, 'empty'))).toBe(true);
    }
  });

  test('removes a folder of ours with the empty files in it, whatever its mode has become', () => {
    const entry = createFolder({ workspace: folder, temp: folder });
    writeFileSync(join(entry.path, 'NAME'), '');
    chmodSync(entry.path, 0o755);
    expect(removeEntry(entry)).toBe('removed');
  });

  test('removes a folder only when it is empty', () => {
    const entry = createFolder({ workspace: folder, temp: folder });
    writeFileSync(join(entry.path, 'theirs'), 'x');
    expect(() => removeEntry(entry)).toThrow(/ENOTEMPTY|EEXIST/);
    rmSync(join(entry.path, 'theirs'));
    expect(removeEntry(entry)).toBe('removed');
  });
});

describe('paths', () => {
  test('are relative to the workspace, to the home folder after ~/, or as they are', () => {
    const places = { workspace: folder, temp: folder };
    expect(resolvePath('a/b', places)).toBe(at('a/b'));
    expect(resolvePath('~/.pgpass', places)).toBe(join(homedir(), '.pgpass'));
    expect(resolvePath('~user/x', places)).toBe(at('~user/x'));
    expect(resolvePath('/abs', places)).toBe('/abs');
  });

  test.each([
    ['f', true],
    ['d/f', true],
    ['..f', true],
    ['../f', false],
    ['', false],
  ])('%j is inside the workspace: %s', (name, inside) => {
    expect(isInside(join(folder, name), folder)).toBe(inside);
  });

  test('a workspace that is a link is the folder it leads to', () => {
    mkdirSync(at('real'));
    symlinkSync(at('real'), at('ws'));
    expect(isInside(createFile(at('ws/f')).entry.path, at('ws'))).toBe(true);
  });
});
