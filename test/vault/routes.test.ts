import { expect, test } from 'vitest';
import type { VaultOptions } from './index.js';
import { ask, tokenFor } from './raw-client.js';
import { openVault } from './vault-fixture.js';

/** Sources: the version map (docs v3-32, v3-33, v4; third-party tools); the DSM page for both not-found replies. */
const GATEWAY = 'no Route matched with those values';
const ABSENT = 'Resource sub not found';

/** What each path says: the gateway's message, the vault's, or just "answers". */
async function says(options: VaultOptions, paths: string[]): Promise<string[]> {
  const vault = await openVault(options);
  const token = await tokenFor(vault, vault.clients.ci);
  const replies: string[] = [];
  for (const line of paths) {
    const [method = '', path = ''] = line.split(' ');
    const { body } = await ask(vault, method, path, { token });
    const message = body.message ?? body.response?.message ?? '';
    replies.push(message === GATEWAY || message === ABSENT ? message : 'answers');
  }
  return replies;
}

const paths = [
  'GET /iso/pam/credential/94',
  'DELETE /iso/pam/credential/custody/94',
  'GET /api/pam/credential/94',
  'DELETE /api/pam/credential/custody/94',
  'GET /iso/coe/senha/95',
  'GET /iso/coe/senha?credentialId=95',
  'GET /iso/sctm/secret',
  'GET /iso/dapp/application',
  'GET /api/dsm/secret',
];

test('up to 3.32 everything is under /iso', async () => {
  expect(await says({}, paths)).toEqual([
    'answers',
    'answers',
    GATEWAY,
    GATEWAY,
    'answers',
    ABSENT,
    'answers',
    'answers',
    GATEWAY,
  ]);
});

test('from 3.33 PAM is under /api, and under /iso unless that is switched off; DSM is still under /iso', async () => {
  const expected = [ABSENT, ABSENT, 'answers', 'answers', ABSENT, ABSENT, 'answers', 'answers', ABSENT];
  expect(await says({ dialect: 'api', isoPamKept: false }, paths)).toEqual(expected);
  const kept = ['answers', 'answers', ...expected.slice(2)];
  // Source: the Ansible collection of the vendor (2025) sends all its requests below /iso/pam.
  expect(await says({ dialect: 'api' }, paths)).toEqual(kept);
});

test('the legacy server reads passwords only under /iso/coe/senha', async () => {
  const legacy = [ABSENT, 'answers', GATEWAY, GATEWAY, 'answers', ABSENT, 'answers', 'answers', GATEWAY];
  expect(await says({ dialect: 'coe' }, paths)).toEqual(legacy);
  const query = await says({ dialect: 'coe', coe: 'query' }, paths.slice(4, 6));
  expect(query).toEqual([ABSENT, 'answers']);
});

test('either listing of secrets can be absent', async () => {
  const listings = ['GET /iso/sctm/secret', 'GET /iso/dapp/application', 'POST /iso/dapp/application'];
  expect(await says({ sctm: false }, listings)).toEqual([ABSENT, 'answers', 'answers']);
  expect(await says({ dapp: false }, listings)).toEqual(['answers', ABSENT, 'answers']);
  expect(
    await says({ dialect: 'api', apiDsm: true }, ['GET /api/dsm/secret', 'GET /api/dsm/secret/postgres']),
  ).toEqual(['answers', 'answers']);
});

test('an unknown prefix, a double slash and a wrong base path end at the gateway', async () => {
  expect(await says({}, ['GET /other/x', 'GET //iso/sctm/secret', 'GET /iso'])).toEqual([
    GATEWAY,
    GATEWAY,
    GATEWAY,
  ]);
  const vault = await openVault({ basePath: '/vault' });
  expect(vault.url).toMatch(/\/vault$/);
  const token = await tokenFor(vault, vault.clients.ci);
  expect((await ask(vault, 'GET', '/iso/sctm/secret', { token })).status).toBe(200);
  expect(vault.journal.lines()).toEqual(['POST /iso/oauth2/token', 'GET /iso/sctm/secret']);
  const outside = { ...vault, url: vault.url.replace('/vault', '') };
  expect((await ask(outside, 'GET', '/iso/sctm/secret', { token })).body.message).toBe(GATEWAY);
});

test('a request without Authorization ends at the gateway', async () => {
  const vault = await openVault();
  for (const path of ['/iso/pam/credential/94', '/iso/anything']) {
    const { status, body } = await ask(vault, 'GET', path);
    expect([status, body]).toEqual([404, { message: GATEWAY }]);
  }
});

test('a wrong resource is 404 with error code 4 and no exception', async () => {
  const vault = await openVault();
  const token = await tokenFor(vault, vault.clients.ci);
  const { status, body } = await ask(vault, 'GET', '/iso/sctm/secret/postgres', { token });
  expect(status).toBe(404);
  expect(body.response).toMatchObject({
    status: 404,
    message: ABSENT,
    error: true,
    error_code: 4,
    cod_erro: 4,
  });
  expect(body).not.toHaveProperty('exception');
});

test('the legacy read speaks Portuguese and rejects in its body', async () => {
  const vault = await openVault({ dialect: 'coe' });
  const token = await tokenFor(vault, vault.clients.ci);
  const read = (id: string) => ask(vault, 'GET', `/iso/coe/senha/${id}`, { token });
  const { senha } = (await read('94')).body;
  expect(senha).toMatchObject({
    id: '94',
    senha: vault.password(94),
    conteudo: vault.password(94),
    porta: '22',
  });
  expect(vault.everTaken()).toEqual(['94']);
  expect((await read('7777')).body.response).toMatchObject({ status: 404, erro: true });
  vault.authorization('ci').credentialIds = [];
  expect((await read('94')).body.response).toMatchObject({ status: 401, erro: true });
});
