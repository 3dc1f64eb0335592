import { describe, expect, test } from 'vitest';
import { type Credential, hasPassword, readCredential } from '../../../../src/core/vault/credential.js';
import { textOfField } from '../../../../src/core/vault/field.js';
import { codesOf, problemsIn } from '../../fakes.js';

const read = (value: unknown): Credential => readCredential({ value, path: '$', endpoint: 'GET /x' });
const plain = (credential: Credential) =>
  Object.fromEntries([...credential.fields].map(([label, value]) => [label, textOfField(value) ?? null]));

describe('every documented shape', () => {
  const detail = {
    id: '5',
    username: 'u',
    password: 'pw',
    content: 'pw',
    port: '22',
    domain: '',
    expiration_time: '2026-01-16T17:31:39',
  };
  const old = {
    id: '664',
    tag: null,
    username: 'u',
    senha: 'pw',
    conteudo: 'pw',
    senha_pai_cod: null,
    adicional: null,
    dominio: '',
    porta: '22',
    modelo: 'Ubuntu',
  };

  test.each<[string, unknown]>([
    ['credential', { credential: detail }],
    ['senha', { senha: old }],
    ['response.credential', { response: { status: 200, credential: detail } }],
    ['data as an object', { data: detail }],
    ['data as a list', { data: [detail] }],
    ['credential as a list', { credential: [detail] }],
    ['only content', { credential: { id: '5', content: 'pw', port: 22 } }],
    ['an empty password and content', { credential: { id: '5', password: '', content: 'pw', port: '22' } }],
    ['a null password and content', { credential: { id: 5, content: 'pw', password: null, port: '22' } }],
  ])('%s', (_, body) => {
    const credential = read(body);
    expect(plain(credential)).toMatchObject({ password: 'pw', port: '22' });
    expect(hasPassword(credential)).toBe(true);
    expect(credential.id).toMatch(/^(5|664)$/);
  });

  test('Portuguese names can be requested by their English ones', () => {
    expect(Object.keys(plain(read({ senha: old }))).sort()).toEqual([
      'additional',
      'domain',
      'id',
      'identifier',
      'model',
      'parent_credential_cod',
      'password',
      'port',
      'username',
    ]);
  });

  test('a password wins over another text of content', () => {
    for (const pair of [
      { password: 'right', content: 'wrong' },
      { content: 'wrong', password: 'right' },
    ]) {
      expect(plain(read({ credential: pair }))).toMatchObject({ password: 'right' });
    }
  });

  test('the expiry is known, and an empty one counts as none', () => {
    expect(read({ credential: detail }).expires).toBe('2026-01-16T17:31:39');
    expect(read({ credential: { id: '5', expiration_time: '' } }).expires).toBeUndefined();
  });

  test('attributes that are not text are left out', () => {
    expect(plain(read({ credential: { id: '5', password: 'pw', tags: ['a'], device: {} } }))).toEqual({
      id: '5',
      password: 'pw',
    });
  });
});

describe('a field with a strange name', () => {
  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    '%s is a field like any other',
    (name) => {
      const body: unknown = JSON.parse(`{"credential":{"id":"5","password":"pw","${name}":"v"}}`);
      expect([...read(body).fields.keys()]).toEqual(['id', 'password', name]);
    },
  );
});

test.each([
  {},
  { credential: null },
  { credential: 'pw' },
  { credential: [] },
  { credential: 5 },
  { data: [[]] },
])('%j is malformed', (body) => {
  expect(codesOf(problemsIn(() => read(body)))).toEqual(['REPLY_MALFORMED']);
});

test('a password that is not text counts as missing', () => {
  for (const password of [null, '']) expect(hasPassword(read({ credential: { password } }))).toBe(false);
  expect(plain(read({ credential: { password: 12345678 } }))).toEqual({ password: '12345678' });
  const damaged = read({ credential: { password: Number('12345678901234567890'), username: 'root' } });
  expect(damaged.fields.get('password')).toMatchObject({ code: 'REPLY_MALFORMED' });
  expect(textOfField(damaged.fields.get('username'))).toBe('root');
});
