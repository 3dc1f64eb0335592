import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/core/vault/connection/connection.js';
import {
  connectionSecretsOf,
  proxyAddress,
  proxySecretsOf,
  resolveNoProxy,
  resolveProxy,
} from '../../../src/http/proxy.js';
import { codesOf, problemsIn } from '../fakes.js';

const HTTPS = new URL('https://vault.example.com');
const HTTP = new URL('http://127.0.0.1:8080');

const proxyOf = (input: string, url: URL, environment: Record<string, string>, noProxy = '') =>
  resolveProxy({ url, input, noProxy, environment });

describe('the proxy', () => {
  test.each<[string, Record<string, string>, URL, string | undefined]>([
    ['', {}, HTTPS, undefined],
    ['http://p:3128', { HTTPS_PROXY: 'http://env:1' }, HTTPS, 'http://p:3128'],
    ['', { HTTPS_PROXY: 'http://env:1', HTTP_PROXY: 'http://no:1' }, HTTPS, 'http://env:1'],
    ['', { https_proxy: 'http://low:1', HTTPS_PROXY: 'http://up:1' }, HTTPS, 'http://low:1'],
    ['', { HTTP_PROXY: 'http://env:1' }, HTTPS, undefined],
    ['', { HTTP_PROXY: 'http://env:1', HTTPS_PROXY: 'http://env:2' }, HTTP, undefined],
    ['proxy.example.com:3128', {}, HTTPS, 'http://proxy.example.com:3128'],
    ['http://user:p%40ss@p:3128', {}, HTTPS, 'http://user:p%40ss@p:3128'],
  ])('of input %j and environment %j', (input, environment, url, proxy) => {
    expect(proxyOf(input, url, environment)).toBe(proxy);
  });

  test('is rejected for a vault on this machine, to which it would carry the credentials in clear text', () => {
    expect(codesOf(problemsIn(() => proxyOf('http://p:3128', HTTP, {})))).toEqual(['INPUT_INVALID']);
  });

  test.each([
    'socks5://user:hunter2@p:1',
    'http://user:hunter2@',
    'http://user:hunter2%zz@p:1',
    'http://hunter2%E4:%BD%A0@p:1',
    'user:hunter2@p:x',
    'hunter2 hunter2',
  ])('%s is rejected without being repeated', (text) => {
    for (const [input, environment] of [
      [text, {}],
      ['', { https_proxy: text }],
    ] as const) {
      const problems = problemsIn(() => proxyOf(input, HTTPS, environment));
      expect(codesOf(problems)).toEqual(['INPUT_INVALID']);
      expect(`${problems[0]?.message}${problems[0]?.remedy}`).not.toContain('hunter2');
    }
  });

  test('is not checked if it is not used', () => {
    for (const text of ['socks5://p:1080', 'http://p:3128', 'hunter2 hunter2']) {
      expect(proxyOf(text, HTTPS, {}, '.example.com')).toBeUndefined();
      expect(proxyOf('', HTTPS, { HTTPS_PROXY: text }, 'other.example,vault.example.com')).toBeUndefined();
    }
  });

  test('hosts without it come from the input or the environment', () => {
    expect(resolveNoProxy('a', { NO_PROXY: 'b' })).toBe('a');
    expect(resolveNoProxy('', { NO_PROXY: 'b' })).toBe('b');
    expect(resolveNoProxy('', { NO_PROXY: 'b', no_proxy: 'c' })).toBe('c');
    expect(resolveNoProxy('', {})).toBe('');
  });
});

describe('user and password of the proxy', () => {
  const proxy = 'http://us%20er:p%40ss%3Aword@p:3128/';

  test('go into a header and out of the address', () => {
    const authorization = `Basic ${Buffer.from('us er:p@ss:word').toString('base64')}`;
    const read = proxyAddress(proxy);
    expect([read?.address.href, read?.authorization]).toEqual(['http://p:3128/', authorization]);
    expect(proxyAddress('http://p:3128/')?.authorization).toBeUndefined();
    expect(proxyAddress(undefined)).toBeUndefined();
  });

  test('are hidden as they were written, where that is not how an address writes them, and a token without password', () => {
    const values = (address: string) => proxySecretsOf(address).map(({ value }) => value);
    expect(values('http://u:a^b%40c@p:1')).toEqual(['a%5Eb%40c', 'a^b%40c', 'a^b@c']);
    expect(values('http://TOKEN@p:1')).toEqual(['TOKEN', 'TOKEN']);
    expect(values('http://p:1')).toEqual([]);
  });

  test('are hidden as written and as meant', () => {
    expect(proxySecretsOf(proxy)).toEqual([
      { value: 'p%40ss%3Aword' },
      { value: 'p%40ss%3Aword' },
      { value: 'p@ss:word', user: 'us er' },
    ]);
    expect(proxySecretsOf(undefined)).toEqual([]);
  });
});

test('the key and the passphrase of a client certificate are hidden like the login of the proxy', () => {
  const proxy = 'http://proxy.example.com';
  const values = (clientCertificate: Connection['clientCertificate']) =>
    connectionSecretsOf({ proxy, clientCertificate }).map(({ value }) => value);
  expect(values(undefined)).toEqual([]);
  expect(values({ certificate: 'CERTIFICATE', key: 'KEY', passphrase: 'PASSPHRASE' })).toEqual([
    'KEY',
    'PASSPHRASE',
  ]);
  expect(values({ pfx: 'PFX' })).toEqual(['PFX']);
  expect(
    connectionSecretsOf({ proxy: 'http://u:p@proxy.example.com', clientCertificate: { pfx: 'PFX' } }),
  ).toEqual([...proxySecretsOf('http://u:p@proxy.example.com'), { value: 'PFX' }]);
});
