import { constants, privateDecrypt } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Authorization, Vault } from './index.js';
import { ask, tokenFor } from './raw-client.js';
import { openVault } from './vault-fixture.js';

/** Sources: docs.senhasegura.io v3-32, v3-33 and v4: attributes of an authorization, errors of every page. */
async function with94(change: (ci: Authorization) => void): Promise<{ vault: Vault; token: string }> {
  const vault = await openVault();
  const token = await tokenFor(vault, vault.clients.ci);
  change(vault.authorization('ci'));
  return { vault, token };
}

const path = '/iso/pam/credential/94';

test('a module that is not among the authorized resources is HTTP 500', async () => {
  const { vault, token } = await with94((ci) => {
    ci.resources = ['Secret Management'];
  });
  const { status, body } = await ask(vault, 'GET', path, { token });
  expect([status, body.response.message]).toEqual([500, 'You are not authorized to access this resource.']);
  expect((await ask(vault, 'GET', '/iso/sctm/secret', { token })).status).toBe(200);
  expect((await ask(vault, 'GET', '/iso/dapp/application', { token })).status).toBe(500);
  expect((await ask(vault, 'POST', '/iso/cicd/variables', { token })).status).toBe(500);
});

test('a DSM authorization reads no credential', async () => {
  const vault = await openVault();
  const token = await tokenFor(vault, vault.client('billing-production'));
  expect((await ask(vault, 'GET', path, { token })).status).toBe(500);
});

test('an expired authorization is inactive at every resource', async () => {
  const { vault, token } = await with94((ci) => {
    ci.expiresAt = 1;
  });
  const { status, body } = await ask(vault, 'GET', path, { token });
  expect([status, body.response.message]).toEqual([401, 'Inactive authorization']);
});

test('an inactive authorization still gets a token by default', async () => {
  for (const [inactiveGetsToken, status] of [
    [true, 200],
    [false, 401],
  ] as const) {
    const vault = await openVault({ inactiveGetsToken });
    vault.authorization('ci').active = false;
    const { clientId, clientSecret } = vault.clients.ci;
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    expect((await ask(vault, 'POST', '/iso/oauth2/token', { form })).status).toBe(status);
  }
});

test('the address and the referer must be allowed', async () => {
  const address = await with94((ci) => {
    ci.allowedIps = ['10.9.9.9'];
  });
  const denied = await ask(address.vault, 'GET', path, { token: address.token });
  expect([denied.status, denied.body.response.message]).toEqual([403, 'IP not allowed']);
  const { vault, token } = await with94((ci) => {
    ci.allowedReferers = ['https://ci.example'];
    ci.allowedIps = ['127.0.0.1'];
  });
  expect((await ask(vault, 'GET', path, { token })).status).toBe(403);
  const headers = { referer: 'https://ci.example' };
  expect((await ask(vault, 'GET', path, { token, headers })).status).toBe(200);
});

test('each authorization has its own key, and the vault may split a long value into blocks', async () => {
  const long = 'ß'.repeat(300);
  for (const [longEncryptedValues, bytes] of [
    ['blocks', 3 * 256],
    ['fail', 0],
  ] as const) {
    const vault = await openVault({ longEncryptedValues });
    const credential = vault.data.credentials.find(({ id }) => id === 94);
    if (credential === undefined) throw new Error('no credential 94');
    credential.password = long;
    vault.authorization('other').encryption = true;
    const token = await tokenFor(vault, vault.clients.other);
    const sent = (await ask(vault, 'GET', path, { token })).body.credential.password;
    if (bytes === 0) {
      expect(sent).toBe('An error occurred while encrypting the text');
      continue;
    }
    const sealed = Buffer.from(sent, 'base64');
    expect(sealed).toHaveLength(bytes);
    const opened = (key: string) =>
      Buffer.concat(
        [0, 256, 512].map((at) =>
          privateDecrypt(
            { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
            sealed.subarray(at, at + 256),
          ),
        ),
      ).toString('utf8');
    expect(opened(vault.privateKey('other'))).toBe(long);
    expect(() => opened(vault.privateKey('ci'))).toThrow();
  }
});

test('with encryption on, sensitive values are RSA-OAEP-SHA1 and the rest is clear', async () => {
  const { vault, token } = await with94((ci) => {
    ci.encryption = true;
  });
  const open = (value: string) =>
    privateDecrypt(
      { key: vault.privateKey(), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
      Buffer.from(value, 'base64'),
    ).toString('utf8');
  const { credential } = (await ask(vault, 'GET', path, { token })).body;
  expect(open(credential.password)).toBe(vault.password(94));
  const { secrets } = (await ask(vault, 'GET', '/iso/sctm/secret', { token })).body;
  const [row] = secrets[0].data;
  expect(row.USERNAME).toBe('svc_billing');
  expect(open(row.PASSWORD)).toBe(vault.value('postgres', 'PASSWORD'));
});
