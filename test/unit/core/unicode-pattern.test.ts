import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { unicodePattern } from '../../../src/core/printable.js';

const SRC = resolve(import.meta.dirname, '../../../src');
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(SRC, name), 'utf8') }));

test('no pattern names a property of Unicode as a literal, which is made when the code is read', () => {
  const found = sources.flatMap(({ name, text }) =>
    text
      .split('\n')
      .filter((line) => /(?<!\\)\\[pP]\{/.test(line) && !line.trimStart().startsWith('*'))
      .map((line) => `${name}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});

/** The patterns of each call in `src`, and where it is. */
const calls = sources.flatMap(({ name, text }) => {
  const literalOf = (given: string): string =>
    new RegExp(`^const ${given} = (/.*/g);$`, 'm').exec(text)?.[1] ?? given;
  return [
    ...text.matchAll(/= unicodePattern\(\s*(\/.*?\/g?|\w+),\s*'(.*)',?\s*(?:(\/.*?\/g|\w+),?\s*)?\)/g),
  ].map(([, ascii = '', source = '', latin]) => ({
    name,
    ascii: literalOf(ascii),
    source: source.replaceAll('\\\\', '\\'),
    latin: latin === undefined ? undefined : literalOf(latin),
  }));
});

test('every call of unicodePattern is among those compared here', () => {
  const count = sources.reduce((sum, { text }) => sum + [...text.matchAll(/= unicodePattern\(/g)].length, 0);
  expect(count).toBeGreaterThan(5);
  expect(inLatin.length).toBeGreaterThan(3);
  expect(calls.length).toBe(count);
});

const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
const TEXTS = [
  ...ASCII,
  ...ASCII.flatMap((char) => [`a${char}`, `${char}a`, `.${char}`, `a.${char}`, `*.${char}`]),
];

/** Where a pattern finds what in a text. */
function places(pattern: RegExp, text: string): string {
  return [...text.matchAll(pattern)].map(({ index, 0: found }) => `${index}:${found}`).join();
}

/** The pattern of a literal. */
function patternOf(literal: string): RegExp {
  return new RegExp(/^\/(.*)\/g?$/.exec(literal)?.[1] ?? '', 'g');
}

test.each(calls)('$name finds by $ascii in ASCII what it finds by $source', ({ ascii, source }) => {
  const [short, long] = [patternOf(ascii), new RegExp(source, 'gu')];
  for (const each of TEXTS) expect(places(short, each), JSON.stringify(each)).toBe(places(long, each));
});

const inLatin = calls.filter(({ latin }) => latin !== undefined);

test.each(inLatin)(
  '$name finds by $latin in Latin text what it finds by $source',
  ({ latin = '', source }) => {
    const [short, long] = [patternOf(latin), new RegExp(source, 'gu')];
    const isTaken = unicodePattern(/a/g, 'b', short);
    const taken = Array.from({ length: 0x1_10_00 }, (_, code) => String.fromCodePoint(code)).filter(
      (char) => isTaken(`\u00e9${char}`) === short,
    );
    expect(taken.length).toBeGreaterThan(800);
    expect(taken).not.toContain('\u00a0');
    for (const each of taken) expect(places(short, each), JSON.stringify(each)).toBe(places(long, each));
  },
);

test('a text beyond ASCII is searched by the whole pattern', () => {
  const letters = unicodePattern(/[A-Za-z]/g, '\\p{L}');
  expect('aé1'.replaceAll(letters('aé1'), '')).toBe('1');
  expect('ab1'.replaceAll(letters('ab1'), '')).toBe('1');
});
