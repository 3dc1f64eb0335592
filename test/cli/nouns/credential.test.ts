import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Desk, Ended } from '../../support/command-line.js';
import { deskAt, openDesk } from '../../support/desk-fixture.js';
import type { Vault } from '../../vault/index.js';
import { openVault } from '../../vault/vault-fixture.js';

const SAVE = { method: 'POST', path: '/api/pam/credential' };
let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
});

function credential(...args: string[]): Promise<Ended> {
  return desk.run(['credential', ...args], { env: { NEW: 'pass word"\\ é' } });
}

const stored = (id: number) => vault.data.credentials.find((each) => each.id === id);
const sent = (method: string): string[] =>
  vault.journal.requests
    .filter((each) => each.method === method && !each.path.includes('oauth2'))
    .map(({ path }) => path);
const jsonOf = (ended: Ended) => JSON.parse(ended.stdout.toString());

describe.each(['api', 'iso'] as const)('in the dialect %s, credential', (dialect) => {
  beforeEach(async () => {
    vault = await openVault({ dialect });
    desk = deskAt(vault);
  });

  test('list shows numbers, names and devices, without a password, a key or custody', async () => {
    const ended = await credential('list');
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    const [head, first] = ended.stdout.toString().split('\n');
    expect(head).toMatch(/^ID +IDENTIFIER +USERNAME +HOSTNAME +TYPE +AUTOMATIC CHANGE +VIEWED$/);
    expect(first).toMatch(/^94 +deploy-app-01 +deploy +app-01 +Local User +off +-$/);
    expect(ended.stdout.toString()).not.toContain('SSH Key');
    expect(vault.everTaken()).toEqual([]);
  });

  test('put, disable and enable work by user@host', async () => {
    const put = await credential('put', 'root@web-01', '--password', 'env:NEW', '--yes');
    expect(put.code, put.stderr).toBe(0);
    expect(stored(95)).toMatchObject({ password: 'pass word"\\ é', type: 'Local User', username: 'root' });
    expect(jsonOf(await credential('disable', 'root@web-01', '--yes', '--output', 'json'))).toEqual({
      target: '95',
      outcome: 'disabled',
    });
    expect(stored(95)?.active).toBe(false);
    expect((await credential('enable', '95', '--yes')).code).toBe(0);
    expect(stored(95)?.active).toBe(true);
    expect(vault.everTaken()).toEqual([]);
  });

  test('rotate lets the vault change the password, and leaves no custody', async () => {
    Object.assign(stored(94) ?? {}, { automaticChange: true });
    const before = vault.password(94);
    const ended = await credential('rotate', '94', '--yes', '--output', 'json');
    expect(ended.code, ended.stderr).toBe(0);
    expect(vault.password(94)).not.toBe(before);
    expect(vault.custodies()).toEqual([]);
  });
});

describe('credential show', () => {
  test('finds a credential by number, user@host and identifier, and takes no custody', async () => {
    const all = [];
    for (const name of ['95', 'root@web-01', 'web-01-root'])
      all.push(jsonOf(await credential('show', name, '--output', 'json')));
    expect(all[0]).toMatchObject({ id: '95', username: 'root', hostname: 'web-01', custody: null });
    expect(all.map((each) => JSON.stringify(each))).toEqual(Array(3).fill(JSON.stringify(all[0])));
    expect(vault.everTaken()).toEqual([]);
  });

  test('with --reveal says that it takes custody, releases it, and shows every byte', async () => {
    const refused = await credential('show', '95', '--reveal');
    expect([refused.code, vault.everTaken()]).toEqual([2, []]);
    const ended = await credential('show', '95', '--reveal', '--yes', '--output', 'json');
    expect(jsonOf(ended)).toMatchObject({ custody: 'released', values: { password: vault.password(95) } });
    expect(ended.stderr).toContain('takes custody of it');
    expect(ended.stderr).not.toContain(vault.password(95));
    expect([vault.everTaken(), vault.custodies()]).toEqual([['95'], []]);
  });

  test('does not reveal a password that its own release would change', async () => {
    Object.assign(stored(94) ?? {}, { automaticChange: true });
    const ended = await credential('show', '94', '--reveal', '--yes');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('credential with 94 -- COMMAND');
    expect(vault.everTaken()).toEqual([]);
  });

  test('suggests a name that is there', async () => {
    const ended = await credential('show', 'rot@web-01');
    expect([ended.code, ended.stdout.length]).toEqual([5, 0]);
    expect(ended.stderr).toContain('Did you mean root@web-01?');
  });
});

describe('credential put', () => {
  test('never sends a password that it was not given', async () => {
    const before = vault.password(95);
    const ended = await credential('put', '95', '--username', 'admin', '--tags', 'a,b', '--yes');
    expect(ended.code, ended.stderr).toBe(0);
    expect(stored(95)).toMatchObject({ username: 'admin', tags: 'a,b', password: before, additional: null });
  });

  test('updates a disabled credential without enabling it', async () => {
    const ended = await credential('put', '98', '--password', 'env:NEW', '--yes');
    expect(ended.code, ended.stderr).toBe(0);
    expect(stored(98)).toMatchObject({ active: false, password: 'pass word"\\ é' });
    expect(sent('PUT')).toEqual([]);
  });

  test('creates one at the address of its device, and reads the password from a file and standard input', async () => {
    writeFileSync(join(desk.folder, 'password'), 'from file');
    const made = await credential('put', 'new@app-01', '--password', '@password', '--yes');
    expect(made.code, made.stderr).toBe(0);
    expect(vault.data.credentials.at(-1)).toMatchObject({
      hostname: 'app-01',
      ip: '10.0.0.11',
      password: 'from file',
    });
    const args = ['credential', 'put', 'new@app-01', '--password', '-', '--yes'];
    await desk.run(args, { input: 'typed' });
    expect(vault.data.credentials.at(-1)?.password).toBe('typed');
  });

  test('says with --dry-run which fields it would send, and sends nothing', async () => {
    const ended = await credential('put', '95', '--password', 'env:NEW', '--dry-run', '--output', 'json');
    expect(jsonOf(ended)).toEqual({
      dry_run: true,
      target: '95',
      requests: [
        {
          ...SAVE,
          fields: ['identifier', 'username', 'hostname', 'ip', 'content', 'credential_type'],
        },
      ],
    });
    expect(sent('POST')).toEqual([]);
  });

  test.each([
    [['95', '--password', 'secret'], '--password @FILE'],
    [['95', '--hostname', 'other', '--yes'], 'Leave --hostname out'],
  ])('sends nothing where it would change something else or lacks something: %j', async (args, remedy) => {
    const ended = await credential('put', ...args);
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toContain(remedy);
    expect(ended.stderr).not.toContain('secret\n');
    expect(sent('POST')).toEqual([]);
  });

  test('names the device to register first', async () => {
    const ended = await credential('put', 'x@nowhere', '--ip', '10.9.9.9', '--yes');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('segura-secrets device put nowhere --ip 10.9.9.9');
  });

  test('writes one line for the audit and none with a value, in any output', async () => {
    const ended = await credential('put', '95', '--password', 'env:NEW', '--yes', '--audit-file', 'audit');
    const line =
      desk
        .files()
        .find(({ path }) => path.endsWith('audit'))
        ?.bytes.toString() ?? '';
    expect(JSON.parse(line)).toMatchObject({ change: 'credential.put', target: '95', fields: ['content'] });
    expect(`${line}${ended.stderr}${ended.stdout}`).not.toContain('pass word');
  });
});

describe('an uncertain credential put', () => {
  test('is found out by the list: the vault changed it although its answer was lost', async () => {
    vault.faults.add({ match: SAVE, fault: { kind: 'resetAfter' } });
    const ended = await credential('put', '95', '--password', 'env:NEW', '--yes');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('All the same, the list shows that 95 was changed');
    expect(sent('POST')).toHaveLength(1);
  });

  test('is not called done where the list does not show it', async () => {
    vault.faults.add({ match: SAVE, fault: { kind: 'resetAfter' } });
    const ended = await credential('put', '95', '--tags', 'a', '--yes');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('CHANGE_UNCERTAIN');
    expect(ended.stderr).toMatch(/audit: .*uncertain/);
    expect(sent('POST')).toHaveLength(1);
  });
});

describe('credential enable and disable', () => {
  test('say that nothing changes where it already is so', async () => {
    const ended = await credential('disable', '98', '--yes', '--output', 'json');
    expect(jsonOf(ended)).toEqual({ target: '98', outcome: 'unchanged' });
    expect(ended.stderr).toBe('');
  });

  test('find out what became of a lost answer by asking once more', async () => {
    vault.faults.add({
      match: { method: 'DELETE', path: '/api/pam/credential/95' },
      fault: { kind: 'resetAfter' },
    });
    const ended = await credential('disable', '95', '--yes');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout.toString()).toContain('disabled');
    expect(sent('DELETE')).toHaveLength(2);
  });

  test('need the permission to write', async () => {
    vault.authorization('ci').permission = 'Read-only';
    const ended = await credential('disable', '95', '--yes');
    expect(ended.code).toBe(4);
    expect(ended.stderr).toContain('Read and write');
  });
});
