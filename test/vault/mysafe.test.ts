import { expect, test } from 'vitest';
import { ask, tokenFor } from './raw-client.js';
import { openVault } from './vault-fixture.js';

/** Sources: docs.senhasegura.io v3-32, v3-33 and v4, "MySafe APIs", and the older "My Safe API" with the prefix iso. */
const DIALECTS = [
  ['api', '/api/mysafe'],
  ['iso', '/iso/mysafe'],
] as const;

test.each(DIALECTS)(
  'MySafe lists each kind without its values, and filters, in the dialect %s',
  async (dialect, path) => {
    const vault = await openVault({ dialect, isoPamKept: false });
    const token = await tokenFor(vault, vault.client('mysafe'));
    const passwords = await ask(vault, 'GET', `${path}/password?tag=registry`, { token });
    expect([passwords.status, passwords.body.code, passwords.body.password_on_list]).toEqual([
      200,
      200,
      [
        {
          identifier: '6',
          name: 'registry',
          url: 'https://registry.example.com',
          username: 'publisher',
          tags: 'ci, registry',
          need_justify: '0',
          need_approval: '0',
          can_view: true,
          can_write: true,
        },
      ],
    ]);
    const notes = await ask(vault, 'GET', `${path}/note`, { token });
    expect(notes.body.note_on_list.map((row: { name: string }) => row.name)).toEqual(['license']);
    const coded = await ask(vault, 'GET', `${path}/secretapi?identifier_code=12534`, { token });
    expect(coded.body.api_secret_on_list.map((row: { identifier: string }) => row.identifier)).toEqual(['4']);
    for (const { text } of [passwords, notes, coded])
      for (const value of vault.secretValues()) expect(text).not.toContain(value);
  },
);

test.each(DIALECTS)('MySafe reads an item by its number only, in the dialect %s', async (dialect, path) => {
  const vault = await openVault({ dialect, isoPamKept: false, now: () => 59_000 });
  const token = await tokenFor(vault, vault.client('mysafe'));
  const seeded = vault.data.safe.find(({ id }) => id === 6);
  // The seed and the time of the first test vector of RFC 6238, of which six digits are sent.
  Object.assign(seeded?.fields ?? {}, { secret_key: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' });
  const read = await ask(vault, 'GET', `${path}/password/6`, { token });
  expect(read.body.password_entity).toEqual({
    ...{ identifier: '6', ...seeded?.fields, token: 287_082 },
    ...{ users_allowed: [], groups_allowed: [] },
  });
  expect((await ask(vault, 'GET', `${path}/secretapi/3`, { token })).body.api_secret_entity).toMatchObject({
    client_id: 'gcp-deployer',
    identifier_code: 'gcp-deploy',
  });
  const code = async (method: string, rest: string, json?: object) =>
    (await ask(vault, method, path + rest, { token, json })).body.exception.code;
  expect(await code('GET', '/password/registry')).toBe(1010);
  expect(await code('GET', '/password/3')).toBe(1005);
  expect(await code('PUT', '/note/update/99', {})).toBe(1005);
  Object.assign(seeded ?? {}, { active: false });
  expect(await code('GET', '/password/6')).toBe(dialect === 'api' ? 1009 : 1005);
  Object.assign(seeded ?? {}, { active: true, viewers: [], editors: [] });
  expect(await code('GET', '/password/6')).toBe(1006);
});

test.each(DIALECTS)('MySafe creates and updates items, in the dialect %s', async (dialect, path) => {
  const vault = await openVault({ dialect, isoPamKept: false });
  const token = await tokenFor(vault, vault.client('mysafe'));
  const send = (method: string, rest: string, json: object) =>
    ask(vault, method, path + rest, { token, json });
  const given = {
    name: 'GCP',
    url: 'https://gcp.com',
    client_id: 'id',
    client_secret: 'gf5464',
    method: 'get',
  };
  const missing = await send('POST', '/secretapi', { ...given, url: '' });
  expect(missing.body.exception).toMatchObject({
    code: 1001,
    message: "1001: Parameter 'url' was not informed!",
  });
  const made = await send('POST', '/secretapi', { ...given, identifier_code: 'one' });
  expect([made.status, made.body.api_entity]).toEqual([
    201,
    {
      ...{ identifier: '10', ...given, identifier_code: 'one', tags: '', notes: '' },
      ...{ users_allowed: [], groups_allowed: [], shared_error: [] },
    },
  ]);
  expect((await send('POST', '/secretapi', { ...given, identifier_code: 'one' })).body.exception.code).toBe(
    1001,
  );
  const updated = await send('PUT', '/secretapi/update/10', { client_secret: 'other' });
  expect(updated.body.api_entity).toMatchObject({ name: 'GCP', client_secret: 'other' });
  const password = await send('POST', '/password', {
    name: 'n',
    username: 'u',
    password: 'p',
    notes: 'about',
  });
  expect(password.body.password_entity).toEqual({
    ...{ identifier: '11', name: 'n', url: '', username: 'u', note: 'about', tags: '' },
    ...{ users_allowed: [], groups_allowed: [], shared_error: [] },
  });
  const long = await send('POST', '/note', { name: 'long', note: 'x'.repeat(901) });
  expect(long.status).toBe(dialect === 'api' ? 400 : 201);
  const off = await send('POST', '/password/inactive/11', {});
  const again = await send('POST', '/password/inactive/11', {});
  expect([off, again].map(({ status, body }) => [status, body.response.message])).toEqual([
    [200, 'Password successfully deactivated'],
    [200, 'Password has already been deactivated'],
  ]);
  vault.authorization('mysafe').permission = 'Read-only';
  expect((await send('PUT', '/secretapi/update/10', { name: 'x' })).body.exception.code).toBe(1006);
});

test('an access key of MySafe opens nothing else, and no other authorization opens MySafe', async () => {
  const vault = await openVault({ dialect: 'api' });
  const [safe, ci] = [await tokenFor(vault, vault.client('mysafe')), await tokenFor(vault, vault.clients.ci)];
  for (const [token, path] of [
    [safe, '/iso/sctm/secret'],
    [safe, '/api/pam/credential'],
    [ci, '/api/mysafe/password'],
  ] as const) {
    const { status, body } = await ask(vault, 'GET', path, { token });
    expect([status, body.response.message]).toEqual([500, 'You are not authorized to access this resource.']);
  }
});

test('a key that encrypts gets the values of MySafe encrypted, and the rest as it is', async () => {
  const vault = await openVault({ dialect: 'api' });
  vault.authorization('mysafe').encryption = true;
  const token = await tokenFor(vault, vault.client('mysafe'));
  const { body } = await ask(vault, 'GET', '/api/mysafe/password/5', { token });
  expect(body.password_entity.username).toBe('dleite');
  expect(Buffer.from(body.password_entity.password, 'base64').length).toBe(256);
});
