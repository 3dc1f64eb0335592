import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bind } from '../../../../src/core/bindings/bind.js';
import { problemsOf as foundIn, SeguraError } from '../../../../src/core/errors.js';
import { INPUT_DEFAULTS } from '../../../../src/core/input-names.js';
import { readInputs } from '../../../../src/core/job/inputs.js';
import { withWait } from '../../../../src/core/job/wait-remedy.js';
import { staticClaims } from '../../../../src/core/requests/claim.js';
import { findCollisions } from '../../../../src/core/requests/collisions.js';
import { NameList } from '../../../../src/core/requests/name-list.js';
import { parseRequests } from '../../../../src/core/requests/parse.js';
import type { Source } from '../../../../src/core/requests/request.js';
import { quote } from '../../../../src/core/requests/tokens.js';
import { Secret } from '../../../../src/core/secret.js';
import type { Credential } from '../../../../src/core/vault/credential.js';
import type { DsmSecret } from '../../../../src/core/vault/dsm.js';
import { lineNumberOf, linesIn, withLines } from '../../../support/remedy-lines.js';

type Kind = Source['kind'];

function problemsOf(kind: Kind, text: string, beside = ''): SeguraError[] {
  const problems: SeguraError[] = [];
  const requests = parseRequests(kind, text, problems, undefined, beside);
  const others = beside === '' ? [] : parseRequests(kind === 'dsm' ? 'pam' : 'dsm', beside, problems);
  return [...problems, ...findCollisions(staticClaims([...requests, ...others], true))];
}

const told = (problems: readonly SeguraError[]): string[] =>
  problems.map(({ message, remedy }) => `${message} ${remedy}`);

describe('each line that a remedy offers for an invalid one', () => {
  const bad: [Kind, string][] = [
    ['dsm', 'a/b > X > Y'],
    ['dsm', 'a>b/c > X'],
    ['dsm', '"a"/b > X > file:"x y"'],
    ['dsm', '> X'],
    ['dsm', '> X_*'],
    ['pam', '> env:X'],
    ['dsm', 'a/ > X'],
    ['dsm', 'a/ > env:X, Y'],
    ['dsm', '"my secret"/ > X'],
    ['pam', '94/ > X'],
    ['dsm', 'a*/b > X'],
    ['dsm', 'a/b* > X'],
    ['dsm', '*/b > X'],
    ['dsm', 'a/b X'],
    ['dsm', 'a/b -> X'],
    ['dsm', 'a/b => env:X'],
    ['dsm', 'a/b = X'],
    ['dsm', 'a/b | X'],
    ['dsm', 'a/"b c" -> X'],
    ['dsm', 'my secret/b > X'],
    ['dsm', 'my secret/the field > X'],
    ['dsm', 'a/b > file:my path'],
    ['dsm', 'a/b > C:\\x'],
    ['dsm', 'a/* >'],
    ['dsm', 'a/* > file:'],
    ['dsm', 'a/* > env:'],
    ['dsm', 'a/* > file:/tmp/x'],
    ['dsm', 'a/b > env:PATH_*'],
    ['dsm', 'a/b > 1X'],
    ['dsm', 'a/b > MY-NAME'],
    ['dsm', 'a/* > node-*'],
    ['pam', '94'],
    ['pam', '94/*'],
    ['pam', '94[1]/password > X'],
    ['pam', '94[1] > X'],
    ['pam', '* > X'],
    ['pam', 'me 2/password > X'],
  ];

  test.each(bad)('%s: %s', (kind, line) => {
    const [problem, ...more] = problemsOf(kind, line);
    expect(more).toEqual([]);
    const lines = linesIn(problem?.remedy ?? '');
    expect(lines.length, problem?.remedy).toBeGreaterThan(0);
    for (const fixed of lines) expect(told(problemsOf(kind, fixed)), fixed).toEqual([]);
  });

  test('does not have a name of another line, nor of the other input, nor of another remedy', () => {
    const text = 'a/b > 1X\nc/d > 1X\ne/f > _X\ng/h > MY-NAME';
    const problems = problemsOf('dsm', text, '94 > MY_NAME');
    const fixed = problems.reduce(
      (lines, { message, remedy }) => withLines(lines, lineNumberOf(message), linesIn(remedy)),
      text,
    );
    expect(fixed.split('\n')).toHaveLength(4);
    expect(told(problemsOf('dsm', fixed, '94 > MY_NAME')), fixed).toEqual([]);
  });

  const piece = fc.constantFrom(
    ...[
      'a',
      'b c',
      'd',
      'X',
      '1X',
      'MY-NAME',
      'PATH',
      'P_',
      '*',
      '/',
      '/',
      ' > ',
      ' > ',
      '>',
      '->',
      ' = ',
      ',',
    ],
    ...['"', '[1]', '@', ' ', '#', 'env:', 'output:', 'file:', 'path:', 'ENV:', '\\', '94', ':'],
  );
  test('is understood, whatever the bad one is', () => {
    const line = fc.array(piece, { minLength: 1, maxLength: 9 }).map((pieces) => pieces.join(''));
    void fc.assert(
      fc.property(fc.constantFrom<Kind>('dsm', 'pam'), line, (kind, text) => {
        for (const { message, remedy, code } of problemsOf(kind, text)) {
          if (code !== 'REQUEST_INVALID' && code !== 'NAME_INVALID') continue;
          for (const fixed of linesIn(remedy)) {
            const left = problemsOf(kind, fixed).filter((each) => each.code !== 'NAME_RESERVED');
            expect(told(left), `${text}: ${message} ${remedy}`).toEqual([]);
          }
        }
      }),
      { numRuns: 3_000, examples: [['dsm', '->file:" > "a']] },
    );
  });
});

const mapOf = (fields: Readonly<Record<string, string | null>>) =>
  new Map(Object.entries(fields).map(([label, text]) => [label, text === null ? null : new Secret(text)]));

const secretOf = (
  identity: string,
  ...maps: readonly Readonly<Record<string, string | null>>[]
): DsmSecret => ({ identity, version: undefined, expires: undefined, maps: maps.map(mapOf) });

function problemsWith(text: string, vault: readonly DsmSecret[], pam = new Map<string, Credential>()) {
  const problems: SeguraError[] = [];
  const requests =
    pam.size === 0 ? parseRequests('dsm', text, problems) : parseRequests('pam', text, problems);
  const inputs = { requests, exportEnv: true, masking: { opaque: new NameList('opaque') } };
  bind(inputs, { secrets: vault, credentials: pam }, problems);
  return problems;
}

describe('each line that a remedy offers for one that the vault cannot fulfil', () => {
  const vault = [
    secretOf('postgres', { PASSWORD: 'p', USERNAME: 'u', GONE: null }),
    secretOf('my secret', { 'a b': '1' }),
    secretOf('db/prod', { user: 'x' }),
    secretOf('two', { A: '1' }, { A: '2', B: '3' }),
    secretOf('pip', { PIP_INDEX_URL: 'u', other: 'o' }),
    secretOf('git', { SSH: 'k', 'ssh-command': 'c' }),
  ];
  test.each([
    ['postgers/PASSWORD > DB_PASSWORD'],
    ['postgers/PASSWORD > env:X, file:y'],
    ['postgers/PASSWORD'],
    ['postgres/PASSWROD'],
    ['postgers/* > P_*'],
    ['postgres/PASSWROD > X'],
    ['"my secrets"/"a b" > X'],
    ['db/prod > X'],
    ['db/prod/usr > X'],
    ['two/A > X'],
    ['two/* > P_*'],
    ['two/*'],
    ['two[0]/B > X, path:Y'],
    ['pip/* > *'],
    ['pip/* > path:*'],
    ['git/* > GIT_*'],
  ])('%s', (line) => {
    const problems = problemsWith(line, vault);
    expect(problems.length).toBeGreaterThan(0);
    for (const { remedy } of problems) {
      const lines = linesIn(remedy);
      expect(lines.length, remedy).toBeGreaterThan(0);
      for (const fixed of lines) expect(told(problemsWith(fixed, vault)), fixed).toEqual([]);
    }
  });

  test('keeps the destinations of the bad one', () => {
    const [problem] = problemsWith('postgers/PASSWORD > env:X, file:"a b"', vault);
    expect(linesIn(problem?.remedy ?? '')).toEqual(['postgres/PASSWORD > env:X, file:"a b"']);
  });

  test.each(['postgers/NOPE > X', 'postgers/GONE > X', 'postgres/GONE2 > X', 'two/AB > X'])(
    'is missing if there is no field to name: %s',
    (line) => {
      const problems = problemsWith(line, vault);
      expect(problems).toHaveLength(1);
      for (const fixed of linesIn(problems[0]?.remedy ?? '')) {
        expect(told(problemsWith(fixed, vault)), fixed).toEqual([]);
      }
    },
  );

  test('of a credential is one that the credential has', () => {
    const credential = { id: '94', fields: mapOf({ password: 'p', username: 'u' }), expires: undefined };
    const pam = new Map([['94', credential]]);
    const [problem] = problemsWith('94/usernme > DB_USER', [], pam);
    const lines = linesIn(problem?.remedy ?? '');
    expect(lines).toEqual(['94/username > DB_USER']);
    expect(problemsWith(lines[0] ?? '', [], pam)).toEqual([]);
  });
});

describe('each input that is offered for a bad one', () => {
  const raw = {
    ...INPUT_DEFAULTS,
    url: 'https://vault.example.com',
    'client-id': 'id',
    'client-secret': 'secret',
    secrets: '*',
  };
  const refused = (given: Readonly<Record<string, string>>): readonly SeguraError[] => {
    try {
      readInputs({ ...raw, ...given }, {});
      return [];
    } catch (error) {
      return foundIn(error);
    }
  };

  test.each<[string, Readonly<Record<string, string>>]>([
    ['no request', { secrets: '' }],
    ['a word for a switch', { 'export-env': 'yes' }],
    ['no number', { timeout: '1m' }],
    ['a number out of reach', { retries: '99' }],
    ['no such choice', { 'pam-endpoint': 'v2' }],
    ['a wait past the deadline', { 'custody-wait': '300' }],
    ['the longest wait past the deadline', { 'custody-wait': '21600' }],
  ])('is accepted: %s', (_what, given) => {
    const [problem, ...more] = refused(given);
    expect(more).toEqual([]);
    const [, name = '', value = ''] = /^([a-z-]+): "([^"]*)"/.exec(problem?.remedy ?? '') ?? [];
    expect(Object.keys(raw)).toContain(name);
    expect(refused({ ...given, [name]: value })).toEqual([]);
  });
});

describe('the settings that are offered for custody that another holds', () => {
  const inputsOf = (given: Readonly<Record<string, string>>) =>
    readInputs(
      {
        ...INPUT_DEFAULTS,
        url: 'https://vault.example.com',
        'client-id': 'id',
        'client-secret': 'secret',
        credentials: '94 > A',
        ...given,
      },
      {},
    );
  const offered = (given: Readonly<Record<string, string>>): Record<string, string> => {
    const problem = withWait(new SeguraError('CUSTODY_HELD', 'Held.', 'Put the jobs …'), inputsOf(given));
    return Object.fromEntries(
      [...problem.remedy.matchAll(/([a-z-]+): "(\d+)"/g)].map(([, name = '', value = '']) => [name, value]),
    );
  };

  test.each<[string, Readonly<Record<string, string>>, Record<string, string>]>([
    ['by default', {}, { 'custody-wait': '60' }],
    ['with a short deadline', { deadline: '60' }, { 'custody-wait': '60', deadline: '120' }],
    ['with a deadline of a second', { deadline: '1' }, { 'custody-wait': '60', deadline: '120' }],
    [
      'after a wait in vain',
      { 'custody-wait': '60', deadline: '120' },
      { 'custody-wait': '120', deadline: '180' },
    ],
    ['after a short wait', { 'custody-wait': '5', deadline: '120' }, { 'custody-wait': '10' }],
    [
      'after hours',
      { 'custody-wait': '20000', deadline: '21000' },
      { 'custody-wait': '21540', deadline: '21600' },
    ],
    ['after all that can be waited', { 'custody-wait': '21600', deadline: '21600' }, {}],
  ])('are accepted, and leave time to wait longer: %s', (_when, given, expected) => {
    const settings = offered(given);
    expect(settings).toEqual(expected);
    const [before, after] = [inputsOf(given), inputsOf({ ...given, ...settings })];
    if (settings['custody-wait'] === undefined) return;
    expect(after.custody.waitMs).toBeGreaterThan(before.custody.waitMs);
    expect(after.limits.deadlineMs - after.custody.waitMs).toBeGreaterThanOrEqual(30_000);
  });
});

describe('the lines that a remedy offers for names that collide', () => {
  test.each<[string, DsmSecret[]]>([
    ['*', [secretOf('a-b', { PW: '1' }), secretOf('a.b', { PW: '2' })]],
    ['*', [secretOf('a', { b_x: '1', x: '2' }), secretOf('a_b', { x: '3' })]],
    ['*', [secretOf('1', { PW: '1' }), secretOf('2', { PW: '2' }), secretOf('_', { PW: '3' })]],
    ['*', [secretOf('a', { 'x-y': '1', 'x.y': '2', 'x y': '3' })]],
    ['a/* > *', [secretOf('a', { 'x-y': '1', 'x.y': '2' })]],
    ['*', [secretOf('git', { ssh: '1', DIR: '2' }), secretOf('svn', { ssh: '3', DIR: '4' })]],
    ['*', [secretOf('ä', { é: '1' }), secretOf('ö', { è: '2' })]],
    ['a/x > N\nb/y > N', [secretOf('a', { x: '1' }), secretOf('b', { y: '2' })]],
    ['a/x > b_y\nb/y > b_y', [secretOf('a', { x: '1' }), secretOf('b', { y: '2' })]],
    ['a/x > N\nb/*', [secretOf('a', { x: '1' }), secretOf('b', { N: '2', z: '3' })]],
    ['b/*\na/x > N', [secretOf('a', { x: '1' }), secretOf('b', { N: '2', z: '3' })]],
    ['a/x > file:/f\nb/y > file:/f\na/x > file:/f-2', [secretOf('a', { x: '1' }), secretOf('b', { y: '2' })]],
    ['a/x > env:N, path:N', [secretOf('a', { x: '1' })]],
  ])('%j differ, and fix it', (text, vault) => {
    const problems = problemsWith(text, vault);
    expect(problems.length).toBeGreaterThan(0);
    for (const { code, message, remedy } of problems) {
      expect(code).toBe('NAME_COLLISION');
      const lines = linesIn(remedy);
      const places = lines.map((line) => line.split(' > ').at(-1));
      expect(new Set(places).size, remedy).toBe(places.length);
      const numbers = [...message.matchAll(/Line (\d+) of /g)].map(([, number]) => Number(number));
      const isEach = remedy.startsWith('Instead of');
      const number = isEach ? (numbers[0] ?? 0) : numberOf(text, lines[0] ?? '', numbers);
      const fixed = withLines(text, number, lines);
      const left = problemsWith(fixed, vault).filter((problem) => problem.message === message);
      expect(told(left), fixed).toEqual([]);
      if (isEach || problems.length === 1) expect(told(problemsWith(fixed, vault)), fixed).toEqual([]);
    }
  });

  /** Of the two lines the one whose source the offered line has. */
  function numberOf(text: string, line: string, numbers: readonly number[]): number {
    const source = line.split(' > ')[0] ?? '';
    const lines = text.split('\n');
    return numbers.findLast((number) => lines[number - 1]?.startsWith(source.replace(/\*$/, ''))) ?? 0;
  }

  test('fix it, whatever the names of secrets and fields in the vault', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'a',
        'a-b',
        'a.b',
        'a_b',
        'A',
        'x',
        'x y',
        'git',
        'ssh',
        'PATH',
        'pip',
        '1',
        '2',
        'é',
        'q"',
      ),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
    );
    const fields = fc.dictionary(word, fc.constant('v'), { minKeys: 1, maxKeys: 3 });
    const secrets = fc.uniqueArray(fc.record({ identity: word, fields }), {
      minLength: 1,
      maxLength: 4,
      selector: ({ identity }) => identity,
    });
    void fc.assert(
      fc.property(secrets, fc.boolean(), (given, isOne) => {
        const vault = given.map(({ identity, fields: each }) => secretOf(identity, { ...each }));
        const text = isOne ? `${quote(given[0]?.identity ?? '')}/* > *` : '*';
        for (const { message, remedy, code } of problemsWith(text, vault)) {
          const lines = linesIn(remedy);
          if (lines.length === 0) continue;
          const left = problemsWith(lines.join('\n'), vault);
          const wrong = remedy.startsWith('Instead of') ? left : left.filter((each) => each.code === code);
          expect(told(wrong), `${text}: ${message} ${remedy}`).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
