import { beforeEach, describe, expect, test } from 'vitest';
import type { Desk, Ended } from '../../support/command-line.js';
import { deskAt } from '../../support/desk-fixture.js';
import { lacks } from '../../support/skips.js';
import { hasSsh, type KeyPair, makeKey, storeKey } from '../../support/sshd.js';
import type { Vault } from '../../vault/index.js';
import { openVault } from '../../vault/vault-fixture.js';

const SAVE = { method: 'POST', path: '/api/pam/key' };
const READ = { method: 'GET', path: '/api/pam/key/300' };
let vault: Vault;
let desk: Desk;
let old: KeyPair;

const stored = (): string | undefined => vault.data.keys.find(({ id }) => id === 300)?.privateKey;
const kept = () => desk.files().find(({ path }) => path.endsWith('.key'));

function put(): Promise<Ended> {
  const args = ['--generate', 'ed25519', '--verify', 'true', '--state', 'state', '--yes'];
  return desk.run(['ssh-key', 'put', 'key-300', ...args]);
}

describe.skipIf(lacks('sshd', hasSsh))('ssh-key put at a vault that answers oddly', () => {
  beforeEach(async () => {
    vault = await openVault({ dialect: 'api' });
    desk = deskAt(vault);
    old = makeKey('ed25519', 'RFC4716');
    storeKey(vault, 300, old);
  });

  test.each([
    ['400 with code 1047', { kind: 'businessError', code: 1_047, handled: true }],
    ['404', { kind: 'status', status: 404, handled: true }],
    ['401', { kind: 'inactiveAuthorization', handled: true }],
  ] as const)('counts the change as made when the vault stored the key and answers %s', async (_, fault) => {
    vault.faults.add({ match: SAVE, fault });
    const ended = await put();
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('All the same, the vault has the new key of key-300');
    expect(ended.stderr).toMatch(/audit: ssh-key\.put 300 .*: done/);
    expect([stored() === old.privateKey, kept()]).toEqual([false, undefined]);
  });

  test.each([true, false])(
    'keeps the new key and says where when the vault answers with an error and cannot be read (stored: %s)',
    async (handled) => {
      vault.faults.add({ match: SAVE, fault: { kind: 'businessError', code: 1_047, handled } });
      vault.faults.add({ match: READ, fault: { kind: 'resourceNotAuthorized' } });
      const ended = await put();
      expect([ended.code, ended.stderr.includes('CHANGE_UNCERTAIN')], ended.stderr).toEqual([1, true]);
      expect(ended.stderr).toContain(`The new key is kept in ${kept()?.path}.`);
      const key = kept()?.bytes.toString();
      expect(key === stored()).toBe(handled);
      const again = await put();
      expect([again.code, stored(), kept()], again.stderr).toEqual([0, key, undefined]);
    },
  );

  test.each([
    ['the key', READ],
    ['the list', { method: 'GET', path: '/api/pam/credential' }],
  ] as const)(
    'keeps a key that the vault confirmed until it was read back: %s cannot be read',
    async (_, match) => {
      const after = match === READ ? 0 : 2;
      vault.faults.add({ match, after, fault: { kind: 'resourceNotAuthorized' } });
      const ended = await put();
      expect(ended.code, ended.stderr).toBe(0);
      expect(ended.stderr).toContain(`the new key is still kept in ${kept()?.path}.`);
      expect(ended.stderr).toContain('remove the file');
      const key = kept()?.bytes.toString();
      expect(key).toBe(stored());
      const again = await put();
      expect([again.code, stored(), kept()], again.stderr).toEqual([0, key, undefined]);
    },
  );

  test('keeps a key that the vault stored as another one, though its custody is still held', async () => {
    vault.faults.add({
      match: SAVE,
      fault: { kind: 'reply', status: 200, body: '{"response":{"status":200}}' },
    });
    vault.faults.add({
      match: { method: 'DELETE', path: /custody/ },
      times: Number.POSITIVE_INFINITY,
      fault: { kind: 'resourceNotAuthorized' },
    });
    const ended = await put();
    expect([ended.code, ended.stderr.includes('CHANGE_UNCERTAIN')], ended.stderr).toEqual([1, true]);
    expect(ended.stderr).toContain(`The new key is kept in ${kept()?.path}.`);
  });
});
