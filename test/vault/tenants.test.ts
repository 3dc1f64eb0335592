import { expect, test } from 'vitest';
import type { Vault } from './index.js';
import { ask, type RawReply } from './raw-client.js';
import { openVault } from './vault-fixture.js';

/** Source: docs.senhasegura.io v3-33, A2A first steps: the parameter `tenant` of the login. */
async function shared(tls: 'valid' | 'off' = 'valid'): Promise<Vault> {
  const vault = await openVault({ tls, tenants: ['acme', 'globex'] });
  vault.authorization('ci').tenant = 'acme';
  return vault;
}

interface Login {
  readonly body?: string;
  readonly query?: string;
  readonly host?: string;
  readonly client?: 'ci' | 'other';
}

function login(vault: Vault, { body, query, host, client = 'ci' }: Login = {}): Promise<RawReply> {
  const { clientId, clientSecret } = vault.clients[client];
  const form = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    ...(body === undefined ? {} : { tenant: body }),
  };
  const path = `/iso/oauth2/token${query === undefined ? '' : `?tenant=${query}`}`;
  return ask(vault, 'POST', path, { form, ...(host === undefined ? {} : { headers: { host } }) });
}

test('a login at an IP address says its tenant, in the body or in the query', async () => {
  const vault = await shared();
  for (const given of [{ body: 'acme' }, { query: 'acme' }, { body: 'acme', query: 'globex' }]) {
    expect((await login(vault, given)).status).toBe(200);
  }
  for (const given of [{}, { body: '' }, { host: 'localhost' }]) {
    const { status, body } = await login(vault, given);
    expect([status, body.error, body.hint]).toEqual([400, 'invalid_request', 'Check the `tenant` parameter']);
  }
});

test('a login at the name of a tenant needs no parameter', async () => {
  const vault = await shared('off');
  expect((await login(vault, { host: `acme.vault.example:${vault.port}` })).status).toBe(200);
  expect((await login(vault, { host: '[::1]:8443' })).status).toBe(400);
  expect((await login(vault, { host: 'globex.vault.example' })).status).toBe(401);
});

test('another tenant does not know the client, and an unknown tenant knows none', async () => {
  const vault = await shared();
  for (const given of [{ body: 'globex' }, { query: 'globex' }, { body: 'initech' }, { body: 'Acme' }]) {
    const { status, body } = await login(vault, given);
    expect([status, body.error]).toEqual([401, 'invalid_client']);
  }
});

test('an authorization of no tenant is known to each', async () => {
  const vault = await shared();
  for (const body of ['acme', 'globex']) {
    expect((await login(vault, { body, client: 'other' })).status).toBe(200);
  }
  expect((await login(vault, { body: 'initech', client: 'other' })).status).toBe(401);
});

test('a vault of one tenant ignores the parameter', async () => {
  expect((await login(await openVault(), { body: 'anything' })).status).toBe(200);
});
