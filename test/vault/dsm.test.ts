import { expect, test } from 'vitest';
import type { Vault, VaultOptions } from './index.js';
import { ask, tokenFor } from './raw-client.js';
import { openVault } from './vault-fixture.js';

/** Sources: docs.senhasegura.io v3-32 and v3-33 DSM pages; segura-security/dsmcli; external-secrets. */
async function opened(options: VaultOptions = {}, name = 'ci'): Promise<{ vault: Vault; token: string }> {
  const vault = await openVault(options);
  return { vault, token: await tokenFor(vault, vault.client(name)) };
}

const wanted = { application: 'billing', system: 'payments', environment: 'production' };

test('registration finds the authorization and gives its client id and secret', async () => {
  const { vault, token } = await opened();
  const { status, body } = await ask(vault, 'POST', '/iso/dapp/Application', { token, form: wanted });
  expect(status).toBe(200);
  const { clientId, clientSecret } = vault.client('billing-production');
  expect(body).toEqual({
    response: {
      status: 200,
      message: 'Application updated: (1) billing | Authorization found: (3)',
      error: false,
      error_code: 0,
      mensagem: 'Application updated: (1) billing | Authorization found: (3)',
      erro: false,
      cod_erro: 0,
    },
    id: clientId,
    signature: clientSecret,
  });
});

test('registration takes a form, JSON and multipart, under both spellings', async () => {
  const { vault, token } = await opened();
  const id = vault.client('billing-production').clientId;
  const multipart = Object.entries(wanted)
    .map(([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('');
  const headers = { 'content-type': 'multipart/form-data; boundary=x' };
  for (const request of [{ form: wanted }, { json: wanted }, { headers, body: `${multipart}--x--\r\n` }]) {
    const path = '/iso/dapp/application';
    expect((await ask(vault, 'POST', path, { token, ...request })).body.id).toBe(id);
  }
});

test('registration makes what is missing, and the new identity works', async () => {
  const { vault, token } = await opened();
  const form = { application: 'brand new', system: 's', environment: 'e' };
  const { body } = await ask(vault, 'POST', '/iso/dapp/application', { token, form });
  expect(body.response.message).toBe('Application created: (3) brand new | Authorization created: (5)');
  expect(body.id).toMatch(/^[0-9a-f]{41}$/);
  expect(vault.secretValues()).toContain(body.signature);
  const fresh = await tokenFor(vault, { clientId: body.id, clientSecret: body.signature });
  expect((await ask(vault, 'GET', '/iso/sctm/secret', { token: fresh })).body.secrets).toEqual([]);
  expect((await ask(vault, 'POST', '/iso/dapp/application', { token, form })).body.id).toBe(body.id);
});

test('a unique key finds the authorization whatever the system says', async () => {
  const { vault, token } = await opened();
  const staging = vault.authorization('billing-staging');
  staging.uniqueKey = 'key-1';
  const json = { ...wanted, unique_key: 'key-1' };
  const { body } = await ask(vault, 'POST', '/iso/dapp/application', { token, json });
  expect(body.id).toBe(staging.clientId);
});

test('registration needs its permission and its fields', async () => {
  const { vault, token } = await opened({}, 'other');
  const closed = await ask(vault, 'POST', '/iso/dapp/application', { token, form: wanted });
  expect([closed.status, closed.body.response.message]).toEqual([
    500,
    'You are not authorized to access this resource.',
  ]);
  const ci = await tokenFor(vault, vault.clients.ci);
  const form = { application: 'billing', system: 'payments' };
  expect((await ask(vault, 'POST', '/iso/dapp/application', { token: ci, form })).status).toBe(400);
});

test('sctm lists the secrets of the authorization, dapp those of the application', async () => {
  const { vault, token } = await opened({}, 'billing-staging');
  const sctm = await ask(vault, 'GET', '/iso/sctm/secret', { token });
  expect(sctm.body.secrets.map((secret: { identity: string }) => secret.identity)).toEqual([
    'staging/postgres',
  ]);
  expect(sctm.body).not.toHaveProperty('application');
  const dapp = await ask(vault, 'GET', '/iso/dapp/application', { token });
  expect(dapp.body.application).toMatchObject({
    name: 'billing',
    system: 'payments',
    environment: 'staging',
  });
  expect(dapp.body.application.secrets).toHaveLength(7);
  expect(dapp.body.response).not.toHaveProperty('error_code');
});

test('a secret has text for its numbers, several items and null values', async () => {
  const { vault, token } = await opened();
  const { body } = await ask(vault, 'GET', '/iso/sctm/secret', { token });
  const secret = body.secrets.find(({ identity }: { identity: string }) => identity === 'billing-cloud');
  expect(secret).toMatchObject({ secret_id: '104', version: '2', expiration_date: '', engine: 'Kubernetes' });
  expect(secret).not.toHaveProperty('renew_cloud_time');
  expect(secret.data).toHaveLength(3);
  expect(secret.data[1]).toHaveProperty('TTL', null);
  const newer = await opened({ dialect: 'api' });
  const later = await ask(newer.vault, 'GET', '/iso/sctm/secret', { token: newer.token });
  expect(later.body.secrets[0]).toMatchObject({ description: '', renew_cloud_time: false });
});

test('data may be one plain object', async () => {
  const { vault, token } = await opened({}, 'other');
  const { body } = await ask(vault, 'GET', '/iso/sctm/secret', { token });
  expect(body.secrets[0].data).toEqual({
    APP_VAR1: vault.value('object-shaped', 'APP_VAR1'),
    APP_VAR2: vault.value('object-shaped', 'APP_VAR2'),
  });
});

test('a secret is created and updated from base64 of its groups', async () => {
  const { vault, token } = await opened();
  const data = (password: string) =>
    Buffer.from(
      JSON.stringify({
        credentials: [
          { credential: { fields: { user: 'u', user_label: 'USER', password, password_label: 'PW' } } },
        ],
        key_value: { fields: { VALUE: 'v' } },
      }),
    ).toString('base64');
  const fields = { name: 'new', identity: 'new', engine: 'Generic' };
  const made = await ask(vault, 'POST', '/iso/sctm/secret', {
    token,
    form: { ...fields, data: data('one') },
  });
  expect([made.status, made.body.response.message]).toEqual([201, 'Secret created successfully.']);
  expect(made.body.application.secrets.at(-1)).toMatchObject({
    version: '1',
    data: [{ USER: 'u', PW: 'one' }, { VALUE: 'v' }],
  });
  await ask(vault, 'POST', '/iso/sctm/secret', { token, json: { ...fields, data: data('two') } });
  expect(vault.value('new', 'PW')).toBe('two');
  expect(vault.secretValues()).toEqual(expect.arrayContaining(['one', 'two']));
  const bad = await ask(vault, 'POST', '/iso/sctm/secret', { token, json: { ...fields, data: '{}' } });
  expect(bad.status).toBe(400);
});

test('variables arrive in comma-base64 and are kept as they were', async () => {
  const { vault, token } = await opened();
  const encode = (text: string) =>
    Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ',');
  const environment = 'A=1\nB=ção?>~~';
  const form = { env: encode(environment), map: '' };
  const { body } = await ask(vault, 'POST', '/iso/cicd/variables', { token, form });
  expect(body.response).toMatchObject({ status: 200, error: false });
  expect(vault.data.variables).toEqual([{ clientId: vault.clients.ci.clientId, environment, mapping: '' }]);
});

test('a deleted authorization is inactive from then on', async () => {
  const { vault, token } = await opened();
  const path = '/iso/dapp/application/authorization';
  expect((await ask(vault, 'DELETE', path, { token })).body).toMatchObject({
    code: 200,
    response: { message: 'Authorization deleted successfully.' },
  });
  const again = await ask(vault, 'DELETE', path, { token });
  expect(again.status).toBe(401);
  expect(again.body.response).toMatchObject({
    message: 'Inactive authorization',
    error: true,
    error_code: 1,
  });
  expect(again.body).not.toHaveProperty('exception');
});

/** Source: helpcenter.senhasegura.io 3.21 dsm/secrets: "automatically inactivated" on its expiration date. */
test('a secret past its expiration date is not listed, until it gets a later date', async () => {
  const now = (): number => Date.UTC(2026, 0, 2);
  const vault = await openVault({ now, tokenLifetimeSeconds: 86_400 });
  const token = await tokenFor(vault, vault.clients.ci);
  const identities = async (): Promise<string[]> =>
    [
      ...(await ask(vault, 'GET', '/iso/sctm/secret', { token })).body.secrets,
      ...(await ask(vault, 'GET', '/iso/dapp/application', { token })).body.application.secrets,
    ].map(({ identity }: { identity: string }) => identity);
  const [secret] = vault.data.secrets.filter(({ identity }) => identity === 'postgres');
  const count = vault.data.secrets.length;
  if (secret === undefined) throw new Error('no such secret');
  secret.expirationDate = '2026-01-01 23:59:59';
  expect(await identities()).not.toContain('postgres');
  const data = Buffer.from('{"key_value":{"fields":{"A":"b"}}}').toString('base64');
  const form = { identity: 'postgres', engine: 'Generic', data, expiration_date: '2027-01-01 00:00:00' };
  expect((await ask(vault, 'POST', '/iso/sctm/secret', { token, form })).status).toBe(201);
  expect(await identities()).toContain('postgres');
  expect(vault.data.secrets).toHaveLength(count);
});

/** Source: unofficial notes of the endpoint; no official page has it. */
test('where /api/dsm/secret exists, one secret is an object in response.secret', async () => {
  const { vault, token } = await opened({ dialect: 'api', apiDsm: true });
  const one = (await ask(vault, 'GET', '/api/dsm/secret/postgres', { token })).body;
  expect(one.response.secret).toMatchObject({ identity: 'postgres' });
  expect(one.response).not.toHaveProperty('secrets');
  const all = (await ask(vault, 'GET', '/api/dsm/secret', { token })).body;
  expect(all.response.secrets).toContainEqual(one.response.secret);
});

/** Source: docs.senhasegura.io v3-32 CI/CD variables, "saved as a secret"; dsmcli for the mapping and its encoding. */
test('an approved variable of a mapping becomes a DSM secret, and one that is pending does not', async () => {
  const encode = (plain: string) =>
    Buffer.from(plain).toString('base64').replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ',');
  const map =
    'key_value:\n  - name: app-vars\n    fields: [TOKEN]\ncredentials:\n  - name: app-db\n    fields: {user: U, password: P}\n';
  const form = { env: encode('TOKEN=a=b\nU=me\nP=pw\nOTHER=x'), map: encode(map) };
  for (const variablesApproved of [true, false]) {
    const { vault, token } = await opened({ variablesApproved });
    expect((await ask(vault, 'POST', '/iso/cicd/variables', { token, form })).status).toBe(200);
    const { secrets } = (await ask(vault, 'GET', '/iso/sctm/secret', { token })).body;
    const data = ['app-vars', 'app-db'].map(
      (name) => secrets.find(({ identity }: { identity: string }) => identity === name)?.data,
    );
    expect(data).toEqual(
      variablesApproved ? [[{ TOKEN: 'a=b' }], [{ user: 'me', password: 'pw' }]] : [undefined, undefined],
    );
  }
});

test('mapped variables replace values that leak scans still know, and a line without = is no variable', async () => {
  const encode = (plain: string) => Buffer.from(plain).toString('base64').replaceAll('=', ',');
  const { vault, token } = await opened({ variablesApproved: true });
  const map = encode('key_value:\n  - name: app-vars\n    fields: [TOKEN, ab]\n');
  for (const value of ['first', 'second']) {
    const form = { env: encode(`TOKEN=${value}\nabc\n`), map };
    expect((await ask(vault, 'POST', '/iso/cicd/variables', { token, form })).status).toBe(200);
  }
  const secret = vault.data.secrets.find(({ identity }) => identity === 'app-vars');
  expect(secret?.data).toEqual([{ TOKEN: 'second', ab: null }]);
  expect(vault.secretValues()).toEqual(expect.arrayContaining(['first', 'second']));
});
