import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../../src/core/error-codes.js';
import { collect, Problems, problemsOf, SeguraError, throwIfAny } from '../../../src/core/errors.js';
import { codesOf, problemsIn } from '../fakes.js';

const SRC = resolve(import.meta.dirname, '../../../src');
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('error-codes.ts'))
  .map((name) => readFileSync(join(SRC, name), 'utf8'));

describe('the list of codes', () => {
  test.each(Object.keys(ERROR_CODES))('some error has the code %s', (code) => {
    expect(sources.some((text) => new RegExp(`(?:SeguraError|problem)\\(\\s*'${code}'`).test(text))).toBe(
      true,
    );
  });

  test('holds the code of every error', () => {
    const given = sources.flatMap((text) =>
      [...text.matchAll(/new SeguraError\(\s*'([^']*)'/g)].map(([, code]) => code),
    );
    expect(given.length).toBeGreaterThan(50);
    expect(given.filter((code) => !Object.hasOwn(ERROR_CODES, code ?? ''))).toEqual([]);
  });

  test('explains each code in one sentence', () => {
    for (const meaning of Object.values(ERROR_CODES)) expect(meaning).toMatch(/^[A-Z].*\.$/);
  });
});

describe('a failure', () => {
  const first = new SeguraError('INPUT_INVALID', 'one', 'fix it');
  const second = new SeguraError('INPUT_MISSING', 'two', 'set it');

  test('several problems are thrown together, and without a problem nothing is thrown', () => {
    expect(problemsIn(() => throwIfAny([first, second]))).toEqual([first, second]);
    expect(problemsIn(() => throwIfAny([]))).toEqual([]);
    expect(new Problems([first, second]).message).toContain('INPUT_MISSING: two');
  });

  test('an unexpected error is INTERNAL and does not repeat its message', () => {
    for (const error of [new TypeError('hunter2'), 'hunter2', { message: 'hunter2' }, null, undefined]) {
      const problems = problemsOf(error);
      expect(codesOf(problems)).toEqual(['INTERNAL']);
      expect(`${problems[0]?.message} ${problems[0]?.remedy}`).not.toContain('hunter2');
    }
  });

  test('an unexpected error of many lines does not repeat them', () => {
    const [problem] = problemsOf(new Error('x\n    at hunter2'));
    expect(problem?.message).not.toContain('hunter2');
  });

  test('problems are collected in order while the rest continues', () => {
    const problems: SeguraError[] = [];
    const results = [1, 2].map((number) =>
      collect(problems, () => {
        if (number === 1) throw new Problems([first, second]);
        return number;
      }),
    );
    expect(results).toEqual([undefined, 2]);
    expect(codesOf(problems)).toEqual(['INPUT_INVALID', 'INPUT_MISSING']);
  });
});
