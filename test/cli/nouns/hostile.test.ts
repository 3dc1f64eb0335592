import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Desk } from '../../support/command-line.js';
import { openDesk } from '../../support/desk-fixture.js';
import { lacksScript, onTerminal } from '../../support/terminal.js';
import type { Vault } from '../../vault/index.js';
import { rowsOf } from '../../vault/leaks.js';

let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
});

const saves = (path = '/iso/sctm/secret'): number =>
  vault.journal.requests.filter((each) => each.path === path && each.method === 'POST').length;
const ACTIVE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]|##/;

describe('text of the vault', () => {
  beforeEach(() => {
    const [first] = vault.data.secrets;
    if (first === undefined) throw new Error('the sample has no secret');
    vault.data.secrets.push({ ...first, id: 900, identity: 'a\u009b2J\u202e##vso[task.prependpath]x' });
    vault.authorization('ci').secretIds.push(900);
    for (const each of vault.data.devices) each.model = '\u001b]0;owned\u0007##[command]x';
  });

  test.each([
    ['secret', 'list'],
    ['secret', 'list', '--output', 'json'],
    ['application', 'show', '--output', 'json'],
    ['device', 'list'],
    ['device', 'list', '--output', 'json'],
    ['secret', 'list', '--reveal', '--yes'],
  ])('moves nothing on a terminal and is no command of a CI system: %s %s %s', async (...args) => {
    const ended = await desk.run(args);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout.toString() + ended.stderr).not.toMatch(ACTIVE);
    if (args.includes('json'))
      expect(ended.stdout.toString()).toContain('vso[task'.slice(0, args[0] === 'device' ? 0 : 8));
  });

  test('is not in the line for the audit either', async () => {
    vault.faults.add({
      match: { method: 'GET', path: '/iso/sctm/secret' },
      times: Number.POSITIVE_INFINITY,
      fault: { kind: 'spoiledSecret', identity: 'stripe', members: { version: '\u001b[2J7' } },
    });
    const ended = await desk.run([
      'secret',
      'put',
      'stripe',
      '--field',
      'NEW=env:PATH',
      '--yes',
      '--audit-file',
      'log',
    ]);
    expect(ended.stderr).toContain('audit: secret.put stripe');
    expect(ended.stderr).not.toMatch(ACTIVE);
  });
});

describe('a secret that has expired', () => {
  test('keeps its fields if only its date is set again: nothing is sent', async () => {
    await desk.run(['secret', 'put', 'stripe', '--expires', '2020-01-01', '--yes']);
    const before = JSON.stringify(vault.data.secrets);
    const ended = await desk.run(['secret', 'put', 'stripe', '--expires', '2099-01-01', '--yes']);
    expect(ended.code).toBe(5);
    expect(ended.stderr).toContain('SECRET_NOT_FOUND: The vault does not list stripe');
    expect(JSON.stringify(vault.data.secrets)).toBe(before);
  });
});

test('a secret that cannot be read fails the command that asks for it by name', async () => {
  vault.faults.add({
    match: { method: 'GET', path: '/iso/sctm/secret' },
    times: Number.POSITIVE_INFINITY,
    fault: { kind: 'spoiledSecret', identity: 'stripe', members: { data: 'x' } },
  });
  expect((await desk.run(['secret', 'list'])).code).toBe(0);
  const ended = await desk.run(['secret', 'show', 'stripe']);
  expect([ended.code, ended.stdout.length]).toEqual([1, 0]);
  expect(ended.stderr).toContain('REPLY_MALFORMED');
});

test('a secret whose identity only looks like one of the vault is not created', async () => {
  const [first] = vault.data.secrets;
  if (first === undefined) throw new Error('the sample has no secret');
  first.identity = 'cafe\u0301';
  const ended = await desk.run(['secret', 'put', 'caf\u00e9', '--field', 'A=env:PATH', '--yes']);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain('CHANGE_REFUSED: The vault has another secret that looks like caf');
  const shown = await desk.run(['secret', 'show', 'caf\u00e9']);
  expect(shown.stderr).toContain(
    'Copy its identity from this list: segura-secrets secret list --output json',
  );
  expect(saves()).toBe(0);
});

test('an audit file that is a pipe without a reader is refused at once, before anything is sent', async () => {
  spawnSync('mkfifo', [join(desk.folder, 'pipe')]);
  const args = ['secret', 'put', 'stripe', '--field', 'A=env:PATH', '--yes', '--audit-file', 'pipe'];
  const ended = await desk.run(args);
  expect([ended.code, ended.signal]).toEqual([1, null]);
  expect(ended.stderr).toContain('FILE_REFUSED: The audit file pipe cannot be written');
  expect(saves()).toBe(0);
});

test('what became of a change that is uncertain is said although its line cannot be written', async () => {
  vault.faults.add({ match: { method: 'POST', path: '/iso/sctm/secret' }, fault: { kind: 'resetAfter' } });
  vault.faults.add({
    match: { method: 'GET', path: '/iso/sctm/secret' },
    after: 1,
    fault: { kind: 'inactiveAuthorization' },
  });
  const put = 'segura_secrets secret put stripe --field A=env:PATH --yes --audit-file log';
  // No file may grow: the write of the line fails.
  const ended = await desk.shell(['bash'], `touch log; trap '' XFSZ; ulimit -f 0; ${put}`);
  expect(ended.stderr).toContain('warning: The audit file log cannot be written');
  expect(ended.stderr).toContain('CHANGE_UNCERTAIN: ');
});

/** The command that a remedy offers at its end. */
function commandIn(stderr: string): string {
  return (
    /: (segura-secrets .*)$/m.exec(stderr)?.[1] ?? /^ +Write (segura-secrets .*)$/m.exec(stderr)?.[1] ?? ''
  );
}

describe('a command that a remedy offers is accepted as it stands', () => {
  const follow = (command: string) =>
    desk.shell(['bash'], `segura-secrets() { segura_secrets "$@"; }\n${command}`);

  test('with an identity that has spaces and quotes', async () => {
    const identity = "my db's $(id)";
    await desk.run(['secret', 'put', identity, '--field', 'A=env:PATH', '--yes']);
    const refused = await desk.run(['secret', 'delete', identity]);
    const command = commandIn(refused.stderr);
    expect(command).toContain('secret put');
    const followed = await follow(`${command} --yes`);
    expect(followed.code, followed.stderr).toBe(0);
    const secret = vault.data.secrets.find((each) => each.identity === identity);
    expect(secret?.expirationDate).toBe('2020-01-01 23:59:59');
  });

  test('for a device, with what was given already', async () => {
    const refused = await desk.run([
      'device',
      'put',
      'web-09',
      '--ip',
      '10.0.0.9',
      '--tags',
      'a, b',
      '--yes',
    ]);
    const command = commandIn(refused.stderr);
    expect(command).toContain("--tags 'a, b'");
    const followed = await follow(`${command} --yes`);
    expect(followed.code, followed.stderr).toBe(0);
    expect(vault.data.devices.find(({ hostname }) => hostname === 'web-09')).toMatchObject({
      ip: '10.0.0.9',
    });
  });
});

test.skipIf(lacksScript())(
  'a device that another client changed while the question was open is not written',
  async () => {
    const path = '/api/pam/device/web-01';
    // The second read, which follows the question, waits until the change is there.
    vault.faults.add({ match: { method: 'GET', path }, after: 1, fault: { kind: 'delay', ms: 500 } });
    const timer = setInterval(() => {
      const device = vault.data.devices.find(({ hostname }) => hostname === 'web-01');
      if (device === undefined || vault.journal.requests.filter((each) => each.path === path).length < 2)
        return;
      clearInterval(timer);
      device.site = 'Elsewhere';
    }, 5);
    const script = 'segura_secrets device put web-01 --model Debian; echo "code $?"';
    const shown = await onTerminal(desk, script, [['[y/N] ', 'y\r']]);
    expect(shown.text).toMatch(/CHANGED_MEANWHILE:.* Another client changed the device web-01/);
    expect(saves('/api/pam/device')).toBe(0);
    expect(vault.data.devices.find(({ hostname }) => hostname === 'web-01')?.site).toBe('Elsewhere');
  },
);

test.each([
  [true, 'on'],
  ['true', 'on'],
  [1, 'on'],
  ['0', 'off'],
  [false, 'off'],
  ['sometimes', 'not said'],
  [{ on: true }, 'not said'],
])('automatic change that the vault lists as %j is %s', async (value, word) => {
  const credentials = [
    { id: '7', username: 'u', hostname: 'h', type: 'Local User', automatic_change: value },
  ];
  const body = JSON.stringify({ code: 200, response: { status: 200, error: false }, credentials });
  vault.faults.add({ match: { path: '/api/pam/credential' }, fault: { kind: 'reply', status: 200, body } });
  const ended = await desk.run(['credential', 'list']);
  expect(ended.stdout.toString()).toMatch(new RegExp(`^7 +- +u +h +Local User +${word} `, 'm'));
});

test('the tags of a device that come as a list are sent back with a change', async () => {
  const device = {
    id: '2',
    hostname: 'web-01',
    ip: '10.0.0.12',
    type: 'Server',
    vendor: 'Linux',
    model: 'Ubuntu',
    site: 'Default',
  };
  const body = JSON.stringify({
    response: { status: 200, error: false },
    device: { ...device, device_tags: ['a', 'b'] },
  });
  vault.faults.add({
    match: { method: 'GET', path: '/api/pam/device/web-01' },
    times: Number.POSITIVE_INFINITY,
    fault: { kind: 'reply', status: 200, body },
  });
  await desk.run(['device', 'put', 'web-01', '--model', 'Debian', '--yes']);
  expect(vault.data.devices.find(({ hostname }) => hostname === 'web-01')).toMatchObject({
    model: 'Debian',
    tags: 'a,b',
  });
});

test.each([
  ['reads', 'GET', '/api/pam/credential/95', 'delayReply'],
  ['releases', 'DELETE', '/api/pam/credential/custody/95', 'delay'],
  ['releases', 'DELETE', '/api/pam/credential/custody/95', 'delayReply'],
] as const)(
  'a signal while credential show %s leaves no custody, and prints no password: %s %s %s',
  async (_, method, path, kind) => {
    const password = vault.password(95) ?? '';
    vault.faults.add({ match: { method, path }, fault: { kind, ms: 700 } });
    const ended = await desk.run(['credential', 'show', '95', '--reveal', '--yes'], {
      onStart: (pid) => {
        const timer = setInterval(() => {
          if (!vault.journal.requests.some((each) => each.method === method && each.path === path)) return;
          clearInterval(timer);
          process.kill(pid, 'SIGTERM');
        }, 10);
      },
    });
    await vault.settled();
    expect([ended.code, ended.signal, vault.custodies()], ended.stderr).toEqual([null, 'SIGTERM', []]);
    expect(vault.everTaken()).toHaveLength(1);
    expect(ended.stdout.toString() + ended.stderr).not.toContain(password);
    expect(desk.files().filter(({ bytes }) => bytes.includes(password))).toEqual([]);
  },
);

test('two writers of one secret at once: a field that is lost is told by one of them', async () => {
  const save = (name: string) =>
    desk.run(['secret', 'put', 'stripe', '--field', `${name}=env:PATH`, '--yes']);
  vault.faults.add({
    match: { method: 'POST', path: '/iso/sctm/secret' },
    times: 2,
    fault: { kind: 'delay', ms: 400 },
  });
  const ended = await Promise.all([save('ONE'), save('TWO')]);
  const stripe = vault.data.secrets.find(({ identity }) => identity === 'stripe');
  const fields = Object.keys(rowsOf(stripe?.data ?? [])[0] ?? {});
  const kept = ['ONE', 'TWO'].filter((name) => fields.includes(name));
  const told = ended.filter(({ stderr }) => /another client|CHANGE_UNCERTAIN/i.test(stderr));
  expect(told.length).toBeGreaterThanOrEqual(2 - kept.length);
});

test('a value that the vault sends back as the id of a request is not printed', async () => {
  const value = 'value-that-is-new';
  const headers = { 'x-request-id': value };
  const match = { method: 'POST', path: '/iso/sctm/secret' };
  vault.faults.add({ match, fault: { kind: 'status', status: 403, headers } });
  const ended = await desk.run(['secret', 'put', 'new', '--field', 'A=env:VALUE', '--yes'], {
    env: { VALUE: value },
  });
  expect(ended.code, ended.stderr).not.toBe(0);
  expect(ended.stdout.toString() + ended.stderr).not.toContain(value);
});
