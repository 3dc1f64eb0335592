import { describe, expect, test } from 'vitest';
import { dotenvFor } from '../../../../src/platform/formats/dotenv.js';
import { DOTENV_READERS, type DotenvReader } from '../../../../src/platform/formats/dotenv-readers.js';
import { EXPORT_FORMATS } from '../../../../src/platform/formats/export-formats.js';
import { NASTY } from '../../../support/nasty.js';
import { lacks } from '../../../support/skips.js';
import { REAL_READERS } from './env-file-readers.js';
import { assigned, forHardValues, HARD_VALUES } from './values.js';

const { dotenv } = EXPORT_FORMATS;

/** What a shell runs, cuts or joins with the next line when it is careless about quotes. */
const CRUEL = [
  `touch /tmp/x #'"`,
  '\\',
  'ends in \\',
  '\\\\',
  'two \\\\ in it',
  `'`,
  `it's`,
  `it's \\n`,
  `it's $HOME`,
  "it's `id`",
  `it's \\"so\\"`,
  `it's #1`,
  `"`,
  '$' + '{HOME}',
  '$' + '{A:-b}',
  '$(id)',
  '$',
  '#',
  ' # ',
  'a #b',
  'a\n#b\nC=d',
  '=',
  '`',
  `a'b"c\`d`,
  'C:\\dir\\',
  `C:\\new\\table's`,
  '\\$HOME',
  `\\x41's`,
  `\\0101's`,
  ...Object.values(NASTY),
];
const VALUES = [...HARD_VALUES, ...CRUEL];

const named = (values: readonly string[]): Record<string, string> =>
  Object.fromEntries(assigned(values).map(({ name, value }) => [name, value]));

/** Every set of readers that has this one in it. */
function setsWith(reader: DotenvReader): DotenvReader[][] {
  const others = DOTENV_READERS.filter((each) => each !== reader);
  const sets = Array.from({ length: 2 ** others.length }, (_, bits) =>
    others.filter((_other, index) => (bits >> index) % 2 === 1),
  );
  return sets.map((set) => [reader, ...set]);
}

describe.each(REAL_READERS)('$name', ({ name, reader, read, isSlow }) => {
  test.skipIf(lacks(name, read !== undefined))(
    'reads back each value that is written for it, whoever else is to read it',
    () => {
      for (const readers of setsWith(reader)) {
        const format = dotenvFor(readers);
        const check = (all: readonly string[]): void => {
          const values = all.filter((value) => format.check(assigned([value])).length === 0);
          const variables = read?.(format.render(assigned(values), [])) ?? {};
          const found = Object.fromEntries(Object.keys(named(values)).map((name) => [name, variables[name]]));
          expect(found, readers.join(',')).toEqual(named(values));
        };
        check(VALUES);
        // One run for each set where a program has to be started.
        forHardValues(check, isSlow ? 1 : 30);
      }
    },
  );
});

test('most hard values are written for all readers, and nearly all for a shell', () => {
  const carried = (readers: readonly DotenvReader[]): number =>
    HARD_VALUES.filter((value) => dotenvFor(readers).check(assigned([value])).length === 0).length;
  expect(carried(DOTENV_READERS)).toBeGreaterThan(HARD_VALUES.length * 0.85);
  expect(carried(['sh'])).toBeGreaterThan(HARD_VALUES.length * 0.95);
});

test.each<[string, string]>([
  ['plain', "N='plain'"],
  ['', "N=''"],
  ["it's", 'N="it\'s"'],
  ['a\nb\n', "N='a\nb\n'"],
  ['$HOME # no comment', "N='$HOME # no comment'"],
  ['C:\\new\\table', "N='C:\\new\\table'"],
])('%j is written %j', (value, line) => {
  expect(dotenv.render([{ name: 'N', value, source: 'a/b' }], [])).toBe(`${line}\n`);
});

test.each<[string, string, string]>([
  [`touch /tmp/x #'"`, 'sh, python, compose', 'node,npm'],
  ['ends in \\', 'sh', 'node,npm,python,compose'],
  [`it's $HOME`, 'sh, compose', 'node,npm,python'],
  [`$${'{HOME}'}`, 'python', 'sh,node,npm,compose'],
  ['a\rb', 'node, npm, python', 'sh,compose'],
])('%j is rejected, naming %s, and written for %s', (value, differing, fewer) => {
  const [problem, ...more] = dotenv.check(assigned([value]));
  expect(more).toEqual([]);
  expect(problem?.code).toBe('VALUE_BROKEN');
  expect(problem?.message).toContain(`${differing} would read a different one.`);
  const readers = / --readers ([\w,]+)/.exec(problem?.remedy ?? '')?.[1] ?? '';
  expect(readers).toBe(fewer);
  expect(dotenvFor(readers.split(',') as DotenvReader[]).check(assigned([value]))).toEqual([]);
  expect(problem?.remedy).toContain('--format json');
});

test('the readers that a rejection names read all values alike, not just one', () => {
  const values = ['ends in \\', 'a\rb', 'fine'];
  const readers = new Set(
    dotenv.check(assigned(values)).map(({ remedy }) => / --readers ([\w,]+)/.exec(remedy)?.[1] ?? ''),
  );
  expect([...readers]).toEqual(['sh']);
  expect(dotenvFor(['sh']).check(assigned(values))).toEqual([]);
});

test.each(['a\0b', '\'"`\n'])('%j is rejected for every reader, and the error offers JSON', (value) => {
  const [problem] = dotenvFor(['node']).check(assigned([value]));
  expect(problem?.code).toBe('VALUE_BROKEN');
  expect(problem?.remedy).toMatch(/^Use --format json without --readers\./);
});

test('a name that shells reserve is rejected if a shell reads it', () => {
  const uid = [{ name: 'UID', value: '0', source: 'a/b' }];
  expect(dotenv.check(uid).map(({ code }) => code)).toEqual(['NAME_RESERVED']);
  expect(dotenvFor(['node', 'npm']).check(uid)).toEqual([]);
});
