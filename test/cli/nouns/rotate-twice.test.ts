import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Desk, Ended } from '../../support/command-line.js';
import { deskAt } from '../../support/desk-fixture.js';
import { READ, RotationDesk, SAVE } from '../../support/rotation-desk.js';
import { makeKey, storeKey } from '../../support/sshd.js';
import type { Vault } from '../../vault/index.js';
import { openVault } from '../../vault/vault-fixture.js';

const SLOW = 'echo running; sleep 2; sh set.sh';
let vault: Vault;
let desk: Desk;
let rotation: RotationDesk;

beforeEach(async () => {
  vault = await openVault({ dialect: 'api' });
  desk = deskAt(vault);
  rotation = new RotationDesk(desk, vault);
});

const asked = (path: string, method = 'GET'): number =>
  vault.journal.requests.filter((request) => request.path === path && request.method === method).length;

/** Does something once when the command of a run prints `running`. */
function whenRunning(act: () => void): { onOutput: (text: string) => void } {
  let isDone = false;
  return {
    onOutput: (text) => {
      if (isDone || !/^running$/m.test(text)) return;
      isDone = true;
      act();
    },
  };
}

/** What a run on another machine does with the credential. */
function changeElsewhere(): void {
  const found = vault.data.credentials.find(({ id }) => id === 95);
  Object.assign(found ?? {}, { password: 'of another client', changedAt: Date.now() + 60_000 });
}

describe('a second rotation on the same machine', () => {
  test('stops before it reads or changes anything, and the first one finishes', async () => {
    let second: Promise<Ended> | undefined;
    const first = await rotation.rotate(
      ['--state', 'one'],
      whenRunning(() => {
        second = rotation.rotate(['--state', 'two'], {}, 'touch ran');
      }),
      SLOW,
    );
    const ended = await second;
    expect([ended?.code, ended?.stderr.includes('CHANGED_MEANWHILE')], ended?.stderr).toEqual([1, true]);
    expect(ended?.stderr).toContain('Another run on this machine changes credential 95');
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).not.toContain('was not held');
    expect(desk.files().some(({ path }) => path.endsWith('/ran'))).toBe(false);
    expect([rotation.inUse, rotation.keptFile, asked(READ.path)]).toEqual([vault.password(95), undefined, 2]);
    expect((await rotation.rotate()).code).toBe(0);
  });

  test('of an SSH key stops too', async () => {
    storeKey(vault, 300, makeKey('ed25519', 'RFC4716'));
    const put = (verify: string, options = {}): Promise<Ended> =>
      desk.run(['ssh-key', 'put', 'key-300', '--generate', 'ed25519', '--verify', verify, '--yes'], options);
    let second: Promise<Ended> | undefined;
    const running = whenRunning(() => {
      second = put('touch ran');
    });
    const first = await put('echo running; sleep 2', running);
    const ended = await second;
    expect([ended?.code, ended?.stderr.includes('CHANGED_MEANWHILE')], ended?.stderr).toEqual([1, true]);
    expect(first.code, first.stderr).toBe(0);
    expect(desk.files().some(({ path }) => path.endsWith('/ran'))).toBe(false);
    expect(asked('/api/pam/key', 'POST')).toBe(1);
  });

  test('is not held off by one that was killed', async () => {
    let pid = 0;
    const killed = await rotation.rotate(
      [],
      {
        ...whenRunning(() => process.kill(pid, 'SIGKILL')),
        onStart: (started) => {
          pid = started;
        },
      },
      'echo running; sleep 1; sh set.sh',
    );
    expect(killed.signal).toBe('SIGKILL');
    expect(desk.files().filter(({ path }) => path.endsWith('.lock'))).toHaveLength(1);
    const again = await rotation.rotate();
    expect([again.code, rotation.inUse], again.stderr).toEqual([0, vault.password(95)]);
    expect(desk.files().filter(({ path }) => path.endsWith('.lock'))).toEqual([]);
  });
});

describe('a rotation whose credential another client changes meanwhile', () => {
  test('stops before its command runs', async () => {
    vault.faults.add({ match: READ, fault: { kind: 'delay', ms: 1_000 } });
    const run = rotation.rotate([], {}, 'touch ran');
    while (asked('/api/pam/credential') === 0) await new Promise((done) => setTimeout(done, 20));
    await new Promise((done) => setTimeout(done, 100));
    changeElsewhere();
    const ended = await run;
    expect([ended.code, ended.stderr.includes('CHANGED_MEANWHILE')], ended.stderr).toEqual([1, true]);
    expect(ended.stderr).toContain('This run changed nothing.');
    expect(desk.files().some(({ path }) => path.endsWith('/ran'))).toBe(false);
    expect([rotation.keptFile, vault.custodies(), asked(SAVE.path, 'POST')]).toEqual([undefined, [], 0]);
  });

  test.each([
    ['accepted it', 'sh set.sh'],
    ['failed', 'sh set.sh; exit 5'],
  ])('writes nothing over that, and keeps the password in use, when the command %s', async (_, end) => {
    const ended = await rotation.rotate([], whenRunning(changeElsewhere), `echo running; sleep 1; ${end}`);
    expect([ended.code, ended.stderr.includes('CHANGED_MEANWHILE')], ended.stderr).toEqual([1, true]);
    expect(ended.stderr).toContain(`kept in ${rotation.keptFile}`);
    expect([vault.password(95), asked(SAVE.path, 'POST')]).toEqual(['of another client', 0]);
    expect([rotation.kept, rotation.inUse === rotation.old]).toEqual([rotation.inUse, false]);
    const used = rotation.inUse;
    const again = await rotation.rotate();
    expect([again.code, vault.password(95), rotation.keptFile], again.stderr).toEqual([0, used, undefined]);
  });
});

test.each([undefined, 'maybe', null])(
  'rotate --new reads nothing where the vault says %j of automatic change',
  async (value) => {
    const row = { id: '95', username: 'root', hostname: 'web-01', management_ip: '10.0.0.12' };
    const credentials = [{ ...row, type: 'Local User', automatic_change: value }];
    const body = JSON.stringify({ response: { status: 200, error: false }, credentials });
    vault.faults.add({
      match: { method: 'GET', path: '/api/pam/credential' },
      times: Number.POSITIVE_INFINITY,
      fault: { kind: 'reply', status: 200, body },
    });
    writeFileSync(join(desk.folder, 'set.sh'), 'touch ran');
    const ended = await rotation.rotate();
    expect([ended.code, ended.stderr.includes('CHANGE_REFUSED')], ended.stderr).toEqual([1, true]);
    expect(ended.stderr).toContain('credential put 95 --password @FILE');
    expect([vault.everTaken(), asked(SAVE.path, 'POST')]).toEqual([[], 0]);
    expect(desk.files().some(({ path }) => path.endsWith('/ran'))).toBe(false);
  },
);
