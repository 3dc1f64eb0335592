import { describe, expect, test } from 'vitest';
import type { Write } from '../../../src/core/ports.js';
import { writeRefusals } from '../../../src/platform/limits.js';
import { codesOf } from '../fakes.js';

const write = (value: string, to: 'env' | 'output', name = 'NAME'): Write => ({
  name,
  value,
  env: to === 'env',
  output: to === 'output',
  source: 'a/b',
});
const KB = 1_024;

describe('an output', () => {
  test('of 1 MB, counted in UTF-16, is taken, and over it refused with a file as the remedy', () => {
    expect(writeRefusals([write('a'.repeat(512 * KB - 4), 'output')], 'linux')).toEqual([]);
    const [problem] = writeRefusals([write('a'.repeat(512 * KB + 1), 'output')], 'linux');
    expect(problem?.code).toBe('VALUE_TOO_LARGE');
    expect(problem?.remedy).toMatch(/a\/b > file:PATH, or path:NAME/);
  });

  test('among others that together are over 1 MB is refused', () => {
    const many = Array.from({ length: 6 }, (_, index) => write('a'.repeat(100 * KB), 'output', `N${index}`));
    expect(codesOf(writeRefusals(many, 'linux'))).toEqual(['VALUE_TOO_LARGE']);
    expect(writeRefusals(many.slice(0, 5), 'linux')).toEqual([]);
  });
});

describe('an environment variable', () => {
  test.each<[NodeJS.Platform, string, number]>([
    ['linux', 'a'.repeat(120 * KB - 5), 0],
    ['linux', 'a'.repeat(120 * KB - 4), 1],
    ['linux', 'é'.repeat(60 * KB), 1],
    ['darwin', 'a'.repeat(120 * KB), 1],
    ['win32', 'a'.repeat(32_762), 0],
    ['win32', 'a'.repeat(32_763), 1],
  ])('on %s of %.3s… is refused where the system cannot carry it', (system, value, refusals) => {
    expect(writeRefusals([write(value, 'env')], system)).toHaveLength(refusals);
  });

  test('and output of 100 KB are both taken', () => {
    expect(writeRefusals([{ ...write('a'.repeat(100 * KB), 'env'), output: true }], 'linux')).toEqual([]);
  });
});

test('a NUL character is refused, and every problem told at once without a value', () => {
  const problems = writeRefusals(
    [write('hunter2\0', 'output'), write('hunter2'.repeat(30_000), 'env')],
    'linux',
  );
  expect(codesOf(problems)).toEqual(['VALUE_BROKEN', 'VALUE_TOO_LARGE']);
  expect(problems.map(({ message, remedy }) => message + remedy).join()).not.toContain('hunter2');
});
