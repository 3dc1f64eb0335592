import { expect, test } from 'vitest';
import { readDotenv } from '../../../../src/core/entries/dotenv.js';

const read = (text: string) =>
  readDotenv(text).map(({ name, value, lines }) => [name, value.reveal(), ...lines]);

test.each([
  ['A=x', [['A', 'x', 0, 0]]],
  [
    '# note\n\nexport A = x y  # note\nB=',
    [
      ['A', 'x y', 2, 2],
      ['B', '', 3, 3],
    ],
  ],
  [
    'A="x\\ny"\nB=\'x\\ny\'\nC=`x"y\'z`',
    [
      ['A', 'x\ny', 0, 0],
      ['B', 'x\\ny', 1, 1],
      ['C', `x"y'z`, 2, 2],
    ],
  ],
  [
    'A="x\n y\n"\r\nB=1',
    [
      ['A', 'x\n y\n', 0, 2],
      ['B', '1', 3, 3],
    ],
  ],
  [
    '\ufeffA=#x\nA=b#c\nA="#"',
    [
      ['A', '', 0, 0],
      ['A', 'b', 1, 1],
      ['A', '#', 2, 2],
    ],
  ],
  ['A.b-c: x', [['A.b-c', 'x', 0, 0]]],
  [
    'A\n=x\nB:\n\nC=\n# note\nD=1',
    [
      ['A', 'x', 0, 1],
      ['B', '', 2, 2],
      ['C', '', 4, 4],
      ['D', '1', 6, 6],
    ],
  ],
  ['no entry\n', []],
] as const)('entries with their lines: %j', (text, entries) => {
  expect(read(text)).toEqual(entries);
});

test.each([
  ['MIIEvQIBADANBg==\n-----END PRIVATE KEY-----\n', 4],
  ['Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nMIIEvQ==\n-----END PRIVATE KEY-----\n', 7],
  ['MIIEvQ==\n', 3],
  ['', 2],
])('the lines of a key that no quotes hold together are no entries: %j', (body, line) => {
  const text = `KEY=-----BEGIN PRIVATE KEY-----\n${body}PORT=8080\nabcd=\n`;
  expect(readDotenv(text).map(({ name, line: at }) => [name, at])).toEqual([
    ['KEY', 1],
    ['PORT', line],
    ['abcd', line + 1],
  ]);
});

test('a key in quotes is one value, and what follows it an entry', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQ==\n-----END PRIVATE KEY-----';
  expect(read(`KEY="${key}"\nabcd=\n`)).toEqual([
    ['KEY', key, 0, 2],
    ['abcd', '', 3, 3],
  ]);
});

test('a text of 200,000 blank lines is read in time', () => {
  const startedMs = performance.now();
  expect(read(`${'\n'.repeat(200_000)}!\nA=x`)).toEqual([['A', 'x', 200_001, 200_001]]);
  expect(performance.now() - startedMs).toBeLessThan(2_000);
});
