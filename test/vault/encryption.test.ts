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
    // Up to 3.32 a date is shown in another form than it is sent.
    const expiration_date = dialect === 'iso' ? '08/18/2030 11:15:00' : key.expiration_date;
    const shown = { ...key, ...change, expiration_date, id: '1' };
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

/** Source: the first page: "With each key update, the version field will also be updated". */
test('a value of an earlier version of a key, or of no version, is decrypted, and one of another vault is not', async () => {
  const opened = async () => {
    const vault = await openVault();
    const token = await tokenFor(vault, vault.clients.ci);
    const send = (method: string, end: string, json: unknown) =>
      ask(vault, method, `${path}/${end}`, { token, json });
    await send('POST', 'key', { name: 'k', algorithm: 'aes128-gcm96' });
    return send;
  };
  const [one, other] = [await opened(), await opened()];
  const sealed = await one('POST', 'encrypt', { key: 'k', version: '1', value: 'first' });
  await one('PUT', 'key/1', { algorithm: 'aes256-gcm96' });
  const newest = await one('POST', 'encrypt', { key: 'k', value: 'second' });
  const decrypted = async (send: typeof one, version: string, { body }: typeof sealed) => {
    const json = { key: 'k', version, value: body.encrypted_value };
    const reply = (await send('POST', 'decrypt', json)).body;
    return reply.encrypted_value ?? reply.exception.code;
  };
  expect(await decrypted(one, '1', sealed)).toBe('first');
  expect(await decrypted(one, '2', newest)).toBe('second');
  expect(await decrypted(one, '', newest)).toBe('second');
  for (const version of ['2', '3', 'x']) expect(await decrypted(one, version, sealed)).toBe(1003);
  expect(await decrypted(other, '1', sealed)).toBe(1003);
});
