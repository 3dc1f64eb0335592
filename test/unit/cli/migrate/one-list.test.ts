import { expect, test } from 'vitest';
import { asOneList } from '../../../../src/cli/migrate/export-file.js';

test.each([
  ['[1]\n[2, 3]', [1, 2, 3]],
  ['[] [1] [] [2]', [1, 2]],
  ['[[]][1]', [[], 1]],
  ['[ [] ][ [] ]', [[], []]],
  ['["][", "\\"]["]["a"]', ['][', '"][', 'a']],
  ['[]\n[]', []],
])('%s is one list', (text, list) => {
  expect(JSON.parse(asOneList(text))).toEqual(list);
  expect(asOneList(text)).toHaveLength(text.length);
});

test.each(['[{"a":[1][2]}]', '{"a":[1][2]}', '[1', '["', '[1]]['])('%s stays what it is', (text) => {
  expect(asOneList(text)).toBe(text);
});

test('a string of any length, and one that is never closed, are passed', () => {
  const long = JSON.stringify(['x'.repeat(10_000_000)]);
  expect(asOneList(long)).toBe(long);
  const open = `["${'\\"'.repeat(1_000_000)}`;
  expect(asOneList(open)).toBe(open);
});
