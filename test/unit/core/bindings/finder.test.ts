import { expect, test } from 'vitest';
import { Finder } from '../../../../src/core/bindings/finder.js';
import { parseRequests } from '../../../../src/core/requests/parse.js';
import { Secret } from '../../../../src/core/secret.js';
import type { Credential } from '../../../../src/core/vault/credential.js';
import type { DsmSecret } from '../../../../src/core/vault/dsm.js';

const [request] = parseRequests('pam', '94 > DB_PASSWORD', []);
if (request === undefined) throw new Error('the request was not read');
const credentialWith = (password: string): Credential => ({
  id: '94',
  fields: new Map([['password', new Secret(password)]]),
  expires: undefined,
});

/** A list that counts how often it is searched. */
function counted(): { secrets: DsmSecret[]; searches: () => number } {
  let searches = 0;
  const one: DsmSecret = {
    get identity() {
      searches += 1;
      return 'postgres';
    },
    version: undefined,
    expires: undefined,
    maps: [new Map([['password', new Secret('hunter2!')]])],
  };
  return { secrets: [one], searches: () => searches };
}

test('a request is searched once, however often its result is needed', () => {
  const { secrets, searches } = counted();
  const [wanted] = parseRequests('dsm', 'postgres/password > DB_PASSWORD', []);
  if (wanted === undefined) throw new Error('the request was not read');
  const finder = new Finder();
  const first = finder.findAny(wanted, { secrets, credentials: new Map() });
  const after = searches();
  expect(finder.find(wanted, { secrets, credentials: new Map() })).toBe(first);
  expect(searches()).toBe(after);
});

test('a credential that was read again is searched again', () => {
  const finder = new Finder();
  const passwordOf = (credential: Credential): string | undefined =>
    finder
      .find(request, { secrets: [], credentials: new Map([['94', credential]]) })
      .find(({ field }) => field === 'password')
      ?.value.reveal();
  expect(passwordOf(credentialWith('before the change'))).toBe('before the change');
  expect(passwordOf(credentialWith('after the change'))).toBe('after the change');
});

test('problems are reported to the binding, each time, and ignored by the masking', () => {
  const finder = new Finder();
  const [wanted] = parseRequests('dsm', 'absent/password > DB_PASSWORD', []);
  if (wanted === undefined) throw new Error('the request was not read');
  const fetched = { secrets: [], credentials: new Map() };
  expect(finder.findAny(wanted, fetched)).toEqual([]);
  for (const _ of [1, 2]) expect(() => finder.find(wanted, fetched)).toThrow('SECRET_NOT_FOUND');
});

test('a credential that was not read has no fields yet', () => {
  const finder = new Finder();
  expect(finder.find(request, { secrets: [], credentials: new Map() })).toEqual([]);
  const credentials = new Map([['94', credentialWith('now it was read')]]);
  expect(finder.find(request, { secrets: [], credentials })).toHaveLength(1);
});
