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

/** Both patterns of each call in `src`, and where it is. */
const calls = sources.flatMap(({ name, text }) => {
  const controls = /^const CONTROL = (\/.*\/g);$/m.exec(text)?.[1] ?? '';
  return [...text.matchAll(/unicodePattern\(\s*(\/.*?\/g?|CONTROL),\s*'(.*)',?\s*\)/g)].map(
    ([, ascii = '', source = '']) => ({
      name,
      ascii: ascii === 'CONTROL' ? controls : ascii,
      source: source.replaceAll('\\\\', '\\'),
    }),
  );
});

test('every call of unicodePattern is among those compared here', () => {
  const count = sources.reduce((sum, { text }) => sum + [...text.matchAll(/= unicodePattern\(/g)].length, 0);
  expect(count).toBeGreaterThan(5);
  expect(calls.length).toBe(count);
});

const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
const TEXTS = [
  ...ASCII,
  ...ASCII.flatMap((char) => [`a${char}`, `${char}a`, `.${char}`, `a.${char}`, `*.${char}`]),
];

test.each(calls)('$name finds by $ascii in ASCII what it finds by $source', ({ ascii, source }) => {
  const [short, long] = [new RegExp(/^\/(.*)\/g?$/.exec(ascii)?.[1] ?? '', 'g'), new RegExp(source, 'gu')];
  const places = (pattern: RegExp, of: string): string =>
    [...of.matchAll(pattern)].map(({ index, 0: found }) => `${index}:${found}`).join();
  for (const each of TEXTS) expect(places(short, each), JSON.stringify(each)).toBe(places(long, each));
});

test('a text beyond ASCII is searched by the whole pattern', () => {
  const letters = unicodePattern(/[A-Za-z]/g, '\\p{L}');
  expect('aé1'.replaceAll(letters('aé1'), '')).toBe('1');
  expect('ab1'.replaceAll(letters('ab1'), '')).toBe('1');
});
