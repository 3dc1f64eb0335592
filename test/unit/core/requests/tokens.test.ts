import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isBlank, quote, readLine, split, textOf, trim } from '../../../../src/core/requests/tokens.js';
import { codesOf, problemsIn } from '../../fakes.js';

const read = (line: string): string => textOf(trim(readLine(line, 'Line 1')));

describe('comments', () => {
  test.each([
    ['# all of it', ''],
    ['   # all of it', ''],
    ['a/b # the rest', 'a/b'],
    ['a/b\t#the rest', 'a/b'],
    ['a#b/c#d', 'a#b/c#d'],
    ['"a #b"/c # d', 'a #b/c'],
    ['"#a"/b', '#a/b'],
    ['"a"#b', 'a#b'],
  ])('%j leaves %j', (line, left) => {
    expect(read(line)).toBe(left);
  });

  test('an open quote inside a comment is not an error', () => {
    expect(read('a/b # it"s')).toBe('a/b');
  });
});

describe('quotes', () => {
  test.each([
    ['"my secret"/"a/b"', 'my secret/a/b'],
    ['"say \\"hi\\""', 'say "hi"'],
    ['back\\slash', 'back\\slash'],
    ['"C:\\dir\\x"', 'C:\\dir\\x'],
    ['a"b c"d', 'ab cd'],
  ])('%s reads as %s', (line, text) => {
    expect(read(line)).toBe(text);
  });

  test('a quote that is never closed is rejected with its place', () => {
    const [problem] = problemsIn(() => readLine('"my secret/a > X', 'Line 3 of "secrets"'));
    expect(problem?.code).toBe('REQUEST_INVALID');
    expect(problem?.message).toContain('Line 3 of "secrets"');
  });

  test('separators inside quotes separate nothing', () => {
    const parts = split(readLine('"a>b" > X', 'Line 1'), '>').map((part) => textOf(trim(part)));
    expect(parts).toEqual(['a>b', 'X']);
  });

  test('an empty pair of quotes is not a blank line', () => {
    expect(isBlank(readLine('""', 'Line 1'))).toBe(false);
    expect(isBlank(readLine(' \t ', 'Line 1'))).toBe(true);
  });

  test('a name that is quoted reads as itself, whatever characters it has', () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 20 })
      .filter((text) => !/[\r\n]/.test(text) && !text.endsWith('\\'));
    void fc.assert(
      fc.property(name, (text) => {
        expect(read(quote(text))).toBe(text);
      }),
    );
  });

  test('a name of signs that mean something reads as itself when it is quoted', () => {
    const name = fc.string({
      unit: fc.constantFrom('"', '\\', ' ', '/', '>', '#', ',', '*', '[', ']', 'a', '1'),
    });
    void fc.assert(
      fc.property(name, (text) => {
        fc.pre(text !== '');
        expect(codesOf(problemsIn(() => readLine(quote(text), 'Line 1')))).toEqual([]);
        expect(read(quote(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});
