import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SeguraError } from '../../../../src/core/errors.js';
import { staticClaims } from '../../../../src/core/requests/claim.js';
import { findCollisions, steeringWarnings } from '../../../../src/core/requests/collisions.js';
import { parseRequests } from '../../../../src/core/requests/parse.js';
import { plain } from '../../../../src/core/text.js';
import { codesOf } from '../../fakes.js';

function problemsOfLines(secrets: string, credentials = '', exportEnv = false): SeguraError[] {
  const problems: SeguraError[] = [];
  const requests = [
    ...parseRequests('dsm', secrets, problems),
    ...parseRequests('pam', credentials, problems),
  ];
  return [...problems, ...findCollisions(staticClaims(requests, exportEnv))];
}

describe('two sources for one name', () => {
  test.each([
    ['a/x > N\nb/x > N', ''],
    ['a/x > N\nb/x > n', ''],
    ['a/x > env:N\nb/x > output:N', ''],
    ['a/x > path:N\nb/x > N', ''],
    ['a/x > N, M\nb/x > M', ''],
    ['a/N\nb/N', ''],
    ['a/my-key\nb/x > MY_KEY', ''],
    ['a/x > file:/tmp/f\nb/x > file:/tmp/f', ''],
    ['a/x > N', '94 > N'],
    ['a[0]/x > N\na[1]/x > N', ''],
    ['', '94 > N\n94/username > N'],
  ])('%j and %j are rejected', (secrets, credentials) => {
    expect(codesOf(problemsOfLines(secrets, credentials))).toEqual(['NAME_COLLISION']);
  });

  test('a DSM secret and a PAM credential of the same name are two sources', () => {
    expect(codesOf(problemsOfLines('94/password > N', '94 > N'))).toEqual(['NAME_COLLISION']);
  });

  test('the error names both sources and both lines', () => {
    const [problem] = problemsOfLines('a/x > N\n\nb/y > n');
    for (const part of ['a/x', 'b/y', 'Line 1 of "secrets"', 'Line 3 of "secrets"', 'differ only in case']) {
      expect(problem?.message).toContain(part);
    }
  });

  test.each([
    'a/x > N\nb/x > N',
    'a/x > N\n"b c"/"1 x" > n',
    'a/x > file:/f\nb/x > file:/f',
    'a/x > file:"my f"\nb/x > file:"my f"',
  ])('the line that the remedy gives for %j fixes it', (lines) => {
    const [problem] = problemsOfLines(lines);
    const fixed = problem?.remedy.split('Give one of them another place: ')[1] ?? '';
    expect(codesOf(problemsOfLines(`${lines.split('\n')[0]}\n${fixed}`)), fixed).toEqual([]);
  });
});

test('the name that a remedy gives keeps every digit of an id', () => {
  const [problem] = problemsOfLines('', '94 > N\n241/username > N');
  expect(problem?.remedy).toContain('_241_username');
});

test('the lines of docs/SSH.md give no two names that differ only in case', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../../docs/SSH.md'), 'utf8');
  const block = /^ssh-keys: \|\n([\s\S]*?)^known-hosts/m.exec(text)?.[1] ?? '';
  const lines = block.split('\n').filter((line) => line.trim() !== '' && !line.includes('ssh-agent:'));
  const each = lines.flatMap((line) =>
    line.includes('*') ? ['private_key', 'public_key'].map((field) => line.replaceAll('*', field)) : line,
  );
  expect(each.length).toBeGreaterThan(3);
  expect(codesOf(problemsOfLines('', each.join('\n')))).toEqual([]);
});

describe('one source requested twice', () => {
  test.each([
    'a/x > N\na/x > N',
    'a/x > N, N',
    'a/x > env:N, output:N',
    'a/x > N\n"a"/"x" > n',
    'a/x > N\na/x > M',
  ])('%j is accepted', (lines) => {
    expect(problemsOfLines(lines)).toEqual([]);
  });

  test('its value and the path of its file cannot share a name', () => {
    expect(codesOf(problemsOfLines('a/x > N, path:N'))).toEqual(['NAME_COLLISION']);
  });
});

describe('names that steer programs', () => {
  test.each([
    ['a/x > env:PATH', false],
    ['a/x > env:node_options', false],
    ['a/x > LD_PRELOAD', true],
    ['a/x > Github_Env', true],
    ['a/PATH', true],
    ['a/"git-ssh-command"', true],
    ['a/x > env:BASH_FUNC_x', false],
  ])('%s is rejected (export-env: %s)', (line, exportEnv) => {
    const problems = problemsOfLines(line, '', exportEnv);
    expect(codesOf(problems)).toEqual(['NAME_RESERVED']);
    const lines = problems[0]?.remedy.match(/\S+ > [^,\s]+/g) ?? [];
    expect(lines).toHaveLength(2);
    for (const fixed of lines) expect(problemsOfLines(fixed, '', exportEnv), fixed).toEqual([]);
  });

  test.each([
    ['a/x > PATH', false],
    ['a/x > output:PATH', true],
  ])('%s is only an output and fine (export-env: %s)', (lines, exportEnv) => {
    expect(problemsOfLines(lines, '', exportEnv)).toEqual([]);
  });
});

describe('names that steer programs, which a request may write out', () => {
  const warnings = (lines: string, exportEnv: boolean): string[] =>
    steeringWarnings(staticClaims(parseRequests('dsm', lines, []), exportEnv)).map(plain);

  test.each(['a/x > env:PIP_INDEX_URL', 'a/x > path:OPENSSL_MODULES', 'a/x > GOPROXY', 'a/GOPROXY'])(
    '%s causes a warning',
    (line) => {
      expect(problemsOfLines(line, '', true)).toEqual([]);
      expect(warnings(line, true)).toEqual([
        expect.stringMatching(/^Line 1 of "secrets" sets the environment variable \w+, which changes/),
      ]);
    },
  );

  test.each(['a/x > output:PIP_INDEX_URL', 'a/x > PIP_PASSWORD', 'a/x > file:GOPROXY'])(
    '%s causes none',
    (line) => {
      expect(warnings(line, true)).toEqual([]);
    },
  );

  test('no variable, no warning', () => {
    expect(warnings('a/x > PIP_INDEX_URL', false)).toEqual([]);
  });
});

test('a wildcard claims no name before the vault has named its fields', () => {
  expect(problemsOfLines('*\na/*\nb/* > env:P_*')).toEqual([]);
});
