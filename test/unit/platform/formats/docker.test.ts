import { expect, test } from 'vitest';
import { EXPORT_FORMATS } from '../../../../src/platform/formats/export-formats.js';
import { NASTY } from '../../../support/nasty.js';
import { lacks } from '../../../support/skips.js';
import { readByDocker } from './env-file-readers.js';
import { assigned, forHardValues, HARD_VALUES } from './values.js';

const { docker } = EXPORT_FORMATS;
const VALUES = [...HARD_VALUES, ...Object.values(NASTY)].map((value) => value.slice(0, 60_000));

const named = (values: readonly string[]): Record<string, string> =>
  Object.fromEntries(assigned(values).map(({ name, value }) => [name, value]));
const isCarried = (value: string): boolean => docker.check(assigned([value])).length === 0;

test.skipIf(lacks('docker run --env-file', readByDocker !== undefined))(
  'docker run --env-file reads back each value that is written',
  () => {
    const check = (all: readonly string[]): void => {
      const values = all.filter(isCarried);
      expect(readByDocker?.(docker.render(assigned(values), []))).toEqual(named(values));
    };
    check(VALUES);
    forHardValues(check, 4);
  },
);

test.skipIf(lacks('docker run --env-file', readByDocker !== undefined))(
  'a value is rejected from the length at which docker fails',
  () => {
    const longest = 'x'.repeat(64 * 1024 - 2 - 'V0='.length);
    expect([isCarried(longest), isCarried(`${longest}x`)]).toEqual([true, false]);
    expect(readByDocker?.(docker.render(assigned([longest]), []))).toEqual({ V0: longest });
    expect(() => readByDocker?.(docker.render(assigned([`${longest}xx`]), []))).toThrow(/too long/);
  },
);

test('values without a line end are carried, and no others', () => {
  expect(HARD_VALUES.filter((value) => isCarried(value) === /[\r\n]/.test(value))).toEqual([]);
});

test('a line is the value as it is', () => {
  expect(docker.render([{ name: 'N', value: ` it's "$HOME" # \\`, source: 'a/b' }], [])).toBe(
    `N= it's "$HOME" # \\\n`,
  );
});

test.each(['a\nb', 'a\r', 'a\r\nb', '\0'])('%j is rejected, and the error offers a file', (value) => {
  const problems = docker.check(assigned([value]));
  expect(problems.map(({ code }) => code)).toEqual(['VALUE_BROKEN']);
  expect(problems[0]?.remedy).toContain('secret/FIELD_0 > path:V0');
});
