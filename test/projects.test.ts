import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { ACTION } from './support/runner.js';
import { isWindows } from './support/skips.js';
import { skipLines } from './support/skips-reporter.js';

const SOURCES = readdirSync(join(ACTION, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `test/${name}`);

/** Each file that vitest would run, with the project it would run it in. */
function listed(): { file: string; projectName: string }[] {
  const vitest = join(ACTION, 'node_modules/vitest/vitest.mjs');
  const text = execFileSync(process.execPath, [vitest, 'list', '--filesOnly', '--json'], {
    cwd: ACTION,
    encoding: 'utf8',
  });
  return JSON.parse(text) as { file: string; projectName: string }[];
}

// There, those that need a POSIX shell are in no project.
test.skipIf(isWindows())('a test file is in exactly one project: fast, slow, broad or clients', () => {
  const files = listed();
  const expected = SOURCES.filter((name) => name.endsWith('.test.ts'));
  expect(files.map(({ file }) => relative(ACTION, file)).sort()).toEqual(expected.sort());
  expect(new Set(files.map(({ projectName }) => projectName))).toEqual(
    new Set(['fast', 'slow', 'broad', 'clients']),
  );
});

test('every skipped test names what is missing: its condition comes from skips.ts, by name', () => {
  const isKnown = /^skip(?:If)?\((?:lacks\w*|cannot\w*|isWindows|needsRoot)\b/;
  const silent = SOURCES.flatMap((name) =>
    [...readFileSync(join(ACTION, name), 'utf8').matchAll(/(?<=\.)(?:skip|skipIf|runIf|todo)\([^\n]*/g)]
      .filter(([call]) => !isKnown.test(call))
      .map(([call]) => `${name}: ${call}`),
  );
  expect(silent).toEqual([]);
});

test('the end of a run names each missing program once, and each reason', () => {
  const notes = 'lacks\trsync\ncannot\twhat only root can set up\nlacks\tbusybox\nlacks\trsync\n';
  expect(skipLines(notes)).toEqual([
    'not run: what only root can set up',
    'skipped for want of: busybox, rsync',
  ]);
  expect(skipLines('')).toEqual([]);
});
