import { describe, expect, test } from 'vitest';
import type { Write } from '../../../../src/core/ports.js';
import { checkSizes, environmentBytes } from '../../../../src/platform/process/size-limits.js';
import { codesOf } from '../../fakes.js';

const write = (value: string, to: 'env' | 'output', name = 'NAME'): Write => ({
  name,
  value,
  env: to === 'env',
  output: to === 'output',
  source: 'a/b',
});
const KB = 1_024;

describe('an output', () => {
  test('of 1 MB, counted in UTF-16, is accepted, and a larger one is rejected with a file as the fix', () => {
    expect(checkSizes([write('a'.repeat(512 * KB - 4), 'output')], 'linux', 0)).toEqual([]);
    const [problem] = checkSizes([write('a'.repeat(512 * KB + 1), 'output')], 'linux', 0);
    expect(problem?.code).toBe('VALUE_TOO_LARGE');
    expect(problem?.remedy).toMatch(/a\/b > file:PATH, or path:NAME/);
  });

  test('among others that together are over 1 MB is rejected', () => {
    const many = Array.from({ length: 6 }, (_, index) => write('a'.repeat(100 * KB), 'output', `N${index}`));
    expect(codesOf(checkSizes(many, 'linux', 0))).toEqual(['VALUE_TOO_LARGE']);
    expect(checkSizes(many.slice(0, 5), 'linux', 0)).toEqual([]);
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
  ])('on %s of %.3s… is rejected if the system cannot carry it', (system, value, refusals) => {
    expect(checkSizes([write(value, 'env')], system, 0)).toHaveLength(refusals);
  });

  test.each<[NodeJS.Platform, number, number]>([
    ['linux', 15, 0],
    ['linux', 16, 1],
    ['darwin', 7, 0],
    ['darwin', 8, 1],
    ['win32', 400, 0],
  ])(
    'is rejected on %s if it and others are too large to start a process with: %d of them',
    (system, count, refusals) => {
      const value = 'a'.repeat(system === 'win32' ? 30_000 : 100 * KB);
      const writes = Array.from({ length: count }, (_, index) => write(value, 'env', `N${index}`));
      expect(codesOf(checkSizes(writes, system, 0))).toEqual(Array(refusals).fill('VALUE_TOO_LARGE'));
    },
  );

  test('is rejected if the existing environment leaves no room, but only if something is added', () => {
    const environment = { A: 'x'.repeat(700 * KB), B: undefined, C: 'y'.repeat(800 * KB) };
    const occupied = environmentBytes(environment);
    expect(occupied).toBe(1_500 * KB + 'A=B=C='.length + 3 * 9);
    const value = 'a'.repeat(40 * KB);
    expect(codesOf(checkSizes([write(value, 'env')], 'linux', occupied))).toEqual(['VALUE_TOO_LARGE']);
    expect(checkSizes([write(value, 'output')], 'linux', occupied)).toEqual([]);
    expect(checkSizes([write(value.slice(0, 30 * KB), 'env')], 'linux', occupied)).toEqual([]);
  });

  test('counts under every name that it will have', () => {
    const names = (): string[] => ['SECRET_NAME', 'SECRET_SEGURA_NAME'];
    expect(checkSizes([write('a'.repeat(120 * KB - 12), 'env')], 'linux', 0, names)).toHaveLength(1);
    const many = Array.from({ length: 8 }, (_, index) => write('a'.repeat(100 * KB), 'env', `N${index}`));
    expect(codesOf(checkSizes(many, 'linux', 0, names))).toEqual(['VALUE_TOO_LARGE']);
    expect(checkSizes(many.slice(1), 'linux', 0, names)).toEqual([]);
  });

  test('and output of 100 KB are both accepted', () => {
    expect(checkSizes([{ ...write('a'.repeat(100 * KB), 'env'), output: true }], 'linux', 0)).toEqual([]);
  });
});

test('a NUL character is rejected, and all problems are reported at once without a value', () => {
  const problems = checkSizes(
    [write('hunter2\0', 'output'), write('hunter2'.repeat(30_000), 'env')],
    'linux',
    0,
  );
  expect(codesOf(problems)).toEqual(['VALUE_BROKEN', 'VALUE_TOO_LARGE']);
  expect(problems.map(({ message, remedy }) => message + remedy).join()).not.toContain('hunter2');
});
