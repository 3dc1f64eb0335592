import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argument, commandFor, optionArgument, pathArgument } from '../../../../src/core/changes/argument.js';
import { printableUpTo } from '../../../../src/core/printable.js';
import { isWindows, lacks } from '../../../support/skips.js';

/** What a shell makes of words. */
function wordsOf(shell: string, words: readonly string[]): string[] {
  const { stdout, stderr } = spawnSync(shell, ['-c', `printf '%s\\0' ${words.join(' ')}`]);
  expect(stderr.toString()).toBe('');
  return stdout.toString().split('\0').slice(0, -1);
}

const NAMES = [
  ...[
    'plain',
    'db/prod',
    'a b',
    "it's",
    '"',
    '$HOME',
    '$(id)',
    '`id`',
    '\\',
    'a\\b',
    '!x',
    '~',
    '*',
    '#x',
    'a;b',
    '&',
  ],
  ...[
    '-x',
    '--',
    '-',
    "-it's",
    'a\nb',
    '\na',
    'a\tb',
    '\x1b[31m',
    '-\n',
    '%s\n\\x',
    'é\n',
    'a::b',
    ':::',
    '##[group]',
  ],
  ...['‮abc', 'a​b', 'caf\u00e9', 'a=b', '{a,b}', '[x]', '?', '=x'],
];

describe.skipIf(isWindows()).each(['sh', 'bash'])('a name as a word of %s', (shell) => {
  test.skipIf(lacks(shell))('is the name, and one line that a log shows as it is', () => {
    const safe = NAMES.filter((name) => !name.endsWith('\n'));
    expect(wordsOf(shell, safe.map(argument))).toEqual(safe);
    for (const word of NAMES.map(argument)) expect(printableUpTo(10_000, word)).toBe(word);
  });

  test.skipIf(lacks(shell))('is the name, whatever characters it has', () => {
    const name = fc
      .string({
        unit: fc.constantFrom(
          'a',
          ' ',
          "'",
          '"',
          '$',
          '`',
          '\\',
          '%',
          '-',
          ':',
          '#',
          '\n',
          '\x07',
          'é',
          '\u200b',
          '😀',
          '0',
        ),
      })
      .filter((text) => text !== '' && !text.endsWith('\n'));
    const names = fc.sample(name, 500);
    expect(wordsOf(shell, names.map(argument))).toEqual(names);
  });
});

test('a name that no word of a shell can be is NAME, to be replaced', () => {
  for (const name of ['a\0b', 'a\n', '\ud800', 'x'.repeat(1_001)]) expect(argument(name)).toBe('NAME');
});

test('a name that begins with "-" comes behind all options, and such a value in one word with its option', () => {
  expect(commandFor('secret show', 'db/prod')).toBe('segura-secrets secret show db/prod');
  expect(commandFor('secret put', 'a b', '--yes')).toBe("segura-secrets secret put 'a b' --yes");
  expect(commandFor('secret put', '-x', '--yes')).toBe('segura-secrets secret put --yes -- -x');
  expect(commandFor('secret show', '-x y')).toBe("segura-secrets secret show -- '-x y'");
  expect(optionArgument('tags', 'a')).toBe('--tags a');
  expect(optionArgument('tags', "-it's")).toBe("--tags='-it'\\''s'");
});

test('a path of Windows stays as it is, and any other is a word of a shell', () => {
  expect(pathArgument('C:\\Users\\ci\\state')).toBe('C:\\Users\\ci\\state');
  expect(pathArgument('/tmp/my state')).toBe("'/tmp/my state'");
});
