import { describe, expect, test } from 'vitest';
import { findInCredential, findInDsm } from '../../../../src/core/bindings/find.js';
import type { SeguraError } from '../../../../src/core/errors.js';
import type { FoundField } from '../../../../src/core/requests/found-field.js';
import { parseRequests } from '../../../../src/core/requests/parse.js';
import { Secret } from '../../../../src/core/secret.js';
import type { DsmSecret } from '../../../../src/core/vault/dsm.js';
import { codesOf, problemsIn } from '../../fakes.js';

type Fields = Record<string, string | null>;

const fieldsOf = (fields: Fields): Map<string, Secret | null> =>
  new Map(Object.entries(fields).map(([label, text]) => [label, text === null ? null : new Secret(text)]));

function secret(identity: string, ...maps: Fields[]): DsmSecret {
  return { identity, version: '2', expires: undefined, maps: maps.map(fieldsOf) };
}

function find(line: string, ...secrets: DsmSecret[]): FoundField[] {
  const problems: SeguraError[] = [];
  const [request] = parseRequests('dsm', line, problems);
  if (request?.source.kind !== 'dsm') throw new Error(`no DSM request: ${line}`);
  return findInDsm(request, request.source, secrets);
}

function findPam(line: string, fields: Fields): FoundField[] {
  const [request] = parseRequests('pam', line, []);
  if (request?.source.kind !== 'pam') throw new Error(`no PAM request: ${line}`);
  return findInCredential(request, request.source, {
    id: '94',
    fields: fieldsOf(fields),
    expires: undefined,
  });
}

const shown = (found: FoundField[]): string[] =>
  found.map(({ source, value }) => `${source}=${value.reveal()}`);

describe('a field that several maps hold', () => {
  const twice = secret('db', { PW: 'one', A: 'a' }, { PW: 'two', B: 'b' });

  test('with one value is found once', () => {
    expect(shown(find('db/PW > X', secret('db', { PW: 'one' }, { PW: 'one' })))).toEqual(['db/PW=one']);
  });

  test('with different values is rejected, and the error names its maps', () => {
    const [problem] = problemsIn(() => find('db/PW > X', twice));
    expect(problem?.code).toBe('FIELD_AMBIGUOUS');
    expect(problem?.message).toContain('maps [0] and [1]');
    expect(problem?.message).not.toMatch(/one|two/);
  });

  test('with different values is rejected in a wildcard too', () => {
    expect(codesOf(problemsIn(() => find('db/*', twice)))).toEqual(['FIELD_AMBIGUOUS']);
    expect(codesOf(problemsIn(() => find('*', twice)))).toEqual(['FIELD_AMBIGUOUS']);
  });

  test('can be selected by an index', () => {
    expect(shown(find('db[1]/PW > X', twice))).toEqual(['db[1]/PW=two']);
    expect(shown(find('db[1]/*', twice))).toEqual(['db[1]/PW=two', 'db[1]/B=b']);
  });

  test.each(['db', 'db/prod', 'my secret', 'a[1]'])(
    'of %s has a remedy that reads as that field',
    (identity) => {
      for (const label of ['PW', 'a/b', 'x y']) {
        const twin = secret(identity, { other: 'x' }, { [label]: 'one' }, { [label]: 'two' });
        const [problem] = problemsIn(() => find('*', twin));
        const line = problem?.remedy.replace(/^Say which: /, '').replace(/ \(or \[2\]\)\.$/, '') ?? '';
        expect(parseRequests('dsm', line, [])[0]?.source, line).toMatchObject({
          identity,
          map: 1,
          field: label,
        });
      }
    },
  );

  test('a null in another map does not count', () => {
    expect(shown(find('db/PW > X', secret('db', { PW: null }, { PW: 'two' })))).toEqual(['db/PW=two']);
  });
});

describe('null', () => {
  const half = secret('aws', { KEY: 'k', TTL: null });

  test('is left out by a wildcard', () => {
    expect(shown(find('aws/*', half))).toEqual(['aws/KEY=k']);
    expect(shown(find('*', half, secret('empty')))).toEqual(['aws/KEY=k']);
  });

  test('is rejected if it is requested by name', () => {
    expect(codesOf(problemsIn(() => find('aws/TTL > X', half)))).toEqual(['FIELD_NULL']);
    expect(codesOf(problemsIn(() => findPam('94 > X', { password: null })))).toEqual(['FIELD_NULL']);
  });

  test('is not empty text, which is a value', () => {
    expect(shown(find('a/E > X', secret('a', { E: '' })))).toEqual(['a/E=']);
  });
});

describe('something that does not exist', () => {
  const secrets = [secret('postgres', { PASSWORD: 'p' }), secret('db/prod', { user: 'u' })];

  test('an unknown identity is rejected with the most similar one', () => {
    const [problem] = problemsIn(() => find('postgers/PASSWORD > X', ...secrets));
    expect(problem?.code).toBe('SECRET_NOT_FOUND');
    expect(problem?.message).toContain('Line 1 of "secrets"');
    expect(problem?.remedy).toContain('postgres');
  });

  test('an unknown field is rejected with the most similar one, never with a value', () => {
    const [problem] = problemsIn(() => find('postgres/password > X', ...secrets));
    expect(problem?.code).toBe('FIELD_NOT_FOUND');
    expect(problem?.remedy).toContain('PASSWORD');
    expect(codesOf(problemsIn(() => findPam('94/pasword > X', { password: 'p' })))).toEqual([
      'FIELD_NOT_FOUND',
    ]);
  });

  test('an identity with a slash and no field gets the line that asks for it', () => {
    const [problem] = problemsIn(() => find('db/prod', ...secrets));
    const line = problem?.remedy.replace('For all fields of that secret write ', '') ?? '';
    expect(shown(find(line, ...secrets))).toEqual(['db/prod/user=u']);
  });

  test('an index after the last map is rejected, with the valid ones', () => {
    const [problem] = problemsIn(() => find('postgres[1]/PASSWORD > X', ...secrets));
    expect(problem?.code).toBe('FIELD_NOT_FOUND');
    expect(problem?.message).toContain('1 map,');
    expect(codesOf(problemsIn(() => find('e[0]/x > X', secret('e'))))).toEqual(['FIELD_NOT_FOUND']);
  });

  test('the case of an identity and a field counts', () => {
    expect(codesOf(problemsIn(() => find('Postgres/PASSWORD > X', ...secrets)))).toEqual([
      'SECRET_NOT_FOUND',
    ]);
  });

  test.each(['constructor', '__proto__', 'toString'])('%s is a field only if the vault has it', (label) => {
    expect(codesOf(problemsIn(() => find(`postgres/${label} > X`, ...secrets)))).toEqual(['FIELD_NOT_FOUND']);
  });
});

describe('two secrets of one identity', () => {
  test('with the same value are one source', () => {
    expect(shown(find('a/x > X', secret('a', { x: '1' }), secret('a', { x: '1' })))).toEqual(['a/x=1']);
  });

  test('with different values are rejected', () => {
    for (const line of ['a/x > X', 'a/*', '*']) {
      const problems = problemsIn(() => find(line, secret('a', { x: '1' }), secret('a', { x: '2' })));
      expect(codesOf(problems)).toEqual(['FIELD_AMBIGUOUS']);
    }
  });

  test('complete each other', () => {
    expect(shown(find('a/*', secret('a', { x: '1' }), secret('a', { y: '2' })))).toEqual(['a/x=1', 'a/y=2']);
  });
});

describe('a value that is not the secret', () => {
  test.each([
    'An error occurred while encrypting the text',
    'An error occurred while encrypting the text\n',
    '\ud800',
  ])('%j is rejected', (value) => {
    expect(codesOf(problemsIn(() => find('a/x > X', secret('a', { x: value }))))).toEqual(['VALUE_BROKEN']);
    expect(codesOf(problemsIn(() => find('*', secret('a', { x: value }))))).toEqual(['VALUE_BROKEN']);
    expect(codesOf(problemsIn(() => findPam('94/* > *', { password: value })))).toEqual(['VALUE_BROKEN']);
  });

  test.each(['\ud83d\ude00', 'An error occurred', '\ufffd', '\u0000'])(
    '%j is a value like any other',
    (value) => {
      expect(shown(find('a/x > X', secret('a', { x: value })))).toEqual([`a/x=${value}`]);
    },
  );
});

test('the user name of the same map travels with a password', () => {
  const two = secret('db', { USERNAME: 'alice', PW: 'one' }, { user: 'bob', PW2: 'two' });
  expect(find('db/*', two).map(({ field, user }) => [field, user])).toEqual([
    ['USERNAME', 'alice'],
    ['PW', 'alice'],
    ['user', 'bob'],
    ['PW2', 'bob'],
  ]);
});

test('names from the vault cannot bring a command or a second line into a message', () => {
  const evil = 'x\n::set-output name=a::b';
  const found = find('*', secret(evil, { [evil]: 'v' }));
  expect(found[0]?.source).not.toMatch(/\n|::/);
  const [problem] = problemsIn(() => find('*', secret(evil, { [evil]: '1' }, { [evil]: '2' })));
  expect(`${problem?.message}${problem?.remedy}`).not.toMatch(/\n|::/);
});
