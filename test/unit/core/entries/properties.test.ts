import { expect, test } from 'vitest';
import { readProperties } from '../../../../src/core/entries/properties.js';

test.each([
  [
    'a=b\n! note\n# note\n  c : d e \n',
    [
      ['a', 'b', 0, 0],
      ['c', 'd e ', 3, 3],
    ],
  ],
  [
    'key\\ one\\=x=v\\u00e9\\n\nlong = a\\\r\n   b\r\nz',
    [
      ['key one=x', 'vé\n', 0, 0],
      ['long', 'ab', 1, 2],
      ['z', '', 3, 3],
    ],
  ],
  [
    'a = x\\\\\nb=y',
    [
      ['a', 'x\\', 0, 0],
      ['b', 'y', 1, 1],
    ],
  ],
  ['\\\n# note\n\\\n', []],
] as const)('entries with their lines: %j', (text, entries) => {
  const read = readProperties(text).map(({ name, value, lines }) => [name, value.reveal(), ...lines]);
  expect(read).toEqual(entries);
});

test('the lines of a key that no `\\` joins are no entries', () => {
  const text = 'key=-----BEGIN PRIVATE KEY-----\nMIIEvQ==\nMIIEvQ==\n-----END PRIVATE KEY-----\nport=80\n';
  expect(readProperties(text).map(({ name, line }) => [name, line])).toEqual([
    ['key', 1],
    ['port', 5],
  ]);
});

test('a value over 60,000 lines is read in time', () => {
  const startedMs = performance.now();
  const [entry] = readProperties(`a=${'x\\\n'.repeat(60_000)}y\\\\\nb=z`);
  expect(entry?.lines).toEqual([0, 60_000]);
  expect(entry?.value.reveal()).toBe(`${'x'.repeat(60_000)}y\\`);
  expect(performance.now() - startedMs).toBeLessThan(2_000);
});
