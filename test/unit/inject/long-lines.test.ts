import { describe, expect, test } from 'vitest';
import { inject } from '../../../src/inject/inject.js';
import { editOf } from './injecting.js';

describe('a long line', () => {
  const MUCH = 9_000_000;
  test.each([
    ['a.properties', `a=${'x'.repeat(MUCH)}\nk=old\n`, 'k', 'k=v'],
    ['a.properties', `a=${'\\\\'.repeat(MUCH / 2)}\nk=old\n`, 'k', 'k=v'],
    ['a.properties', `${'x'.repeat(MUCH)}=1\nk=old\n`, 'k', 'k=v'],
    ['a.properties', `k=${'x'.repeat(MUCH)}\n`, 'k', 'k=v'],
    ['a.ini', `a="${'x'.repeat(MUCH)}"\nk=old\n`, '/k', 'k=v'],
    ['.env', `A="${'x'.repeat(MUCH)}"\nk=old\n`, 'k', "k='v'"],
    ['a.json', `{"a": "${'x'.repeat(MUCH)}", "k": "old"}`, '/k', '"k": "v"'],
    ['a.yaml', `a: "${'x'.repeat(MUCH)}"\nk: old\n`, '/k', 'k: "v"'],
  ])('of 9 MB in %s is no reason to fail', async (path, text, place, expected) => {
    const made = await inject(Buffer.from(text), [editOf(path, place, 'v')]);
    expect(made.includes(expected)).toBe(true);
  });

  test('of spaces behind the last value of JSON is none either', async () => {
    const made = await inject(Buffer.from(`{"a": 1${' '.repeat(MUCH)}}`), [
      editOf('a.json', '/k', 'v', { create: true }),
    ]);
    expect(made.includes('"k": "v"')).toBe(true);
  });
});

test.each([
  ['voilà', Buffer.from('voilà=old\n')],
  ['voilà', Buffer.from('a\u00a0b=1\nvoilà = old\n')],
  ['a\u00a0b', Buffer.from('a\u00a0b=old\n')],
])('the key %s of a properties file in UTF-8 is found', async (key, bytes) => {
  const made = await inject(bytes, [editOf('a.properties', key, 'v')]);
  expect(made.toString()).toBe(bytes.toString().replace('old', 'v'));
});
