import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Vault, VaultOptions } from './index.js';
import { isSigned } from './oauth1.js';
import { ask } from './raw-client.js';
import { openVault } from './vault-fixture.js';

/** Sources: RFC 5849; docs.senhasegura.io v3-32 OAuth 1.0 (HMAC-SHA1 in the header); third-party PLAINTEXT client. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

function signedHeader(vault: Vault, method: string, path: string, more: Record<string, string> = {}): string {
  const keys = vault.clients.ci.oauth1;
  if (keys === undefined) throw new Error('no OAuth 1.0 keys');
  const oauth: Record<string, string> = {
    oauth_nonce: 'nonce',
    oauth_timestamp: '1700000000',
    oauth_version: '1.0',
    oauth_signature_method: 'HMAC-SHA1',
    oauth_consumer_key: keys.consumerKey,
    oauth_token: keys.tokenKey,
  };
  const normalized = Object.entries({ ...oauth, ...more })
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const base = [method, vault.url + path, normalized].map(encode).join('&');
  const key = `${encode(keys.consumerSecret)}&${encode(keys.tokenSecret)}`;
  const signature = createHmac('sha1', key).update(base).digest('base64');
  const parameters = Object.entries({ ...oauth, oauth_signature: signature });
  return `OAuth ${parameters.map(([name, value]) => `${name}="${encode(value)}"`).join(', ')}`;
}

test('agrees with the worked example of the Twitter documentation', () => {
  const parameters = new Map([
    ['oauth_consumer_key', 'xvz1evFS4wEEPTGEFPHBog'],
    ['oauth_nonce', 'kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg'],
    ['oauth_signature', 'hCtSmYh+iHYCEqBWrE7C7hYmtUk='],
    ['oauth_signature_method', 'HMAC-SHA1'],
    ['oauth_timestamp', '1318622958'],
    ['oauth_token', '370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb'],
    ['oauth_version', '1.0'],
  ]);
  const body = 'status=Hello%20Ladies%20%2b%20Gentlemen%2c%20a%20signed%20OAuth%20request%21';
  const exchange = {
    method: 'POST',
    path: '/1.1/statuses/update.json',
    segments: [],
    query: new URLSearchParams('include_entities=true'),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(body),
    remoteAddress: '',
    signedUrl: 'https://api.twitter.com/1.1/statuses/update.json',
  };
  const keys = {
    consumerKey: 'xvz1evFS4wEEPTGEFPHBog',
    consumerSecret: 'kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw',
    tokenKey: '370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb',
    tokenSecret: 'LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE',
  };
  expect(isSigned(exchange, parameters, keys)).toBe(true);
  expect(isSigned({ ...exchange, method: 'GET' }, parameters, keys)).toBe(false);
});

test('a signed request speaks as its authorization', async () => {
  const vault = await openVault();
  const path = '/iso/pam/credential/94';
  const headers = { authorization: signedHeader(vault, 'GET', path) };
  expect((await ask(vault, 'GET', path, { headers })).body.credential.password).toBe(vault.password(94));
  expect(vault.custodies()).toMatchObject([{ holder: vault.clients.ci.clientId }]);
  expect(vault.journal.requests[0]).toMatchObject({ scheme: 'oauth1', clientId: vault.clients.ci.clientId });
});

test('the query and a form are signed too', async () => {
  const vault = await openVault();
  const path = '/iso/pam/credential';
  const form = { hostname: 'app-01', ip: '10.0.0.11', username: 'signed', content: 'a b*(c)' };
  const headers = { authorization: signedHeader(vault, 'POST', path, { ...form, q: '1 2' }) };
  expect((await ask(vault, 'POST', `${path}?q=1%202`, { headers, form })).status).toBe(201);
  expect((await ask(vault, 'POST', `${path}?q=3`, { headers, form })).status).toBe(401);
});

test('a signature for another address is invalid', async () => {
  const vault = await openVault();
  const headers = { authorization: signedHeader(vault, 'GET', '/iso/pam/credential/94') };
  const { status, body } = await ask(vault, 'GET', '/iso/pam/credential/95', { headers });
  expect([status, body.response.message]).toEqual([401, 'Invalid signature']);
});

test('a timestamp is checked only by a vault with a limit for the difference of clocks', async () => {
  const path = '/iso/pam/credential/94';
  const skewed = async (seconds: number, options: VaultOptions) => {
    const vault = await openVault({ now: () => (1_700_000_000 + seconds) * 1_000, ...options });
    const headers = { authorization: signedHeader(vault, 'GET', path) };
    return ask(vault, 'GET', path, { headers });
  };
  const strict = { oauth1ClockSkewSeconds: 300 };
  for (const seconds of [300, -300]) expect((await skewed(seconds, strict)).status).toBe(200);
  for (const seconds of [301, -301]) {
    const { status, body, headers } = await skewed(seconds, strict);
    expect([status, body.response.message]).toEqual([401, 'Invalid signature']);
    expect(Date.parse(headers.date ?? '')).toBe((1_700_000_000 + seconds) * 1_000);
  }
  expect((await skewed(86_400, {})).status).toBe(200);
});

test('PLAINTEXT in the query is accepted without an Authorization header', async () => {
  const vault = await openVault();
  const keys = vault.clients.ci.oauth1;
  const query = new URLSearchParams({
    oauth_consumer_key: keys?.consumerKey ?? '',
    oauth_token: keys?.tokenKey ?? '',
    oauth_signature_method: 'PLAINTEXT',
    oauth_timestamp: '1',
    oauth_nonce: 'n',
    oauth_version: '1.0',
    oauth_signature: `${keys?.consumerSecret}&${keys?.tokenSecret}`,
  }).toString();
  expect((await ask(vault, 'GET', `/iso/pam/credential/94?${query}`)).status).toBe(200);
  expect(JSON.stringify(vault.journal.requests)).not.toContain(keys?.tokenSecret);
});

/** Source: helpcenter.senhasegura.io 3.25 requests-auth, "Without OAuth"; a third-party PHP client sends "-". */
test('two keys without a signature speak as their authorization only where an option allows it', async () => {
  const path = '/iso/pam/credential/94';
  const vault = await openVault({ unsignedOAuth1: true, oauth1ClockSkewSeconds: 300 });
  const { consumerKey = '', tokenKey = '' } = vault.clients.ci.oauth1 ?? {};
  const keys = `oauth_consumer_key=${consumerKey}&oauth_token=${tokenKey}`;
  const other = await openVault({ data: vault.data });
  for (const end of ['', '&oauth_signature=-']) {
    expect((await ask(vault, 'GET', `${path}?${keys}${end}`)).body.credential.id).toBe('94');
    const { status, body } = await ask(other, 'GET', `${path}?${keys}${end}`);
    expect([status, body.response.message]).toEqual([401, 'Invalid signature']);
  }
  expect((await ask(vault, 'GET', `${path}?${keys}&oauth_signature=wrong`)).status).toBe(401);
  expect((await ask(vault, 'GET', `${path}?oauth_consumer_key=${consumerKey}`)).status).toBe(401);
});
