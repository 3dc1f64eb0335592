import fs, {
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replaceAlike } from '../../../../src/platform/disk/replace-alike.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replace-alike-'));
  file = join(folder, 'a.env');
  writeFileSync(file, 'A_TOKEN=x\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a file that got another name is not replaced, since that name would keep its old text', () => {
  const copy = join(folder, 'copy');
  linkSync(file, copy);
  expect(() => replaceAlike(file, 'A_TOKEN=x\n', '')).toThrow(
    expect.objectContaining({ code: 'it got another name, a hard link, meanwhile' }),
  );
  expect([readFileSync(file, 'utf8'), statSync(file).ino]).toEqual(['A_TOKEN=x\n', statSync(copy).ino]);
  expect(readdirSync(folder).sort()).toEqual(['a.env', 'copy']);
  rmSync(copy);
  replaceAlike(file, 'A_TOKEN=x\n', '');
  expect(readFileSync(file, 'utf8')).toBe('');
});

test('a file with another text is not replaced', () => {
  expect(() => replaceAlike(file, 'A_TOKEN=y\n', '')).toThrow(
    expect.objectContaining({ code: 'it was changed meanwhile' }),
  );
  expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['A_TOKEN=x\n', ['a.env']]);
});

test('the file that was read is asked for its names, not another one that took its place', () => {
  const copy = join(folder, 'copy');
  const other = join(folder, 'other');
  linkSync(file, copy);
  writeFileSync(other, 'OTHER=x\n');
  const { closeSync } = fs;
  let closed = 0;
  fs.closeSync = (handle) => {
    closeSync(handle);
    closed += 1;
    // The first one is the new text.
    if (closed === 2) renameSync(other, file);
  };
  syncBuiltinESMExports();
  try {
    expect(() => replaceAlike(file, 'A_TOKEN=x\n', '')).toThrow(
      expect.objectContaining({ code: 'it got another name, a hard link, meanwhile' }),
    );
  } finally {
    fs.closeSync = closeSync;
    syncBuiltinESMExports();
  }
  expect([closed, readFileSync(file, 'utf8')]).toEqual([2, 'OTHER=x\n']);
});
