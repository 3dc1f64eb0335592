import { beforeEach, describe, expect, test } from 'vitest';
import { deskAt } from '../../support/desk-fixture.js';
import { READ, RotationDesk, SAVE } from '../../support/rotation-desk.js';
import type { Vault } from '../../vault/index.js';
import { openVault } from '../../vault/vault-fixture.js';

let vault: Vault;
let rotation: RotationDesk;

beforeEach(async () => {
  vault = await openVault({ dialect: 'api' });
  rotation = new RotationDesk(deskAt(vault), vault);
});

/** A password that is in use is in the vault, or in the file that a message names. */
function lost(): string[] {
  const { inUse, kept } = rotation;
  return [vault.password(95), kept].includes(inUse) ? [] : ['the password in use is nowhere'];
}

describe('rotate --new at a vault that answers the change with an error', () => {
  test.each([
    ['400 with code 1047', { kind: 'businessError', code: 1_047, handled: true }],
    ['400 with code 1039', { kind: 'businessError', code: 1_039, handled: true }],
    ['404', { kind: 'status', status: 404, handled: true }],
    ['401', { kind: 'inactiveAuthorization', handled: true }],
    ['an error with 200', { kind: 'errorWith200', handled: true }],
    ['500', { kind: 'unexpectedError', handled: true }],
  ] as const)('counts the change as made when the vault stored it: %s', async (_, fault) => {
    vault.faults.add({ match: SAVE, fault });
    const ended = await rotation.rotate(['--state', 'state']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('All the same, ');
    expect(ended.stderr).toMatch(/audit: credential\.rotate 95 .*: done/);
    expect([rotation.inUse, rotation.keptFile]).toEqual([vault.password(95), undefined]);
    expect([vault.custodies(), rotation.inUse === rotation.old]).toEqual([[], false]);
  });

  test.each([
    ['400 with code 1047', { kind: 'businessError', code: 1_047 }],
    ['404', { kind: 'status', status: 404 }],
  ] as const)('puts the old password back when the vault has it: %s', async (_, fault) => {
    vault.faults.add({ match: SAVE, fault });
    const ended = await rotation.rotate(['--state', 'state']);
    expect([ended.code === 0, ended.stderr.includes('the old password is in use and in the vault')]).toEqual([
      false,
      true,
    ]);
    expect([rotation.inUse, vault.password(95), rotation.keptFile]).toEqual([
      rotation.old,
      rotation.old,
      undefined,
    ]);
    expect(vault.custodies()).toEqual([]);
    expect(ended.stderr.match(/released custody of 95/g)).toHaveLength(1);
    expect(ended.stderr).not.toContain('was not held');
  });

  test.each([true, false])(
    'keeps the new password in use and in its file when it cannot be read, and finishes in the next run (stored: %s)',
    async (handled) => {
      vault.faults.add({ match: SAVE, fault: { kind: 'businessError', code: 1_047, handled } });
      vault.faults.add({ match: READ, after: 1, fault: { kind: 'resourceNotAuthorized' } });
      const ended = await rotation.rotate();
      expect([ended.code === 0, lost(), rotation.kept], ended.stderr).toEqual([false, [], rotation.inUse]);
      expect(ended.stderr).toContain('CHANGE_UNCERTAIN');
      expect(ended.stderr).toContain(`It is kept in ${rotation.keptFile}`);
      expect(ended.stderr).toMatch(/audit: credential\.rotate 95 .*: uncertain/);
      const used = rotation.inUse;
      const again = await rotation.rotate();
      expect([again.code, vault.password(95), rotation.inUse, rotation.keptFile], again.stderr).toEqual([
        0,
        used,
        used,
        undefined,
      ]);
    },
  );
});

test.each([
  ['the read fails', READ, 1],
  ['custody could not be released before', { method: 'DELETE', path: /custody/ }, 0],
] as const)(
  'keeps the file with a new password that the vault confirmed until it was read: %s',
  async (_, match, after) => {
    const fault = { kind: 'resourceNotAuthorized' } as const;
    vault.faults.add({ match, after, times: 1 + 8 * Number(after === 0), fault });
    const ended = await rotation.rotate();
    expect([rotation.kept, vault.password(95)], ended.stderr).toEqual([rotation.inUse, rotation.inUse]);
    expect(ended.stderr).toContain(`kept in ${rotation.keptFile}`);
    expect(ended.stderr).toContain('remove the file');
    const used = rotation.inUse;
    vault.faults.clear();
    const again = await rotation.rotate();
    expect([again.code, rotation.inUse, vault.password(95), rotation.keptFile], again.stderr).toEqual([
      0,
      used,
      used,
      undefined,
    ]);
  },
);
