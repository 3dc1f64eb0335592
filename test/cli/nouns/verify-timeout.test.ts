import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Desk } from '../../support/command-line.js';
import { deskAt } from '../../support/desk-fixture.js';
import { RotationDesk } from '../../support/rotation-desk.js';
import { makeKey, storeKey } from '../../support/sshd.js';
import type { Vault } from '../../vault/index.js';
import { openVault } from '../../vault/vault-fixture.js';

/** Sets the new password, then leaves a process behind and hangs, deaf to SIGTERM; the second run only sets the other one. */
const HANGS = `
if [ ! -e first ]; then
  : > first
  sh set.sh
  sh -c 'trap "" TERM; echo $$ > left; while :; do sleep 1; done' &
  sleep 600
fi
sh set.sh
`;
let vault: Vault;
let desk: Desk;
let rotation: RotationDesk;

beforeEach(async () => {
  vault = await openVault({ dialect: 'api' });
  desk = deskAt(vault);
  rotation = new RotationDesk(desk, vault);
});

const isAlive = (pid: number): boolean => {
  try {
    // A process that has ended is there until it is waited for.
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

test('a command of --verify that does not end in time is stopped with its group, and the old password is put back', async () => {
  writeFileSync(join(desk.folder, 'hangs.sh'), HANGS);
  const ended = await rotation.rotate(['--verify-timeout', '2'], {}, 'sh hangs.sh');
  expect([ended.code, ended.stderr.includes('VERIFY_FAILED')], ended.stderr).toEqual([1, true]);
  expect(ended.stderr).toContain('did not end within 2 s, and was stopped for the new password');
  expect(ended.stderr).toContain('the old password is in use and in the vault');
  expect([rotation.inUse, vault.password(95), rotation.keptFile]).toEqual([
    rotation.old,
    rotation.old,
    undefined,
  ]);
  expect(vault.custodies()).toEqual([]);
  const left = Number(readFileSync(join(desk.folder, 'left'), 'utf8'));
  expect([left > 0, isAlive(left)]).toEqual([true, false]);
});

test('both passwords are kept when the command hangs for the old one too', async () => {
  writeFileSync(join(desk.folder, 'hangs.sh'), 'sh set.sh; sleep 600');
  const ended = await rotation.rotate(['--verify-timeout', '1'], {}, 'sh hangs.sh');
  expect(ended.code, ended.stderr).toBe(1);
  expect(ended.stderr).toContain('Then it did not end within 1 s, and was stopped for the old one');
  expect(ended.stderr).toContain(`the new one is kept in ${rotation.keptFile}`);
  expect([rotation.kept === undefined, vault.password(95)]).toEqual([false, rotation.old]);
});

test('ssh-key put sends nothing when its command does not end in time', async () => {
  storeKey(vault, 300, makeKey('ed25519', 'RFC4716'));
  const ended = await desk.run([
    ...['ssh-key', 'put', 'key-300', '--generate', 'ed25519', '--yes'],
    ...['--verify', 'sleep 600', '--verify-timeout', '1'],
  ]);
  expect([ended.code, ended.stderr.includes('VERIFY_FAILED')], ended.stderr).toEqual([1, true]);
  expect(ended.stderr).toContain('did not end within 1 s, and was stopped for a new key of 300');
  expect(vault.journal.requests.some(({ method, path }) => method === 'POST' && path.endsWith('/key'))).toBe(
    false,
  );
});

test.each([
  [['--new', '--verify', 'true', '--verify-timeout', '0'], 'Write --verify-timeout 60.'],
  [['--new', '--verify', 'true', '--verify-timeout', '1.5'], 'Write --verify-timeout 60.'],
  [['--verify-timeout', '5'], 'add --new'],
])('nothing is read for %j', async (args, remedy) => {
  const ended = await desk.run(['credential', 'rotate', '95', ...args, '--yes']);
  expect([ended.code, ended.stderr.includes(remedy)], ended.stderr).toEqual([2, true]);
  expect(vault.journal.requests).toEqual([]);
});
