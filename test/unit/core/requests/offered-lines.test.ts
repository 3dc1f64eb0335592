import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SeguraError } from '../../../../src/core/errors.js';
import { parseSafe } from '../../../../src/core/job/mysafe/safe-requests.js';
import { parseRequests } from '../../../../src/core/requests/parse.js';
import type { RequestKind, SecretRequest } from '../../../../src/core/requests/request.js';
import { isVariableName } from '../../../../src/core/requests/variable-names.js';
import { linesIn } from '../../../support/remedy-lines.js';

type Kind = RequestKind | 'mysafe';
const KINDS: readonly Kind[] = ['dsm', 'dynamic', 'pam', 'key', 'mysafe'];

function read(kind: Kind, text: string): { requests: readonly SecretRequest[]; problems: SeguraError[] } {
  const problems: SeguraError[] = [];
  const requests =
    kind === 'mysafe' ? parseSafe(text, isVariableName, problems) : parseRequests(kind, text, problems);
  return { requests, problems };
}

/** Pieces that a line of requests is made of, and what gets in between by mistake. */
const PIECES = [
  ...['a', 'x', '94', 'root@web-01', 'DB', 'PREFIX_', 'my secret', 'é', 'b.c', '[1]', 'C', '1X', 'A-B'],
  ...['password:', 'note:', 'api:', 'env:', 'output:', 'path:', 'file:', 'ssh-agent:', 'ENV:'],
  ...[
    '/',
    '/*',
    '*',
    '>',
    ' > ',
    '->',
    '=',
    ',',
    ', ',
    ':',
    '"',
    '\\',
    '\\"',
    '#',
    ' #',
    '|',
    ' ',
    '\t',
    '.',
    '..',
    '@',
  ],
];

/** What a remedy tells to write, with destinations or without. */
function offersOf(remedy: string): readonly string[] {
  const [, text] =
    /^Write (?!the |NAME, PREFIX_|password:NAME, note:)(.+?)(?: for a name that has the star)?$/s.exec(
      remedy,
    ) ?? [];
  return text === undefined ? linesIn(remedy) : text.split(', or for all fields ');
}

const line = fc
  .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 9 })
  .map((parts) => parts.join(''));

describe('each line that a remedy offers', () => {
  test('is accepted when it is written in place of the bad one', () => {
    let followed = 0;
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), line, (kind, text) => {
        for (const { remedy, message } of read(kind, text).problems) {
          for (const offered of offersOf(remedy)) {
            followed += 1;
            const again = read(kind, offered);
            const told = again.problems.map((problem) => `${problem.message} ${problem.remedy}`);
            expect(told, `${kind}: ${text}\n${message}\n${remedy}\n${offered}`).toEqual([]);
            expect(again.requests).toHaveLength(1);
          }
        }
      }),
      { numRuns: 20_000 },
    );
    expect(followed).toBeGreaterThan(1_000);
  });
});

describe('the line that a remedy offers', () => {
  test.each<[Kind, string, string]>([
    ['dsm', 'x > ', 'Write x/FIELD > NAME, or for all fields x/* > PREFIX_*'],
    [
      'dsm',
      '"my db" > file:',
      'Write "my db"/FIELD > file:PATH, or for all fields "my db"/* > path:PREFIX_*',
    ],
    ['dsm', 'x > path:', 'Write x/FIELD > path:NAME, or for all fields x/* > path:PREFIX_*'],
    ['dynamic', 'x >', 'Write x/FIELD > NAME, or for all fields x/* > PREFIX_*'],
    ['dsm', 'x/* >', 'Write x/* > PREFIX_*'],
    ['dsm', '* >', 'Write * > PREFIX_*'],
    ['pam', '94 >', 'Write 94/password > NAME'],
    ['mysafe', 'password:x >', 'Write password:x/password > NAME'],
    ['key', 'a/x > ssh-agent:b', 'Write a > ssh-agent:'],
    ['key', 'a/* > ssh-agent:git@github.com:o/r', 'Write a > ssh-agent:git@github.com:o/r'],
  ])('%s: %s', (kind, text, remedy) => {
    expect(read(kind, text).problems.map((problem) => problem.remedy)).toEqual([remedy]);
  });
});

test.each(['a\0b', 'root@a\x01b', '"a\tb"'])(
  'a credential with a control character in its name: %j',
  (name) => {
    for (const kind of ['pam', 'key'] as const) {
      const [problem, ...more] = read(kind, `${name} > X`).problems;
      expect([problem?.code, more]).toEqual(['REQUEST_INVALID', []]);
      expect(problem?.message).toContain('has a control character in the name of a credential');
      expect(`${problem?.message}${problem?.remedy}`).not.toMatch(/[\0-\x1f]/);
    }
  },
);
