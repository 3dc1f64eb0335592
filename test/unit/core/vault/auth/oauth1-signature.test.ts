import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../../../src/core/secret.js';
import {
  type OAuth1Keys,
  oauth1Header,
  type SignedRequest,
  signatureBase,
} from '../../../../../src/core/vault/auth/oauth1-signature.js';
import { NASTY } from '../../../../support/nasty.js';
import { lacksPython } from '../../../../support/python.js';
import { lacks } from '../../../../support/skips.js';
import type { Vault } from '../../../../vault/index.js';
import { ask } from '../../../../vault/raw-client.js';
import { openVault } from '../../../../vault/vault-fixture.js';

/** Where `.ci/run` puts requests-oauthlib. */
const LIBRARY = process.env['SEGURA_TEST_OAUTH1'] ?? '';
const CASES = 4_000;

interface Case {
  readonly method: string;
  readonly url: string;
  readonly form: [string, string][] | undefined;
  readonly nonce: string;
  readonly timestampSeconds: number;
  readonly keys: readonly [string, string, string, string];
}

function keysOf([consumerKey, consumerSecret, tokenKey, tokenSecret]: Case['keys']): OAuth1Keys {
  return {
    consumerKey,
    consumerSecret: new Secret(consumerSecret),
    tokenKey,
    tokenSecret: new Secret(tokenSecret),
  };
}

const text = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '+',
    '%20',
    '[]',
    'a[b]',
    '&=',
    "!'()*~-._",
    'a',
    'A',
    'é',
    'e\u0301',
    '😀',
    'ÿ',
    '\0',
  ),
  fc.constantFrom(...Object.values(NASTY).filter(({ length }) => length < 1_000)),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
);
const pairs = fc.array(fc.tuple(text, text), { maxLength: 5 });
/** One text can be written in a query in several ways. */
const asQuery = (text: string, isPlus: boolean): string =>
  isPlus ? encodeURIComponent(text).replaceAll('%20', '+') : encodeURIComponent(text).toLowerCase();
const url = fc
  .record({
    scheme: fc.constantFrom('https', 'http'),
    host: fc.constantFrom('vault.example.com', 'Vault.EXAMPLE.com', '127.0.0.1', '[::1]'),
    port: fc.constantFrom('', ':443', ':80', ':8443'),
    path: fc.array(text, { maxLength: 4 }),
    query: fc.option(pairs, { nil: undefined }),
    isPlus: fc.boolean(),
  })
  .map(({ scheme, host, port, path, query, isPlus }) => {
    const written = query?.map((pair) => pair.map((each) => asQuery(each, isPlus)).join('=')).join('&');
    const segments = path.map((segment) => `/${encodeURIComponent(segment)}`).join('');
    return `${scheme}://${host}${port}${segments}${written === undefined ? '' : `?${written}`}`;
  });
const anyCase: fc.Arbitrary<Case> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'DELETE', 'PUT'),
  url,
  form: fc.option(pairs, { nil: undefined }),
  nonce: fc.stringMatching(/^[A-Za-z0-9]{1,32}$/),
  timestampSeconds: fc.integer({ min: 0, max: 4_000_000_000 }),
  keys: fc.tuple(text, text, text, text).map(
    // An empty one is left out there, which no vault has.
    ([a, b, c, d]) => [`k${a}`, b, `t${c}`, d] as const,
  ),
});

/** The library signs no body of a GET, which has none. */
const aCase = anyCase.map((each) => (each.method === 'GET' ? { ...each, form: undefined } : each));

const lacksLibrary =
  lacksPython || lacks('requests-oauthlib', LIBRARY !== '' && existsSync(join(LIBRARY, 'requests_oauthlib')));

describe.skipIf(lacksLibrary)('compared with requests-oauthlib', () => {
  test('the header is the same for thousands of addresses, parameters and keys', () => {
    const seed = Math.trunc(Math.random() * 2 ** 31);
    const cases = fc.sample(aCase, { numRuns: CASES, seed });
    const theirs = signedByLibrary(cases);
    expect(theirs).toHaveLength(CASES);
    for (const [index, each] of cases.entries()) {
      const { url = '', header } = theirs[index] ?? {};
      // The library signs the address as it sends it.
      const request = { method: each.method, url, form: each.form };
      const told = `seed ${seed}, case ${index}: ${JSON.stringify(each)}`;
      expect(oauth1Header(request, keysOf(each.keys), each), told).toBe(header);
    }
  });
});

function signedByLibrary(cases: readonly Case[]): { url: string; header: string }[] {
  const input = cases.map(({ method, url, form, nonce, timestampSeconds, keys }) => {
    const [consumerKey, consumerSecret, tokenKey, tokenSecret] = keys;
    return {
      method,
      url,
      body: form === undefined ? null : new URLSearchParams(form).toString(),
      nonce,
      timestamp: String(timestampSeconds),
      keys: { consumerKey, consumerSecret, tokenKey, tokenSecret },
    };
  });
  const script = join(import.meta.dirname, '../../../../support/oauth1.py');
  const { status, stdout, stderr } = spawnSync('python3', [script], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: {
      PATH: process.env['PATH'] ?? '',
      PYTHONPATH: LIBRARY,
      PYTHONUTF8: '1',
      PYTHONDONTWRITEBYTECODE: '1',
    },
  });
  if (status !== 0) throw new Error(`python3 ended with ${status} and said: ${stderr}`);
  return JSON.parse(stdout) as { url: string; header: string }[];
}

test('the base string is that of RFC 5849 section 3.4.1.1', () => {
  const request = {
    method: 'post',
    url: 'http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b',
    form: new URLSearchParams('c2&a3=2+q'),
  };
  const protocol = [
    ['oauth_consumer_key', '9djdj82h48djs9d2'],
    ['oauth_token', 'kkk9d7dh3k39sjv7'],
    ['oauth_signature_method', 'HMAC-SHA1'],
    ['oauth_timestamp', '137131201'],
    ['oauth_nonce', '7d8f3e4a'],
  ] as const;
  expect(signatureBase(request, protocol)).toBe(
    'POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7',
  );
});

test('the signature is that of the worked example in the Twitter documentation', () => {
  const request = {
    method: 'POST',
    url: 'https://api.twitter.com/1.1/statuses/update.json?include_entities=true',
    form: [['status', 'Hello Ladies + Gentlemen, a signed OAuth request!']] as const,
  };
  const keys = keysOf([
    'xvz1evFS4wEEPTGEFPHBog',
    'kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw',
    '370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb',
    'LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE',
  ]);
  const once = { nonce: 'kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg', timestampSeconds: 1_318_622_958 };
  expect(oauth1Header(request, keys, once)).toBe(
    'OAuth oauth_nonce="kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg", oauth_timestamp="1318622958", oauth_version="1.0", oauth_signature_method="HMAC-SHA1", oauth_consumer_key="xvz1evFS4wEEPTGEFPHBog", oauth_token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", oauth_signature="hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D"',
  );
});

test('an address is signed as it is sent: no segment is left out, nothing in it is encoded again', () => {
  const base = signatureBase({ method: 'GET', url: "https://v.example/a/../%2e%2E/b'@c//?x" }, []);
  expect(base).toBe(
    `GET&${encodeURIComponent("https://v.example/a/../%2e%2E/b'@c//").replaceAll("'", '%27')}&x%3D`,
  );
});

test('half a character is signed as it is sent', () => {
  const form = [['a', '\ud83d']] as [string, string][];
  const sent = new URLSearchParams(form);
  const request = { method: 'POST', url: 'https://v.example/' };
  expect(signatureBase({ ...request, form }, [])).toBe(signatureBase({ ...request, form: sent }, []));
});

describe('the embedded vault', () => {
  const once = { nonce: 'nonce', timestampSeconds: 1_700_000_000 };
  const signed = (vault: Vault, request: SignedRequest): string => {
    const keys = vault.clients.ci.oauth1;
    if (keys === undefined) throw new Error('no OAuth 1.0 keys');
    const { consumerKey, consumerSecret, tokenKey, tokenSecret } = keys;
    return oauth1Header(request, keysOf([consumerKey, consumerSecret, tokenKey, tokenSecret]), once);
  };

  test('accepts a read, a form with a query, and a release below a base path', async () => {
    const vault = await openVault({ basePath: '/vault' });
    const read = { method: 'GET', url: `${vault.url}/iso/pam/credential/94` };
    expect(
      (await ask(vault, 'GET', '/iso/pam/credential/94', { headers: { authorization: signed(vault, read) } }))
        .status,
    ).toBe(200);
    const form = { hostname: 'app-01', ip: '10.0.0.11', username: 'signed', content: "a b*(c)+[é]'" };
    const path = '/iso/pam/credential?q=1+2&q=%5B';
    const write = { method: 'POST', url: vault.url + path, form: Object.entries(form) };
    const headers = { authorization: signed(vault, write) };
    expect((await ask(vault, 'POST', path, { headers, form })).status).toBe(201);
    const release = { method: 'DELETE', url: `${vault.url}/iso/pam/credential/custody/94` };
    expect(
      (
        await ask(vault, 'DELETE', '/iso/pam/credential/custody/94', {
          headers: { authorization: signed(vault, release) },
        })
      ).status,
    ).toBe(200);
  });

  test('rejects it for another form', async () => {
    const vault = await openVault();
    const path = '/iso/pam/credential';
    const headers = {
      authorization: signed(vault, { method: 'POST', url: vault.url + path, form: [['a', 'b']] }),
    };
    expect((await ask(vault, 'POST', path, { headers, form: { a: 'c' } })).status).toBe(401);
  });
});
