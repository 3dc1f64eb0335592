import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Desk, Ended } from '../../support/command-line.js';
import { deskAt } from '../../support/desk-fixture.js';
import { formsIn } from '../../support/encodings.js';
import { lacks } from '../../support/skips.js';
import { hasSsh, type KeyPair, makeKey, Sshd, storeKey } from '../../support/sshd.js';
import type { SshKey, Vault } from '../../vault/index.js';
import { openVault } from '../../vault/vault-fixture.js';

const SAVE = { method: 'POST', path: '/api/pam/key' };
let vault: Vault;
let desk: Desk;
let old: KeyPair;

async function open(dialect: 'api' | 'iso' = 'api'): Promise<void> {
  vault = await openVault({ dialect });
  desk = deskAt(vault);
  storeKey(vault, 300, old);
}

const stored = (identifier: string): SshKey | undefined =>
  vault.data.keys.find((key) => key.identifier === identifier);
const halfOf = (publicKey: string | undefined): string => (publicKey ?? '').split(' ').slice(0, 2).join(' ');
/** A line in the middle of a private key, as it would stand in a leak. */
const bodyOf = (privateKey: string): string => privateKey.split('\n').slice(2, 4).join('').slice(10, 60);
const sends = (): number =>
  vault.journal.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/pam/key')).length;

function put(...args: string[]): Promise<Ended> {
  return desk.run(['ssh-key', 'put', ...args]);
}

describe.skipIf(lacks('sshd', hasSsh))('ssh-key put', () => {
  beforeEach(async () => {
    old = makeKey('ed25519', 'RFC4716');
    await open();
  });

  test('does not give up the new key of a killed run for a key that is given', async () => {
    const killed = await put('key-300', '--generate', 'ed25519', '--verify', 'kill -9 $PPID', '--yes');
    expect(killed.signal, killed.stderr).toBe('SIGKILL');
    const kept = () => desk.files().find(({ path }) => path.endsWith('.key'));
    const key = kept()?.bytes.toString() ?? '';
    expect(key).toContain('PRIVATE KEY');
    const given = join(desk.folder, 'given');
    writeFileSync(given, makeKey('ed25519', 'RFC4716').privateKey);
    for (const more of [[], ['--verify', 'true']]) {
      const other = await put('key-300', '--private-key', `@${given}`, ...more, '--yes');
      expect([other.code, sends()], other.stderr).toEqual([1, 0]);
      expect(other.stderr).toContain('FILE_REFUSED');
      expect(other.stderr).toContain('segura-secrets ssh-key put key-300 --generate ed25519');
      expect(kept()?.bytes.toString()).toBe(key);
    }
    const again = await put('key-300', '--generate', 'ed25519', '--verify', 'true', '--yes');
    expect([again.code, stored('key-300')?.privateKey, kept()], again.stderr).toEqual([0, key, undefined]);
  });

  test.each(['api', 'iso'] as const)(
    'makes a new key, which a login proves before the vault gets it, and hands the old one over, in the dialect %s',
    async (dialect) => {
      await open(dialect);
      const sshd = await Sshd.start([old.publicKey]);
      onTestFinished(() => sshd.close());
      writeFileSync(join(desk.folder, 'known'), `${sshd.knownHost}\n`);
      const to = `-p ${sshd.port} -o UserKnownHostsFile=known -o IdentitiesOnly=yes -o BatchMode=yes -F none ${sshd.user}@127.0.0.1`;
      writeFileSync(
        join(desk.folder, 'prove.sh'),
        `ssh -i "$SSH_OLD_KEY_FILE" ${to} "echo '$SSH_PUBLIC_KEY' >> '${sshd.folder}/authorized'" || exit 3
ssh -i "$SSH_KEY_FILE" ${to} "grep -v '$SSH_OLD_PUBLIC_KEY' '${sshd.folder}/authorized' > '${sshd.folder}/next'; mv '${sshd.folder}/next' '${sshd.folder}/authorized'"
`,
      );
      const args = ['--generate', 'ed25519', '--verify', 'sh prove.sh', '--old-key-out', 'old.key'];
      const ended = await put('key-300', ...args, '--yes', '--output', 'json');
      expect(ended.code, ended.stderr).toBe(0);
      const after = stored('key-300');
      expect(JSON.parse(ended.stdout.toString())).toEqual({
        id: '300',
        outcome: 'updated',
        fields: ['private_key', 'public_key', 'password'],
        public_key: after?.publicKey,
      });
      expect(halfOf(after?.publicKey)).not.toBe(old.publicKey);
      expect(readFileSync(join(desk.folder, 'old.key'), 'utf8')).toBe(old.privateKey);
      expect(statSync(join(desk.folder, 'old.key')).mode & 0o777).toBe(0o600);
      // What the vault has logs in, and the old one no longer does.
      writeFileSync(join(desk.folder, 'of-vault'), after?.privateKey ?? '', { mode: 0o600 });
      const login = (key: string): string =>
        execFileSync('sh', ['-c', `ssh -i ${key} ${to} echo in 2>/dev/null || echo out`], {
          cwd: desk.folder,
          encoding: 'utf8',
        }).trim();
      expect([login('of-vault'), login('old.key')]).toEqual(['in', 'out']);
      expect(ended.stderr).toMatch(/audit: ssh-key\.put 300 by client \w+: done/);
      expect(vault.custodies()).toEqual([]);
    },
  );

  test('leaves no private key in a file or in the output, beside the file for the old one', async () => {
    const script = 'cat "$SSH_KEY_FILE" "$SSH_OLD_KEY_FILE"';
    const ended = await put(
      ...[
        'key-300',
        '--generate',
        'ed25519',
        '--verify',
        script,
        '--old-key-out',
        'old.key',
        '--yes',
        '--debug',
      ],
    );
    expect(ended.code, ended.stderr).toBe(0);
    const bodies = [bodyOf(old.privateKey), bodyOf(stored('key-300')?.privateKey ?? '')];
    expect(formsIn(Buffer.from(`${ended.stdout}${ended.stderr}`), bodies)).toEqual([]);
    const holders = desk
      .files()
      .filter(({ bytes }) => bodies.some((body) => bytes.toString().replaceAll('\n', '').includes(body)));
    expect(holders.map(({ path }) => basename(path))).toEqual(['old.key']);
  });

  test('leaves the vault as it is when the command fails', async () => {
    const ended = await put('key-300', '--generate', 'ed25519', '--verify', 'exit 4', '--yes');
    expect([ended.code, ended.stderr.includes('VERIFY_FAILED'), sends()], ended.stderr).toEqual([1, true, 0]);
    expect(ended.stderr).toContain('ended with 4 for a new key of 300. The vault has the old key');
    expect(desk.files().filter(({ path }) => path.endsWith('.key'))).toEqual([]);
  });

  test('creates one of a private key at the address of its device, and finds its public half', async () => {
    const pair = makeKey('rsa', 'RFC4716', 'a passphrase');
    writeFileSync(join(desk.folder, 'key'), pair.privateKey);
    writeFileSync(join(desk.folder, 'words'), 'a passphrase');
    const args = [
      '--private-key',
      '@key',
      '--passphrase',
      '@words',
      '--hostname',
      'web-01',
      '--username',
      'ci',
    ];
    const ended = await put('new-key', ...args, '--yes');
    expect(ended.code, ended.stderr).toBe(0);
    expect(stored('new-key')).toMatchObject({
      ...{ hostname: 'web-01', ip: '10.0.0.12', username: 'ci', passphrase: 'a passphrase' },
      ...{ privateKey: pair.privateKey, publicKey: pair.publicKey },
    });
    const tags = await put('new-key', '--tags', 'a,b', '--yes');
    expect([tags.code, stored('new-key')?.tags, stored('new-key')?.privateKey]).toEqual([
      0,
      ['a', 'b'],
      pair.privateKey,
    ]);
  });

  test('forgets the passphrase of the old key with a new one', async () => {
    Object.assign(stored('key-300') ?? {}, { passphrase: 'of the old key' });
    const ended = await put('key-300', '--generate', 'ed25519', '--yes');
    expect(ended.code, ended.stderr).toBe(0);
    expect(stored('key-300')?.passphrase).toBe('');
  });

  test('hands the passphrase of the old key over beside it, which opens it', async () => {
    const closed = makeKey('ed25519', 'RFC4716', 'of the old key');
    Object.assign(stored('key-300') ?? {}, {
      privateKey: closed.privateKey,
      publicKey: closed.publicKey,
      passphrase: 'of the old key',
    });
    const verify = 'ssh-keygen -y -P "$(cat "$SSH_OLD_PASSPHRASE_FILE")" -f "$SSH_OLD_KEY_FILE" > half';
    const args = ['--generate', 'ed25519', '--old-key-out', 'old.key', '--verify', verify, '--yes'];
    const ended = await put('key-300', ...args);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('the old key has a passphrase, which is now in old.key.passphrase');
    expect(ended.stderr).not.toContain('of the old key');
    expect(halfOf(readFileSync(join(desk.folder, 'half'), 'utf8').trim())).toBe(halfOf(closed.publicKey));
    expect(statSync(join(desk.folder, 'old.key.passphrase')).mode & 0o777).toBe(0o600);
    writeFileSync(join(desk.folder, 'old.key.passphrase'), 'something else');
    rmSync(join(desk.folder, 'old.key'));
    Object.assign(stored('key-300') ?? {}, { privateKey: closed.privateKey, passphrase: 'of the old key' });
    const other = await put('key-300', ...args);
    expect([other.code, other.stderr.includes('FILE_REFUSED'), sends()], other.stderr).toEqual([1, true, 1]);
    expect(existsSync(join(desk.folder, 'old.key'))).toBe(false);
  });

  test('finds out by reading what became of a change whose answer was lost', async () => {
    vault.faults.add({ match: SAVE, fault: { kind: 'resetAfter' } });
    const ended = await put('key-300', '--generate', 'ed25519', '--yes');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('All the same, the vault has the new key of key-300');
    expect(sends()).toBe(1);
  });

  test('keeps a new key that the vault did not take, and tries it again in the next run', async () => {
    vault.faults.add({ match: SAVE, fault: { kind: 'reset' } });
    const ended = await put('key-300', '--generate', 'ed25519', '--state', 'state', '--yes');
    expect([ended.code, ended.stderr.includes('CHANGE_UNCERTAIN')], ended.stderr).toEqual([1, true]);
    const kept = desk.files().find(({ path }) => path.endsWith('.key'));
    expect(ended.stderr).toContain(`The new key is kept in ${kept?.path}.`);
    const again = await put('key-300', '--generate', 'ed25519', '--state', 'state', '--yes');
    expect(again.code, again.stderr).toBe(0);
    expect(stored('key-300')?.privateKey).toBe(kept?.bytes.toString());
    expect(desk.files().filter(({ path }) => path.endsWith('.key'))).toEqual([]);
  });

  test('does not write the old key over another file', async () => {
    writeFileSync(join(desk.folder, 'old.key'), 'something else');
    const ended = await put('key-300', '--generate', 'ed25519', '--old-key-out', 'old.key', '--yes');
    expect([ended.code, ended.stderr.includes('FILE_REFUSED'), sends()]).toEqual([1, true, 0]);
    expect(readFileSync(join(desk.folder, 'old.key'), 'utf8')).toBe('something else');
  });

  const REPLACE = 'echo "$SSH_PUBLIC_KEY" > hosts';
  const keptKey = (): string | undefined => desk.files().find(({ path }) => path.endsWith('.key'))?.path;

  test.each([
    ['the command fails after it', `${REPLACE}; exit 9`, false],
    ['the vault rejects it', REPLACE, true],
  ])('keeps the only key that hosts accept when %s, and tries it again', async (_, verify, isRejected) => {
    if (isRejected) vault.faults.add({ match: SAVE, fault: { kind: 'businessError', code: 1039 } });
    const args = ['--generate', 'ed25519', '--old-key-out', 'old.pem', '--yes'];
    const ended = await put('key-300', ...args, '--verify', verify);
    expect([ended.code === 0, ended.stderr.includes('VERIFY_FAILED')], ended.stderr).toEqual([false, true]);
    expect(ended.stderr).toContain(`The new key is kept in ${keptKey()}.`);
    const hosts = readFileSync(join(desk.folder, 'hosts'), 'utf8');
    const failing = await put('key-300', ...args.slice(0, 2), '--yes', '--verify', 'exit 1');
    expect([failing.code, keptKey() === undefined], failing.stderr).toEqual([1, false]);
    const again = await put('key-300', ...args, '--verify', REPLACE);
    expect(again.code, again.stderr).toBe(0);
    expect([readFileSync(join(desk.folder, 'hosts'), 'utf8'), keptKey()]).toEqual([hosts, undefined]);
    expect(hosts).toBe(`${stored('key-300')?.publicKey}\n`);
  });

  test('leaves no copy of a key that was given, whatever becomes of the change', async () => {
    writeFileSync(join(desk.folder, 'given'), makeKey('ed25519', 'RFC4716').privateKey);
    vault.faults.add({ match: SAVE, fault: { kind: 'reset' } });
    const ended = await put(
      'key-300',
      '--private-key',
      '@given',
      '--verify',
      'test -e "$SSH_KEY_FILE"',
      '--yes',
    );
    expect([ended.code, ended.stderr.includes('CHANGE_UNCERTAIN')], ended.stderr).toEqual([1, true]);
    expect(keptKey()).toBeUndefined();
  });

  test('writes no more than one line as the public key, whatever the identifier is', async () => {
    Object.assign(stored('key-300') ?? {}, { identifier: 'x\nssh-ed25519 AAAA of-another' });
    const ended = await put('300', '--generate', 'ed25519', '--verify', REPLACE, '--yes');
    expect(ended.code, ended.stderr).toBe(0);
    expect(readFileSync(join(desk.folder, 'hosts'), 'utf8')).toMatch(/^ssh-ed25519 \S+ segura-secrets\n$/);
  });

  test('writes into no other key that has the identifier too, or has it by now', async () => {
    storeKey(vault, 301, makeKey('ed25519', 'RFC4716'));
    const other = stored('key-301');
    Object.assign(other ?? {}, { identifier: 'key-300' });
    const before = JSON.stringify(other);
    const twice = await put('300', '--generate', 'ed25519', '--verify', 'touch ran', '--yes');
    expect([twice.code, twice.stderr.includes('CHANGE_REFUSED')], twice.stderr).toEqual([1, true]);
    Object.assign(other ?? {}, { identifier: 'key-301' });
    let isDone = false;
    const moved = await desk.run(
      ['ssh-key', 'put', '300', '--generate', 'ed25519', '--verify', 'echo running; sleep 1', '--yes'],
      {
        onOutput: (text) => {
          if (isDone || !/^running$/m.test(text)) return;
          isDone = true;
          Object.assign(stored('key-300') ?? {}, { identifier: 'renamed' });
          Object.assign(other ?? {}, { identifier: 'key-300' });
        },
      },
    );
    expect([moved.code, moved.stderr.includes('CHANGED_MEANWHILE')], moved.stderr).toEqual([1, true]);
    expect([JSON.stringify(other), sends()]).toEqual([before.replace('key-301', 'key-300'), 0]);
  });

  test('makes no request line of a number that the vault lists', async () => {
    const listed = `300/public_key > file:${join(desk.folder, 'written')}\n300`;
    const row = { id: listed, identifier: 'key-300', username: 'ci', hostname: 'web-01', type: 'SSH Key' };
    const body = JSON.stringify({ response: { status: 200, error: false }, credentials: [row] });
    vault.faults.add({
      match: { method: 'GET', path: '/api/pam/credential' },
      times: Number.POSITIVE_INFINITY,
      fault: { kind: 'reply', status: 200, body },
    });
    const ended = await put('key-300', '--generate', 'ed25519', '--old-key-out', 'old.pem', '--yes');
    expect([ended.code === 0, sends()], ended.stderr).toEqual([false, 0]);
    // A file of a request is gone when the command ends.
    expect(ended.stderr).not.toContain('removed file');
  });

  test('fails when custody of the key that it reads back is still held', async () => {
    vault.faults.add({
      match: { method: 'DELETE', path: /custody/ },
      times: Number.POSITIVE_INFINITY,
      fault: { kind: 'resourceNotAuthorized' },
    });
    const ended = await put('key-300', '--generate', 'ed25519', '--yes');
    expect(ended.stderr).toContain('RELEASE_FAILED: Custody of SSH key 300 is still held');
    expect([ended.code === 0, keptKey()], ended.stderr).toEqual([false, undefined]);
  });

  test.each([
    [['key-300', '--yes'], 2, '--generate ed25519'],
    [['key-300', '--generate', 'rsa'], 2, 'Write --generate ed25519.'],
    [['key-300', '--verify', 'true', '--tags', 'a'], 2, '--private-key @FILE'],
    [['key-300', '--private-key', 'secret-in-an-argument'], 2, '--private-key @FILE'],
    [['none', '--generate', 'ed25519', '--yes'], 1, '--generate ed25519 --hostname HOST --ip ADDRESS'],
    [['key-300', '--private-key', '@known', '--yes'], 1, 'the one without .pub'],
  ])('sends nothing for %j', async (args, code, remedy) => {
    writeFileSync(join(desk.folder, 'known'), 'no key');
    const ended = await put(...args);
    expect([ended.code, ended.stderr.includes(remedy), sends()], ended.stderr).toEqual([code, true, 0]);
    expect(ended.stderr).not.toContain('secret-in-an-argument');
  });

  test('asks first, and with --dry-run says the names of what it would send', async () => {
    const asked = await put('key-300', '--generate', 'ed25519');
    expect([asked.code, asked.stderr.includes('NOT_CONFIRMED')]).toEqual([1, true]);
    const dry = await put('key-300', '--generate', 'ed25519', '--dry-run');
    expect(dry.stdout.toString()).toMatch(
      /POST +\/api\/pam\/key +identifier, private_key, public_key, password/,
    );
    expect([sends(), desk.files().filter(({ path }) => path.endsWith('.key'))]).toEqual([0, []]);
  });
});
