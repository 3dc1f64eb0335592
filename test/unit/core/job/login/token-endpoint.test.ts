import { expect, test } from 'vitest';
import { readTokenEndpoint } from '../../../../../src/core/job/login/token-endpoint.js';
import { codesOf, problemsIn } from '../../../fakes.js';

const VAULT = new URL('https://vault.example.com/base');
test.each([
  ['', ''],
  ['/oauth/token', '/oauth/token'],
  ['/oauth/token/', '/oauth/token/'],
  ['https://vault.example.com/base/oauth/token', '/oauth/token'],
  ['https://VAULT.example.com:443/base/oauth/token', '/oauth/token'],
  ['https://vault.example.com/other/token', 'https://vault.example.com/other/token'],
  ['https://broker.example.com/realms/ci/token/', 'https://broker.example.com/realms/ci/token/'],
  ['http://127.0.0.1:8080/token', 'http://127.0.0.1:8080/token'],
])('%j is %s', (text, endpoint) => {
  expect(readTokenEndpoint(text, VAULT)).toBe(endpoint);
});

test.each([
  'oauth/token',
  'http://broker.example.com/token',
  'https://me:hunter2@broker.example.com/token',
  'https://broker.example.com/token?a=b',
  '/token?a=b',
  '/token#a',
  '/a b',
  '/a/../b',
  '//broker.example.com/token',
  '/\\broker.example.com/token',
  '/token\n',
  // A path with two slashes at its start is the address of a host to whatever reads it next.
  'https://vault.example.com/base//oauth/token',
  'https://vault.example.com/base//broker.example.com/token',
])('%j is rejected', (text) => {
  const problems = problemsIn(() => readTokenEndpoint(text, VAULT));
  expect(codesOf(problems)).toEqual(['INPUT_INVALID']);
  expect(problems[0]?.message).toContain('"token-endpoint"');
  expect(`${problems[0]?.message}${problems[0]?.remedy}`).not.toContain('hunter2');
});

test('without a vault, an address stays an address', () => {
  expect(readTokenEndpoint('https://vault.example.com/base/x', undefined)).toBe(
    'https://vault.example.com/base/x',
  );
});

test.each([
  '/oauth/token/',
  'https://vault.example.com/base/a//b',
  'https://vault.example.com/other//x',
  'https://broker.example.com//x',
])('the endpoint of %j is accepted unchanged from a state', (text) => {
  const endpoint = readTokenEndpoint(text, VAULT);
  expect(readTokenEndpoint(endpoint, undefined)).toBe(endpoint);
});
