import { expect, test } from 'vitest';
import { ask, tokenFor } from './raw-client.js';
import { openVault } from './vault-fixture.js';

/**
 * Sources: docs.senhasegura.io v3-32 dsm-encryption-key-management-api (`key`, "0" and "1", "deleted", `encrypted_value` in
 * both directions); the later page of each endpoint (`key_id`, booleans, "disabled", `decrypted_value`).
 */
const path = '/iso/sctm/encryption';

test.each([
  ['iso', 'key', 'encrypted_value', ['1', '0'], 'deleted'],
  ['api', 'key_id', 'decrypted_value', [true, false], 'disabled'],
] as const)(
  'encryption keys are made, changed and disabled, and encrypt and decrypt (%s)',
  async (dialect, named, plain, flags, word) => {
    const vault = await openVault({ dialect });
    const token = await tokenFor(vault, vault.clients.ci);
    const send = async (method: string, end: string, json?: unknown) =>
      (await ask(vault, method, `${path}/${end}`, { token, ...(json === undefined ? {} : { json }) })).body;
    const said = (verb: string) => ({
      code: 200,
      response: { status: 200, message: verb, error: false, error_code: 0 },
    });
    const key = {
      name: 'Key-API',
      description: 'made',
      algorithm: 'aes128-gcm96',
      expiration_date: '2030-08-18 11:15:00',
    };
    expect(await send('POST', 'key', key)).toEqual({
      ...said('Encryption key created successfully'),
      id: '1',
    });
    const change = { algorithm: 'aes256-gcm96' };
    expect(await send('PUT', 'key/1', change)).toEqual(said('Encryption key updated successfully'));
    const shown = { ...key, ...change, id: '1' };
    const loaded = {
      ...said('Encryption key loaded successfully'),
      encryption_key: { ...shown, enabled: flags[0] },
    };
    expect(await send('GET', 'key/1')).toEqual(loaded);

    const value = 'cryptokey-api& é\n';
    const sealed = await send('POST', 'encrypt', { [named]: 'Key-API', version: '1', value });
    expect(sealed).toEqual({
      ...said('Value encrypted successfully'),
      encrypted_value: expect.stringMatching(/^[\w+/]+=*$/),
    });
    const back = { [named]: '1', version: '1', value: sealed.encrypted_value };
    expect(await send('POST', 'decrypt', back)).toEqual({
      ...said('Value decrypted successfully'),
      [plain]: value,
    });
    expect(vault.secretValues()).toContain(value);

    expect(await send('DELETE', 'key/1')).toEqual(said(`Encryption key ${word} successfully`));
    const list = {
      ...said('Encryption keys loaded successfully'),
      encryption_keys: [{ ...shown, enabled: flags[1] }],
    };
    expect(await send('GET', 'key')).toEqual(list);
    for (const failing of [back, { ...back, [named]: 'unknown' }])
      expect((await send('POST', 'decrypt', failing)).response.error).toBe(true);
  },
);

test('a value that no key of the vault made is not decrypted', async () => {
  const vault = await openVault();
  const token = await tokenFor(vault, vault.clients.ci);
  await ask(vault, 'POST', `${path}/key`, { token, json: { name: 'k', algorithm: 'aes256-gcm96' } });
  const json = {
    key: 'k',
    version: '1',
    value: Buffer.from('anything at all, and long enough').toString('base64'),
  };
  const { status, body } = await ask(vault, 'POST', `${path}/decrypt`, { token, json });
  expect([status, body.response.error]).toEqual([400, true]);
});
