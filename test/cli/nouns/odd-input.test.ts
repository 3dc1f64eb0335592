import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { COMMAND_LINE, type Desk } from '../../support/command-line.js';
import { openDesk } from '../../support/desk-fixture.js';
import { addDynamic, held } from '../../support/dynamic.js';
import { lacks } from '../../support/skips.js';
import { lacksScript, onTerminal } from '../../support/terminal.js';
import type { Vault } from '../../vault/index.js';

let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
});

/** Requests that change something, or ask for one item by its name. */
const sent = () =>
  vault.journal.requests.filter(
    ({ method, path }) =>
      method === 'DELETE' || /\/(?:device|info)\//.test(path) || path === '/iso/pam/credential',
  );

function file(name: string, text: string): string {
  writeFileSync(join(desk.folder, name), text);
  return name;
}

describe('a name of dots, which would mean another place in the vault', () => {
  test.each([
    ['device', 'show', '..'],
    ['device', 'disable', '.', '--yes'],
    ['info', 'show', '..'],
    ['info', 'disable', '..', '--yes'],
    ['secret', 'delete', '..', '--dsm-endpoint', 'api', '--dry-run'],
  ])('is rejected before anything is sent: %s %s %s', async (...args) => {
    const ended = await desk.run(args);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/INPUT_INVALID: The name "\.\.?" would mean another place in the vault\./);
    expect(sent()).toEqual([]);
  });
});

describe('a name of spaces only', () => {
  test.each([
    ['secret', 'put', ' ', '--field', 'A=env:PATH', '--yes'],
    ['secret', 'put', 'a', '--field', ' =env:PATH', '--yes'],
    ['device', 'put', '\t', '--ip', '10.0.0.1', '--yes'],
    ['provision', ' ', '--yes'],
    ['migrate', 'app.env', '--identity', ' ', '--yes'],
  ])('is no name: %s %s %j', async (...args) => {
    file('app.env', 'DB_PASSWORD=correct-horse-battery-staple\n');
    const ended = await desk.run(args);
    expect(ended.code, ended.stderr).toBe(2);
    expect(vault.journal.requests).toEqual([]);
  });
});

test('a name that is like another only in having no letters is not suggested', async () => {
  const [first] = vault.data.secrets;
  if (first === undefined) throw new Error('the sample has no secret');
  first.identity = '-';
  const ended = await desk.run(['secret', 'show', '+=']);
  expect(ended.stderr).toContain('See what there is: segura-secrets secret list');
});

describe('an argument of bytes that are not UTF-8', () => {
  test.each([
    ['secret put "$odd" --field A=env:HOME --yes', 3],
    ['secret put x --field "$odd=env:HOME" --yes', 5],
    ['credential put root@web-01 --tags "$odd" --yes', 5],
    ['migrate app.env --identity "$odd" --yes', 4],
    ['provision "$odd" --yes', 2],
  ])('is no name with other characters in it: %s', async (command, place) => {
    file('app.env', 'DB_PASSWORD=correct-horse-battery-staple\n');
    const ended = await desk.shell(['sh'], `odd=$(printf 'a\\377'); segura_secrets ${command}`);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(
      `INPUT_INVALID: Argument ${place} of segura-secrets has bytes that are not UTF-8`,
    );
    expect(vault.journal.requests).toEqual([]);
  });

  test('is another thing than the character that Node shows for it', async () => {
    const ended = await desk.run(['secret', 'put', 'a\ufffd', '--field', 'A=env:PATH', '--yes']);
    expect(ended.code, ended.stderr).toBe(0);
  });
});

describe('an empty value', () => {
  test.each([
    [['credential', 'put', 'root@web-01', '--password', '@empty', '--yes'], '--password'],
    [['credential', 'put', 'root@web-01', '--password', '-', '--yes'], '--password'],
    [['credential', 'put', 'root@web-01', '--password', 'env:EMPTY', '--yes'], '--password'],
    [['info', 'put', 'notes', '--content', '@empty', '--yes'], '--content'],
  ])('does not take a password or a content away: %j', async (args, option) => {
    file('empty', '');
    const ended = await desk.run(args, { env: { EMPTY: '' } });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(`INPUT_INVALID: ${option}: the value is empty.`);
    expect(sent()).toEqual([]);
  });
});

test.each([
  ['@web-01', ['--ip', '10.0.0.12'], 'credential put @web-01 --username USER --ip 10.0.0.12'],
  ['a@', [], 'credential put a@ --hostname HOST --ip ADDRESS'],
  ['new', ['--username=-u'], 'credential put new --username=-u --hostname HOST --ip ADDRESS'],
])('a new credential %s is told what it lacks, beside what is given', async (name, more, command) => {
  const ended = await desk.run(['credential', 'put', name, ...more, '--tags', 'a', '--yes']);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain(`create it: segura-secrets ${command}\n`);
});

test('the command that ends a lease is printed with its names as a shell has them', async () => {
  addDynamic(vault);
  const made = await desk.run(['provision', 'app/db', '--pod-name', "my pod's", '--yes']);
  expect(made.code, made.stderr).toBe(0);
  const [, command = ''] = /to end it, run: segura-secrets (.*)/.exec(made.stderr) ?? [];
  const ended = await desk.shell(['sh'], `segura_secrets ${command} --yes`);
  expect([ended.code, held(vault)], ended.stderr).toEqual([0, []]);
});

test('a reader that ends early, such as head, gets no error, and one that cannot store it does', async () => {
  const value = file('value', 'v'.repeat(1_000_000));
  await desk.run(['secret', 'put', 'large', '--field', `A=@${value}`, '--yes']);
  for (const more of ['', ' --output json']) {
    const script = `segura_secrets secret show large --reveal --yes${more} | head -1; echo "code \${PIPESTATUS[0]}"`;
    const read = await desk.shell(['bash'], script);
    expect([read.stderr, read.stdout.toString()]).toEqual([
      '',
      expect.stringMatching(/^(?:WHAT|\{).*\ncode 0\n$/),
    ]);
  }
  const full = await desk.shell(['sh'], 'segura_secrets secret list >/dev/full');
  expect([full.code, full.stderr.includes('FILE_REFUSED')]).toEqual([1, true]);
});

test('a password that provision could not print is a failure, and the way to end its lease is told', async () => {
  addDynamic(vault);
  const script = `segura_secrets provision app/db --reveal --yes | true; echo "code \${PIPESTATUS[0]}"`;
  const made = await desk.shell(['bash'], script);
  expect([made.stdout.toString(), held(vault).length], made.stderr).toEqual(['code 1\n', 1]);
  expect(made.stderr).toContain('FILE_REFUSED');
  expect(made.stderr).toContain('to end it, run: segura-secrets deprovision app/db');
});

test('a line of the audit is whole behind half a line that a full disk left', async () => {
  file('audit.log', '{"time":"2026-');
  for (const name of ['one', 'two'])
    await desk.run(['secret', 'put', name, '--field', 'A=env:PATH', '--yes', '--audit-file', 'audit.log']);
  const [half, ...lines] = readFileSync(join(desk.folder, 'audit.log'), 'utf8').trimEnd().split('\n');
  expect(half).toBe('{"time":"2026-');
  expect(lines.map((line) => JSON.parse(line).target)).toEqual(['one', 'two']);
});

describe('a disk that takes no more', () => {
  const REMEDY = 'The file would be larger than a process may write here: raise the limit (ulimit -f).';

  test.each([
    ['The audit file audit.log', 'secret put x --field A=env:PATH --yes --audit-file audit.log'],
    ['The file keys for the client secret', 'application register -a a -s b -e c --secret-file keys --yes'],
    ['The backup', 'migrate app.env --identity x --strip --backup backups --yes'],
  ])('is what the remedy speaks of: %s', async (what, command) => {
    file('app.env', 'DB_PASSWORD=correct-horse-battery-staple\n');
    const ended = await desk.shell(['bash'], `trap '' XFSZ; ulimit -f 0; segura_secrets ${command}`);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(`FILE_REFUSED: ${what}`);
    expect(ended.stderr).toContain(REMEDY);
    expect(readFileSync(join(desk.folder, 'app.env'), 'utf8')).toContain('correct-horse');
  });
});

describe('a signal while a value is waited for', () => {
  const stopLater = (pid: number): void => void setTimeout(() => process.kill(pid, 'SIGTERM'), 1_500);

  test.each([
    ['secret', 'put', 'x', '--field', 'A=@pipe', '--yes'],
    ['secret', 'put', 'x', '--json', 'pipe', '--yes'],
    ['migrate', 'pipe.env', '--identity', 'x', '--yes'],
    ['credential', 'put', 'root@web-01', '--password', '@pipe', '--yes'],
    ['info', 'put', 'notes', '--content', '@pipe', '--yes'],
  ])('ends the command at once, and nothing is sent: %s %s %s', async (...args) => {
    if (lacks('mkfifo')) return;
    spawnSync('mkfifo', [join(desk.folder, 'pipe'), join(desk.folder, 'pipe.env')]);
    const ended = await desk.run(args, {
      onStart: stopLater,
    });
    expect(ended.signal, ended.stderr).toBe('SIGTERM');
    expect(vault.journal.requests).toEqual([]);
  });

  test('ends inject, which waits for a template', async () => {
    spawnSync('mkfifo', [join(desk.folder, 'pipe')]);
    const command = `'${process.execPath}' '${COMMAND_LINE}' inject --stdin --out-file out`;
    const script = `exec 3<>pipe; exec ${command} --secrets 'stripe/* > *' <&3`;
    const ended = await desk.spawn('bash', ['-c', script], { onStart: stopLater });
    expect(ended.signal, ended.stderr).toBe('SIGTERM');
  });
});

describe.skipIf(lacksScript())('at a terminal', () => {
  test.each([
    ['ctrl-C', '\u0003', 130],
    ['ctrl-\\', '\u001c', 131],
  ])('%s at the prompt for a value ends the command, and what is typed shows again', async (_, key, code) => {
    const script = 'segura_secrets secret put x --field A=-; echo "code $?"; stty -a';
    const shown = await onTerminal(desk, script, [['(not shown): ', `half of ${key}`]]);
    expect(shown.text).toContain(`code ${code}`);
    expect(shown.text).not.toContain('half of');
    expect(shown.text).not.toMatch(/-echo\b|-icanon|-isig/);
    expect(vault.journal.requests).toEqual([]);
  });

  test('ctrl-D at the question is no yes, and is not taken for a missing terminal', async () => {
    const script = 'segura_secrets secret put x --field A=env:PATH; echo "code $?"';
    const shown = await onTerminal(desk, script, [['[y/N] ', '\u0004']]);
    expect(shown.text).toContain('code 1');
    expect(shown.text).toMatch(/\[y\/N\] \r\n.*NOT_CONFIRMED/);
    expect(shown.text).toContain('The question was not answered with yes.');
    expect(vault.data.secrets.some(({ identity }) => identity === 'x')).toBe(false);
  });
});
