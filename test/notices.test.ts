import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const RELEASED = join(ROOT, 'dist/cli/segura-secrets.mjs');
const released = readFileSync(RELEASED, 'utf8');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** What the sources of the command line import, and what that imports in turn. */
const BUNDLED = ['undici', 'yaml', 'p-limit', 'yocto-queue', 'cross-spawn', 'which', 'isexe', 'path-key'];

test.each(BUNDLED)('the released file carries the licence of %s', (name) => {
  const folder = `node_modules/${name}`;
  const files = ['LICENSE', 'license', 'LICENSE.md', 'license.md'];
  const licence = files
    .flatMap((file) => {
      try {
        return [read(`${folder}/${file}`)];
      } catch {
        return [];
      }
    })
    .at(0);
  expect(released).toContain(licence?.trim());
});

test('it carries its own licence, and every notice of its notices file', () => {
  expect(released).toContain(read('LICENSE').trim());
  expect(released).toContain(read('dist/cli/licenses.txt').trim());
});

test('its notices are a comment behind the code', () => {
  const [code, notices = ''] = released.split('\n/*!\nsegura-secrets\n');
  expect(code).not.toContain('Permission is hereby granted');
  expect(notices.indexOf('*/')).toBe(notices.length - '*/\n'.length);
  const { stdout, status } = spawnSync(process.execPath, [RELEASED, 'version'], { encoding: 'utf8' });
  expect([status, stdout.trim()]).toEqual([0, JSON.parse(read('package.json')).version]);
});
