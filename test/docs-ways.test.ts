import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WAYS } from './support/ways.js';

const ROOT = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const [, TABLE = ''] =
  /<!-- ways -->([\s\S]*?)<!-- end of ways -->/.exec(read('docs/AUTHENTICATION.md')) ?? [];
const [[, ...SURFACES] = [], , ...ROWS] = TABLE.split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
/** Where the tests of each surface are. */
const FOLDERS: Readonly<Record<string, string>> = {
  Action: 'test/',
  'Command line': 'test/cli/',
  GitLab: 'test/gitlab/',
  'Azure DevOps': 'test/azure/',
};
const plain = (cell: string): string => cell.replaceAll('`', '');

test('AUTHENTICATION has a row for every way to log in that is tested, and no other', () => {
  expect(ROWS.map(([way = '']) => plain(way))).toEqual([...WAYS]);
  expect(SURFACES).toEqual(['Action', 'Command line', 'GitLab', 'Azure DevOps']);
});

describe.each(ROWS.map(([way = '', ...cells]) => ({ way: plain(way), cells })))('$way', ({ way, cells }) => {
  test.each(SURFACES.map((surface, at) => ({ surface, cell: plain(cells[at] ?? '') })))(
    'on $surface is in the test that is named',
    ({ surface, cell }) => {
      const folder = FOLDERS[surface] ?? '';
      expect(cell.startsWith(folder) && existsSync(join(ROOT, cell)), cell).toBe(true);
      const text = read(cell);
      // The login that every job has, unless it says otherwise, needs no name.
      const isDefault = way === 'client-secret' && /CLIENT_SECRET|clientSecret|client-secret/.test(text);
      expect(/\bWAYS\b/.test(text) || text.includes(way) || isDefault, cell).toBe(true);
    },
  );
});
