import { describe, expect, test } from 'vitest';
import { Secret } from '../../../../src/core/secret.js';
import { claimsText, readClaims, timeText } from '../../../../src/core/tokens/jwt.js';

const part = (text: string): string => Buffer.from(text).toString('base64url');
const token = (claims: string, header = '{"alg":"RS256"}'): Secret =>
  new Secret(`${part(header)}.${part(claims)}.c2ln`);

test('the registered claims of a token are read without a key', () => {
  const text = '{"iss":"https://a","sub":"s","aud":"x","exp":3,"nbf":2,"iat":1.5,"jti":"j"}';
  expect(readClaims(token(text))).toEqual({
    iss: 'https://a',
    sub: 's',
    aud: ['x'],
    exp: 3,
    nbf: 2,
    iat: 1.5,
  });
});

test('claims of another type count as missing, and an audience may be a list', () => {
  const text = '{"iss":1,"sub":{},"aud":["x",7,"y"],"exp":"3","nbf":null}';
  expect(readClaims(token(text))).toEqual({
    iss: undefined,
    sub: undefined,
    aud: ['x', 'y'],
    exp: undefined,
    nbf: undefined,
    iat: undefined,
  });
});

test.each([
  'opaque',
  'a.b',
  'a.b.c',
  'a.b.c.d',
  '..',
  `${part('{}')}.${part('[]')}.c`,
  `${part('null')}.${part('{}')}.c`,
  `${part('{}')}.${part('{}')}=.c`,
  `${part('{}')}.${part('{"a":')}.c`,
])('%j is not a JWT', (text) => {
  expect(readClaims(new Secret(text))).toBeUndefined();
});

describe('the text to copy', () => {
  test('has issuer, audience and subject, and says what is missing', () => {
    expect(claimsText(readClaims(token('{"iss":"i","aud":["a","b"],"exp":9}')))).toBe(
      'iss "i", aud "a" and "b", sub missing',
    );
    expect(claimsText(readClaims(token('{}')))).toBe('iss missing, aud missing, sub missing');
    expect(claimsText(undefined)).toContain('not a JWT');
  });

  test('has a long subject of a job whole, and no command of a CI system', () => {
    const sub = `repo:acme/shop:ref:refs/heads/${'x'.repeat(255)}`;
    expect(claimsText(readClaims(token(JSON.stringify({ sub }))))).toContain(sub);
    const evil = claimsText(readClaims(token(JSON.stringify({ sub: '\n::add-mask::x\n##vso[task.x]' }))));
    expect(evil).not.toMatch(/\n|::|##/);
    expect(claimsText(readClaims(token(JSON.stringify({ sub: 'x'.repeat(10_000) })))).length).toBeLessThan(
      700,
    );
  });
});

test('a time is shown in UTC, and one that no calendar has does not end the program', () => {
  expect([timeText(1_700_000_000), timeText(1e300)]).toEqual([
    '2023-11-14 22:13:20 UTC',
    'a time that no calendar has',
  ]);
});
