import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Desk, Ended, RunOptions } from '../../support/command-line.js';
import { deskAt } from '../../support/desk-fixture.js';
import { formsIn } from '../../support/encodings.js';
import { ACCOUNT_SCRIPT } from '../../support/rotation-account.js';
import type { Vault } from '../../vault/index.js';
import { openVault } from '../../vault/vault-fixture.js';

const SAVE = { method: 'POST', path: '/api/pam/credential' };
let vault: Vault;
let desk: Desk;
let old: string;

async function open(dialect: 'api' | 'iso' = 'api'): Promise<void> {
  vault = await openVault({ dialect });
  desk = deskAt(vault);
  old = vault.password(95);
  writeFileSync(join(desk.folder, 'set.sh'), ACCOUNT_SCRIPT);
  writeFileSync(join(desk.folder, 'account'), old);
}

beforeEach(() => open());

function rotate(more: readonly string[] = [], options: RunOptions = {}): Promise<Ended> {
  return desk.run(
    ['credential', 'rotate', '95', '--new', '--verify', 'sh set.sh', '--yes', ...more],
    options,
  );
}

const inUse = (): string => readFileSync(join(desk.folder, 'account'), 'utf8');
/** The file that keeps a new password until the vault has it. */
const kept = (): string | undefined =>
  desk.files().find(({ path }) => basename(path).endsWith('.json') && path.includes('rotation'))?.path;

describe('credential rotate --new', () => {
  test.each(['api', 'iso'] as const)(
    'puts a password of our own making into use, then into the vault, in the dialect %s',
    async (dialect) => {
      await open(dialect);
      const ended = await rotate(['--length', '24', '--no-ambiguous', '--output', 'json']);
      expect(ended.code, ended.stderr).toBe(0);
      expect(JSON.parse(ended.stdout.toString())).toMatchObject({ id: '95', outcome: 'changed' });
      expect(inUse()).toBe(vault.password(95));
      expect(inUse()).toMatch(/^[^0Oo1lI]{24}$/);
      expect(inUse()).not.toBe(old);
      expect(ended.stderr).toMatch(/audit: credential\.rotate 95 by client \w+: done/);
      expect([vault.custodies(), kept()]).toEqual([[], undefined]);
    },
  );

  test('hides both passwords in the output of the command, and leaves none in a file', async () => {
    const ended = await rotate(['--debug']);
    expect(ended.stderr).toMatch(/^from \*\*\*[\s\S]* to \*\*\*$/m);
    const printed = Buffer.from(`${ended.stdout}${ended.stderr}`);
    expect(formsIn(printed, [old, vault.password(95)])).toEqual([]);
    const holders = desk.files().filter(({ bytes }) => formsIn(bytes, [old, vault.password(95)]).length > 0);
    expect(holders.map(({ path }) => basename(path))).toEqual(['account']);
  });

  test('gives the command no standard input, and nothing of the login', async () => {
    writeFileSync(join(desk.folder, 'set.sh'), 'cat; env | grep -c SENHASEGURA_CLIENT_SECRET; exit 0\n');
    const ended = await rotate([], { input: 'from outside' });
    expect(ended.stderr).toMatch(/^0$/m);
    expect(ended.stderr).not.toContain('from outside');
  });

  test('leaves the vault as it is and puts the old password back into use when the command fails', async () => {
    const ended = await rotate([], { env: { FAIL: 'after' } });
    expect([ended.code, ended.stderr.includes('VERIFY_FAILED')]).toEqual([1, true]);
    expect(ended.stderr).toContain('the old password is in use and in the vault');
    expect([inUse(), vault.password(95)]).toEqual([old, old]);
    expect([vault.custodies(), kept(), sends()]).toEqual([[], undefined, 0]);
  });

  test('keeps the new password in a private file when the old one is not accepted either, and tries it again', async () => {
    const ended = await rotate([], { env: { FAIL: 'always' } });
    expect([ended.code, vault.password(95)]).toEqual([1, old]);
    const file = kept() ?? '';
    expect(ended.stderr).toContain(`is kept in ${file}`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { password } = JSON.parse(readFileSync(file, 'utf8'));
    expect(inUse()).toBe(password);
    const again = await rotate();
    expect(again.code, again.stderr).toBe(0);
    expect([inUse(), vault.password(95), kept()]).toEqual([password, password, undefined]);
    expect(again.stderr).toContain('an earlier run did not end');
  });

  test('puts the old password back into use when the vault rejects the new one', async () => {
    vault.authorization('ci').permission = 'Read-only';
    const ended = await rotate();
    expect(ended.code).toBe(4);
    expect(ended.stderr).toContain('accepted the new password of credential 95, but the vault rejected it');
    expect([inUse(), vault.password(95), kept()]).toEqual([old, old, undefined]);
  });

  test('finds out by reading what became of a change whose answer was lost', async () => {
    vault.faults.add({ match: SAVE, fault: { kind: 'resetAfter' } });
    const ended = await rotate();
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('All the same, the vault has the new password');
    expect([inUse(), kept(), sends()]).toEqual([vault.password(95), undefined, 1]);
  });

  test('keeps the password that is in use when the vault did not take it, and finishes in the next run', async () => {
    vault.faults.add({ match: SAVE, fault: { kind: 'reset' } });
    const ended = await rotate();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(
      'The new password of credential 95 is in use, and the vault has another one',
    );
    expect(ended.stderr).toMatch(/audit: credential\.rotate 95 .*: uncertain/);
    expect(vault.password(95)).toBe(old);
    const again = await rotate();
    expect(again.code, again.stderr).toBe(0);
    expect([vault.password(95), kept()]).toEqual([inUse(), undefined]);
  });

  test('fails when custody is still held after the password was read back', async () => {
    vault.faults.add({
      match: { method: 'DELETE', path: /custody/ },
      after: 1,
      times: Number.POSITIVE_INFINITY,
      fault: { kind: 'resourceNotAuthorized' },
    });
    const ended = await rotate();
    expect(ended.stderr).toContain('Custody of credential 95 is still held');
    expect([ended.code === 0, inUse(), kept()]).toEqual([false, vault.password(95), undefined]);
  });

  test('does not run the command for a credential whose password the vault changes itself, or that another client holds', async () => {
    Object.assign(vault.data.credentials.find(({ id }) => id === 94) ?? {}, { automaticChange: true });
    const automatic = await desk.run([
      'credential',
      'rotate',
      '94',
      '--new',
      '--verify',
      'touch ran',
      '--yes',
    ]);
    expect([automatic.code, automatic.stderr.includes('segura-secrets credential rotate 94')]).toEqual([
      1,
      true,
    ]);
    vault.holdBy('95', vault.clients.other.clientId);
    const held = await desk.run(['credential', 'rotate', '95', '--new', '--verify', 'touch ran', '--yes']);
    expect(held.code).toBe(6);
    expect(desk.files().map(({ path }) => basename(path))).not.toContain('ran');
  });

  test('takes nothing from a file that another user could write', async () => {
    await rotate(['--state', 'state'], { env: { FAIL: 'always' } });
    const file = kept() ?? '';
    expect(file).toMatch(/segura-secrets-rotation-\w{16}\.json$/);
    writeFileSync(join(desk.folder, 'open.sh'), `chmod 644 '${file}'`);
    await desk.spawn('sh', ['open.sh'], {});
    const ended = await rotate(['--state', 'state']);
    expect([ended.code, ended.stderr.includes('FILE_REFUSED')]).toEqual([1, true]);
    expect(vault.password(95)).toBe(old);
  });

  test('ends with the signal that it gets while the command runs, and says where the new password is', async () => {
    writeFileSync(join(desk.folder, 'set.sh'), 'echo running; exec sleep 30\n');
    const ended = await rotate([], {
      onOutput: (text, pid) => {
        if (/^running$/m.test(text)) process.kill(pid, 'SIGTERM');
      },
    });
    expect(ended.signal ?? ended.code).toBe('SIGTERM');
    expect(ended.stderr).toContain(`it is kept in ${kept()}`);
    expect([vault.custodies(), vault.password(95)]).toEqual([[], old]);
  });

  test.each([
    [['rotate', '95', '--new', '--yes'], "--verify 'COMMAND'"],
    [['rotate', '95', '--length', '20', '--yes'], 'add --new'],
    [['rotate', '95', '--new', '--verify', 'x', '--length', '8'], '--length 32'],
    [['rotate', '95', '--new', '--verify', 'x', '--classes', 'emoji'], 'lower,upper,digits,special'],
    [['rotate', '95', '--new', '--verify', 'x', '--prefix', 'A=B'], '--prefix DB_'],
  ])('rejects %j before anything is read', async (args, remedy) => {
    const ended = await desk.run(['credential', ...args]);
    expect([ended.code, ended.stderr.includes(remedy)], ended.stderr).toEqual([2, true]);
    expect(vault.journal.requests).toEqual([]);
  });

  test('asks first, and with --dry-run says what it would send and runs nothing', async () => {
    const asked = await desk.run(['credential', 'rotate', '95', '--new', '--verify', 'touch ran']);
    expect([asked.code, asked.stderr.includes('NOT_CONFIRMED')]).toEqual([1, true]);
    const dry = await rotate(['--dry-run']);
    expect(dry.stdout.toString()).toMatch(
      /POST +\/api\/pam\/credential +identifier, username, hostname, ip, content/,
    );
    expect([inUse(), vault.everTaken()]).toEqual([old, []]);
  });
});

test('rotate --new does not take the file of another run that it began beside, whose password is in use', async () => {
  const read = { method: 'GET', path: '/api/pam/credential/95' };
  vault.faults.add({ match: read, fault: { kind: 'delay', ms: 2_500 } });
  const second = rotate(['--state', 'one']);
  while (!vault.journal.requests.some(({ path }) => path === '/api/pam/credential')) await sleep(20);
  const locks = (): string[] =>
    desk
      .files()
      .map(({ path }) => path)
      .filter((path) => path.endsWith('.lock'));
  while (locks().length === 0) await sleep(20);
  // As in another container on the same disk, where the lock says nothing.
  for (const path of locks()) rmSync(path);
  writeFileSync(join(desk.folder, 'wait.sh'), 'sh set.sh; sleep 5\n');
  const args = ['credential', 'rotate', '95', '--new', '--verify', 'sh wait.sh', '--yes', '--state', 'two'];
  let pid = 0;
  const first = desk.run(args, {
    onStart: (started) => {
      pid = started;
    },
  });
  const ended = await second;
  expect([ended.code, ended.stderr.includes('CHANGED_MEANWHILE')], ended.stderr).toEqual([1, true]);
  process.kill(pid, 'SIGKILL');
  await first;
  expect(inUse()).not.toBe(old);
  expect(JSON.parse(readFileSync(kept() ?? '', 'utf8'))).toMatchObject({ password: inUse() });
  const again = await rotate(['--state', 'one']);
  expect([again.code, vault.password(95) === inUse(), kept()], again.stderr).toEqual([0, true, undefined]);
});

describe('credential rotate --new beside other credentials', () => {
  const of = (id: number) => {
    const found = vault.data.credentials.find((each) => each.id === id);
    if (found === undefined) throw new Error('the sample has no such credential');
    return found;
  };

  test('does not begin where the vault could take the password for another credential', async () => {
    of(95).identifier = null;
    vault.data.credentials.unshift({ ...of(95), id: 2, password: 'of the domain', domain: 'CORP' });
    const ended = await rotate();
    expect([ended.code, ended.stderr.includes('credential 2 has the same')], ended.stderr).toEqual([1, true]);
    expect([of(2).password, inUse(), vault.everTaken(), sends()]).toEqual(['of the domain', old, [], 0]);
  });

  test.each([
    [
      'its identifier is now of another one',
      0,
      (): void => void Object.assign(of(95), { identifier: 'new' }),
    ],
    ['it has another user name by now', 1, (): void => void Object.assign(of(95), { username: 'renamed' })],
  ] as const)('writes into no other one when %s', async (_, code, change) => {
    const [{ identifier }, other] = [of(95), of(94).password];
    writeFileSync(join(desk.folder, 'wait.sh'), 'echo running; sleep 1; . ./set.sh\n');
    let isDone = false;
    const args = ['credential', 'rotate', '95', '--new', '--verify', 'sh wait.sh', '--yes'];
    const ended = await desk.run(args, {
      onOutput: (text) => {
        if (isDone || !/^running$/m.test(text)) return;
        isDone = true;
        change();
        of(94).identifier = identifier;
      },
    });
    expect(ended.code, ended.stderr).toBe(code);
    expect([of(94).password, vault.password(95), kept()]).toEqual([other, inUse(), undefined]);
    expect(inUse() === old).toBe(code !== 0);
    if (code !== 0) expect(ended.stderr).toContain('CHANGED_MEANWHILE');
  });
});

function sends(): number {
  return vault.journal.requests.filter(({ method, path }) => method === SAVE.method && path === SAVE.path)
    .length;
}
