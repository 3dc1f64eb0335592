import { expect, test } from 'vitest';
import { ask, askToken, tokenFor } from './raw-client.js';
import { openVault } from './vault-fixture.js';

/** Sources: docs.senhasegura.io v3-32 and v3-33 first steps; helpcenter 3.25 requests-auth; dsmcli, ESO. */
const path = '/iso/oauth2/token';
const grant = { grant_type: 'client_credentials' };

test('gives a bearer with a numeric lifetime and no response wrapper', async () => {
  const vault = await openVault();
  const { status, body } = await askToken(vault, vault.clients.ci);
  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual(['token_type', 'expires_in', 'access_token']);
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3_600 });
  const [head, claims] = body.access_token
    .split('.')
    .map((part: string) => Buffer.from(part, 'base64url').toString());
  expect(JSON.parse(head)).toMatchObject({ typ: 'JWT', alg: 'RS256' });
  const { nbf, exp } = JSON.parse(claims);
  expect(exp - nbf).toBe(3_600);
});

test('gives another token each time, and both are good', async () => {
  const vault = await openVault();
  const [first, second] = [await tokenFor(vault, vault.clients.ci), await tokenFor(vault, vault.clients.ci)];
  expect(first).not.toBe(second);
  for (const token of [first, second]) {
    expect((await ask(vault, 'GET', '/iso/sctm/secret', { token })).status).toBe(200);
  }
});

test('accepts the client in Basic too', async () => {
  const vault = await openVault();
  const { clientId, clientSecret } = vault.clients.ci;
  const headers = { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` };
  expect((await ask(vault, 'POST', path, { headers, form: grant })).status).toBe(200);
});

test('accepts only the configured client authentication', async () => {
  const [body, basic] = [await openVault({ tokenAuth: 'body' }), await openVault({ tokenAuth: 'basic' })];
  const inBasic = (vault: typeof body) => {
    const { clientId, clientSecret } = vault.clients.ci;
    const headers = {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
    };
    return ask(vault, 'POST', path, { headers, form: grant });
  };
  expect((await inBasic(body)).status).toBe(401);
  expect((await inBasic(basic)).status).toBe(200);
  expect((await askToken(basic, basic.clients.ci)).status).toBe(401);
});

test('rejects a wrong secret in a form every client decodes', async () => {
  const vault = await openVault();
  const { status, body } = await askToken(vault, { ...vault.clients.ci, clientSecret: 'wrong' });
  expect(status).toBe(401);
  expect(body).toMatchObject({ error: 'invalid_client', message: 'Client authentication failed' });
});

test('rejects a request without grant or client, and one in JSON', async () => {
  const vault = await openVault();
  const { clientId, clientSecret } = vault.clients.ci;
  expect((await ask(vault, 'POST', path, { form: grant })).body.error).toBe('invalid_request');
  expect((await ask(vault, 'POST', path, { form: { client_id: clientId } })).body.error).toBe(
    'unsupported_grant_type',
  );
  const json = { ...grant, client_id: clientId, client_secret: clientSecret };
  expect((await ask(vault, 'POST', path, { json })).status).toBe(400);
});

test('ignores a stale bearer sent to it', async () => {
  const vault = await openVault();
  const { clientId, clientSecret } = vault.clients.ci;
  const form = { ...grant, client_id: clientId, client_secret: clientSecret };
  expect((await ask(vault, 'POST', path, { form, token: 'stale' })).status).toBe(200);
});

test('has no GET', async () => {
  const vault = await openVault();
  expect((await ask(vault, 'GET', path)).status).toBe(404);
});

test('a token ends with its lifetime', async () => {
  let now = 1_000_000;
  const vault = await openVault({ now: () => now, tokenLifetimeSeconds: 60 });
  const token = await tokenFor(vault, vault.clients.ci);
  now += 59_999;
  expect((await ask(vault, 'GET', '/iso/sctm/secret', { token })).status).toBe(200);
  now += 1;
  const late = await ask(vault, 'GET', '/iso/sctm/secret', { token });
  expect(late.status).toBe(401);
  expect(late.body.error).toBe('access_denied');
});

test('an address that is not allowed gets no token', async () => {
  const vault = await openVault();
  vault.authorization('ci').allowedIps = ['10.9.9.9'];
  const { status, body } = await askToken(vault, vault.clients.ci);
  expect(status).toBe(403);
  expect(body.message).toBe('IP not allowed');
});

test('answers under both prefixes from 3.33, and only under /iso before', async () => {
  const form = (vault: { clients: { ci: { clientId: string; clientSecret: string } } }) => ({
    ...grant,
    client_id: vault.clients.ci.clientId,
    client_secret: vault.clients.ci.clientSecret,
  });
  const [older, newer] = [await openVault(), await openVault({ dialect: 'api' })];
  expect((await ask(older, 'POST', '/api/oauth2/token', { form: form(older) })).body.message).toMatch(
    /no Route/,
  );
  for (const prefix of ['/iso', '/api']) {
    expect((await ask(newer, 'POST', `${prefix}/oauth2/token`, { form: form(newer) })).status).toBe(200);
  }
});

/** Source: community.senhasegura.io/t/como-criar-autorizacoes-de-api/1408. */
test.each(['60', '0', 'soon', ''])('a login with ttl=%s gets a token as without it', async (ttl) => {
  const vault = await openVault({ tokenLifetimeSeconds: 1_800 });
  const { clientId, clientSecret } = vault.clients.ci;
  const form = { ...grant, client_id: clientId, client_secret: clientSecret, ttl };
  const { status, body } = await ask(vault, 'POST', path, { form });
  expect([status, body.expires_in]).toEqual([200, 1_800]);
});
