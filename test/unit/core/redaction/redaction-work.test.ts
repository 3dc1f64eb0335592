import { describe, expect, test } from 'vitest';
import { Redaction, Redactor } from '../../../../src/core/redaction/redaction.js';
import { cut } from './reference.js';

/** Steps of comparison for each byte of a stream. */
function stepsPerByte(forms: readonly string[], stream: string, chunkBytes: number): number {
  const redactor = new Redactor(new Redaction(forms));
  for (const chunk of cut(Buffer.from(stream), [chunkBytes])) redactor.push(chunk);
  redactor.end();
  return redactor.steps / stream.length;
}

const LONG = 4_000;
const MANY = 100_000;

describe('the work for each byte is bounded', () => {
  const lines = `${'a'.repeat(76)}\n`.repeat(MANY / 77);
  test.each([
    ['a stream of the one character a form is made of', ['a'.repeat(LONG)], 'a'.repeat(MANY)],
    ['a stream that always breaks a form off at its end', [`${'a'.repeat(LONG)}b`], 'a'.repeat(MANY)],
    [
      'a stream that breaks a form off now and then',
      ['a'.repeat(LONG)],
      `${'a'.repeat(LONG - 1)}b`.repeat(25),
    ],
    ['a form that repeats a longer text', ['abcdefghij'.repeat(LONG / 10)], 'abcdefghij'.repeat(MANY / 10)],
    ['many such forms', [500, 1_000, 2_000, 4_000].map((length) => 'a'.repeat(length)), 'a'.repeat(MANY)],
    ['a form that is wrapped', ['a'.repeat(LONG)], lines],
    ['a wrapped form that is always broken off', [`${'a'.repeat(LONG)}b`], lines],
    ['a form of which every byte is a code', ['a'.repeat(LONG)], '%61'.repeat(MANY / 3)],
    ['a form in codes that is always broken off', [`${'a'.repeat(LONG)}b`], '%61a'.repeat(MANY / 4)],
    [
      'codes far apart before a long form',
      [`${'ab'.repeat(LONG)}!`],
      `%41${'b'.repeat(97)}`.repeat(MANY / 100),
    ],
  ])('%s', (_, forms, stream) => {
    for (const chunkBytes of [MANY, 1_000, 1])
      expect(stepsPerByte(forms, stream, chunkBytes)).toBeLessThan(100);
  });

  test('a weak secret and its encodings in a stream of the same', () => {
    const forms = ['0'.repeat(16), '30'.repeat(16), Buffer.from('0'.repeat(16)).toString('base64')];
    for (const stream of ['0', '30', 'MDAw']) {
      expect(stepsPerByte(forms, stream.repeat(10_000), 1_000)).toBeLessThan(100);
    }
  });

  test('forms that begin alike', () => {
    const head = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.';
    const forms = Array.from({ length: 1_000 }, (_, at) => `${head}${at * 7_919}`);
    expect(stepsPerByte(forms, `${head}x `.repeat(1_000), 1_000)).toBeLessThan(100);
  });
});
