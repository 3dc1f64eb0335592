import { describe, expect, test } from 'vitest';
import { problemsOf } from '../../../src/core/errors.js';
import { inject } from '../../../src/inject/inject.js';
import { READERS } from '../../support/inject/readers.js';
import { editOf } from './injecting.js';

async function made(text: string, place: string, format: string, create = false): Promise<string> {
  const edit = editOf('a.ini', place, 'new', { format, create });
  const bytes = await inject(Buffer.from(text), [edit]).catch((error) => problemsOf(error)[0]?.code);
  return String(bytes);
}

describe('a quote that PHP reads on in the next line', () => {
  test.each([
    ['a = x "one\npassword = old\nb = "two"\n'],
    ['a = "one\\"\npassword = old\nb = "two"\n'],
    ['a = x\\"one\npassword = old\nb = two"\n'],
    ['a = $"one" "\npassword = old\nb = "\n'],
    ["a = 'one\npassword = old\nb = two'\n"],
    ["a = x 'one\npassword = old\nb = two'\n"],
    ['a = "x"\'one\npassword = old\nb = two\'\n'],
  ])('is refused, as the key in it: %j', async (lines) => {
    const text = `[s]\n${lines}`;
    expect(await made(text, '/s/password', 'ini:php')).toBe('DOCUMENT_REFUSED');
    expect(await made(text, '/s/password', 'ini')).toBe('DOCUMENT_REFUSED');
    expect(await made(text, '/s/password', 'ini:python')).toBe(`[s]\n${lines.replace('old', 'new')}`);
  });

  test.each([
    ["a = don't\npassword = old\nb = don't\n"],
    ['a = "one" "two"\npassword = old\n'],
    ["a = 'it; is' ; don't\npassword = old\n"],
    ['a = "x \\" y" ; "\npassword = old\n'],
  ])('is none where it ends in its line: %j', async (lines) => {
    const text = `[s]\n${lines}`;
    expect(await made(text, '/s/password', 'ini:php')).toBe(text.replace('old', '"new"'));
  });
});

describe('a section with more in its line', () => {
  test('is ended by its first bracket for PHP, which reads on behind it', async () => {
    const text = '[a]\n[b] x = old\ny = 1\n';
    expect(await made(text, '/b/x', 'ini:php')).toBe(text.replace('old', '"new"'));
    expect(await made(text, '/b/y', 'ini:php')).toBe(text.replace('y = 1', 'y = "new"'));
  });

  test('is ended by its last bracket for Python, which leaves out the rest', async () => {
    const text = '[a] b] x = 1\ny = old\n';
    expect(await made(text, '/a] b/y', 'ini:python')).toBe(text.replace('old', 'new'));
    expect(await made(text, '/a/y', 'ini:python')).toBe('PLACE_NOT_FOUND');
    expect(await made('[b] x = old\n', '/b/x', 'ini:python')).toBe('PLACE_NOT_FOUND');
  });

  test.each(['[b] x = 2\n', '[a] b]\n', '[b] ; see [c]\n', '[ b ]\n', '["b"]\n'])(
    'is refused where the two differ: %j',
    async (header) => {
      expect(await made(`[a]\nk = old\n${header}`, '/a/k', 'ini')).toBe('DOCUMENT_REFUSED');
    },
  );

  test.each(['[b] ; comment\n', '[b] # comment\n', '[b]\n'])('%j is a section for both', async (header) => {
    expect(await made(`${header}k = old\n`, '/b/k', 'ini')).toBe(`${header}k = new\n`);
  });
});

test('a name with a colon is of PHP, or a value of Python', async () => {
  const text = '[s]\na:b = old\nc = 1\n';
  expect(await made(text, '/s/a:b', 'ini:php')).toBe(text.replace('old', '"new"'));
  expect(await made(text, '/s/a', 'ini:python')).toBe(text.replace('b = old', 'new'));
  expect(await made(text, '/s/a', 'ini')).toBe('PLACE_REFUSED');
  expect(await made(text, '/s/c', 'ini')).toBe(text.replace('c = 1', 'c = new'));
});

test('a section inside a value of several lines gets no key', async () => {
  const text = '[a]\nk = one\n  [b]\n  two\n[b]\nx = 1\n';
  expect(await made(text, '/b/y', 'ini:python', true)).toBe(`${text}y = new\n`);
  const only = '[a]\nk = one\n  [b]\n';
  expect(await made(only, '/b/y', 'ini:python', true)).toBe(`${only}\n[b]\ny = new\n`);
});

/** What the real readers make of files that only one of them reads so. */
test.each([
  ['ini:php', '[a]\n[b] x = old\n', '/b/x', READERS.php],
  ['ini:php', '[s]\na:b = old\n', '/s/a:b', READERS.php],
  ['ini:php', '[s]\na = "one" \'two; three\' ; x\npassword = old\n', '/s/password', READERS.php],
  ['ini:python', '[a] b]\ny = old\n', '/a] b/y', READERS.ini],
  ['ini:python', '[a]\nk = one\n  [b]\n[b]\nx = old\n', '/b/x', READERS.ini],
] as const)('%s: %j is read as its reader reads it', async (format, text, place, [reader]) => {
  if (reader.lacksIt) return;
  const file = Buffer.from(await made(text, place, format));
  expect(reader.read([{ file, keys: place.slice(1).split('/'), document: 0 }])).toEqual(['new']);
});
