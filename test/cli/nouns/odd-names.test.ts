import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Desk } from '../../support/command-line.js';
import { openDesk } from '../../support/desk-fixture.js';
import { addDynamic } from '../../support/dynamic.js';
import { lacks } from '../../support/skips.js';
import type { Vault } from '../../vault/index.js';

let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
});

const NAMES = [
  '-x',
  '--yes',
  '--',
  "-it's",
  'a b',
  '"q"',
  '$HOME',
  '$(id)',
  'a\nb',
  'a::b',
  '-a\nb',
  '\x1b[1m',
];

/** The command that a remedy offers at its end. */
function commandIn(stderr: string): string {
  return /segura-secrets (?!:)[a-z-]+ .*$/m.exec(stderr.replaceAll(/^segura-secrets: /gm, ''))?.[0] ?? '';
}

function follow(shell: string, command: string, yes = '') {
  const line = command.replace(/^segura-secrets( [a-z-]+ [a-z]+)/, `segura_secrets$1${yes}`);
  return desk.shell([shell], line);
}

describe('an identity with characters that a shell or the command line reads', () => {
  test.each(NAMES)('works in each command behind "--": %j', async (identity) => {
    const stored = () => vault.data.secrets.find((each) => each.identity === identity);
    const put = await desk.run(['secret', 'put', '--field', 'A=env:PATH', '--yes', '--', identity]);
    expect(put.code, put.stderr).toBe(0);
    expect(stored()?.data).toEqual([{ A: desk.env['PATH'] }]);
    const shown = await desk.run(['secret', 'show', '--output', 'json', '--', identity]);
    expect(JSON.parse(shown.stdout.toString())).toMatchObject({ identity, fields: ['A'] });
    const copied = await desk.run(['secret', 'copy', '--yes', '--', identity, `${identity}2`]);
    expect(copied.code, copied.stderr).toBe(0);
  });

  test.each(['sh', 'bash'])('stands in a remedy as %s takes it', async (shell) => {
    if (lacks(shell)) return;
    for (const identity of NAMES) {
      await desk.run(['secret', 'put', '--field', 'A=env:PATH', '--yes', '--', identity]);
      const refused = await desk.run(['secret', 'delete', '--', identity]);
      expect(refused.code).not.toBe(0);
      const followed = await follow(shell, commandIn(refused.stderr), ' --yes');
      expect(followed.code, `${refused.stderr}\n${followed.stderr}`).toBe(0);
      expect(vault.data.secrets.find((each) => each.identity === identity)?.expirationDate).toBe(
        '2020-01-01 23:59:59',
      );
    }
  });

  test('and a value of an option that begins with "-" stand in a remedy as they have to', async () => {
    const refused = await desk.run(['device', 'put', '--ip=-1', '--yes', '--', '-web']);
    const command = commandIn(refused.stderr);
    expect(command).toBe(
      'segura-secrets device put --ip=-1 --type TEXT --vendor TEXT --model TEXT --site TEXT -- -web',
    );
    const followed = await follow('sh', command, ' --yes');
    expect(followed.code, followed.stderr).toBe(0);
    expect(vault.data.devices.at(-1)).toMatchObject({ hostname: '-web', ip: '-1' });
  });

  test('is told how to be written where it is taken for an option', async () => {
    const ended = await desk.run(['secret', 'show', '-x']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('A name that begins with "-" stands behind "--", after all options.');
  });

  test('is separated by a second "--" from a command to run', async () => {
    const [first] = vault.data.credentials;
    if (first === undefined) throw new Error('the sample has no credential');
    first.identifier = '-app';
    const script = 'test -n "$CREDENTIAL_PASSWORD" && echo "$0 $1"';
    const args = ['credential', 'with', '--quiet', '--', '-app', '--', 'sh', '-c', script, '--', 'x'];
    const ended = await desk.run(args);
    expect([ended.code, ended.stdout.toString()], ended.stderr).toEqual([0, '-- x\n']);
    const missing = await desk.run(['credential', 'with', '--', 'true']);
    expect([missing.code, missing.stderr.includes('needs CREDENTIAL')]).toEqual([2, true]);
  });
});

describe('a control character in the name of something new', () => {
  test.each([
    ['device', 'put', 'a\x01b', '--ip', '10.0.0.1', '--yes'],
    ['credential', 'put', 'root@a\x7fb', '--ip', '10.0.0.1', '--yes'],
    ['credential', 'put', 'new', '--username', 'u', '--hostname', 'a\nb', '--ip', '10.0.0.1', '--yes'],
  ])('is rejected with what to do: %s %s %j', async (...args) => {
    const ended = await desk.run(args);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('INPUT_INVALID: The name of a new ');
    expect(ended.stderr).toContain('Type the name anew');
    expect(
      vault.journal.requests.filter(({ method, path }) => method === 'POST' && !path.includes('oauth')),
    ).toEqual([]);
  });
});

describe('fields whose names differ only in signs', () => {
  test('are shown by credential show --reveal as the vault has them', async () => {
    const body = JSON.stringify({
      response: { status: 200, message: 'ok', error: false, error_code: 0, detail: '' },
      credential: { id: '95', password: 'p1', 'a-b': 'one', 'a.b': 'two', A_B: 'three', é: 'four' },
    });
    vault.faults.add({
      match: { method: 'GET', path: '/api/pam/credential/95' },
      fault: { kind: 'reply', status: 200, body, handled: true },
    });
    const ended = await desk.run(['credential', 'show', '95', '--reveal', '--yes', '--output', 'json']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(JSON.parse(ended.stdout.toString()).values).toEqual({
      id: '95',
      password: 'p1',
      'a-b': 'one',
      'a.b': 'two',
      A_B: 'three',
      é: 'four',
    });
  });

  test('do not keep a dynamic secret from being provisioned', async () => {
    addDynamic(vault);
    const name = 'app/db';
    const secret = vault.data.secrets.find((each) => each.identity === name);
    if (secret === undefined) throw new Error('there is no dynamic secret');
    secret.data = { ...[secret.data].flat()[0], 'a-b': 'one', 'a.b': 'two' };
    const ended = await desk.run(['provision', name, '--yes', '--reveal', '--output', 'json']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(JSON.parse(ended.stdout.toString()).values).toMatchObject({ 'a-b': 'one', 'a.b': 'two' });
  });
});

describe('a dry run', () => {
  const file = (name: string, text: string): string => {
    writeFileSync(join(desk.folder, name), text);
    return name;
  };

  test.each([
    ['secret', 'put', 'stripe', '--field', 'A=env:PATH'],
    ['secret', 'copy', 'stripe', 'other'],
    ['application', 'register', '-a', 'a', '-s', 'b', '-e', 'c', '--secret-file', 'client-secret'],
    ['application', 'deactivate'],
    ['credential', 'put', 'root@web-01', '--tags', 'a'],
    ['credential', 'disable', '95'],
    ['credential', 'rotate', '95', '--new', '--verify', 'true'],
    ['ssh-key', 'put', 'new-key', '--generate', 'ed25519', '--hostname', 'app-01', '--ip', '10.0.0.11'],
    ['device', 'put', 'web-01', '--model', 'x'],
    ['info', 'put', 'notes', '--content', '@value'],
    ['migrate', 'app.env', '--identity', 'a', '--strip', '--backup', 'backups'],
    ['provision', 'app/db', '--state', 'state'],
  ])('leaves the disk as it is, also with --audit-file: %s %s', async (...args) => {
    addDynamic(vault);
    file('value', 'x');
    file('app.env', 'DB_PASSWORD=correct-horse-battery\n');
    const before = readdirSync(desk.folder).sort();
    const ended = await desk.run([...args, '--dry-run', '--audit-file', 'audit.log']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(readdirSync(desk.folder).sort()).toEqual(before);
  });

  test('says that an audit file could not be written', async () => {
    const args = ['secret', 'put', 'stripe', '--field', 'A=env:PATH', '--dry-run', '--audit-file'];
    for (const path of ['none/audit.log', '.', '/dev/null']) {
      const ended = await desk.run([...args, path]);
      expect([ended.code, ended.stderr.includes('FILE_REFUSED: The audit file')], path).toEqual([1, true]);
    }
    expect(existsSync(join(desk.folder, 'none'))).toBe(false);
  });
});

describe('a value that is given where only a place can be', () => {
  const VALUE = 'Tr0ub4dor&3%x!';
  /** These could be the names of files or of variables too, but are not evidently such. */
  const LIKE_NAMES = [
    'Tr0ub4dor3',
    'correct_horse',
    'JBSWY3DPEHPK3PXP',
    'HUNTER2',
    'aGVs/bG8',
    '/Tr0ub4dor',
    'a.b',
  ];

  test.each(
    LIKE_NAMES.flatMap((value) => [
      ['secret', 'put', 'x', '--field', `A=@${value}`],
      ['secret', 'put', 'x', '--field', `A=env:${value}`],
      ['secret', 'put', 'x', '--json', value],
      ['credential', 'put', 'root@web-01', '--password', `@${value}`],
      ['credential', 'put', 'root@web-01', '--password', `env:${value}`],
      ['ssh-key', 'put', 'app-01-key', '--passphrase', `env:${value}`],
      ['secret', 'list', '--client-secret-file', value],
    ]),
  )(
    'is in no message if it could be a name, and the message says what is wrong: %s %s %s %s %s',
    async (...args) => {
      const ended = await desk.run([...args, ...(args.includes('list') ? [] : ['--yes'])]);
      expect([1, 2, 5]).toContain(ended.code);
      expect(ended.stderr).toMatch(/cannot be read \(ENOENT\)|that it names is not set/);
      const told = `${ended.stdout}${ended.stderr}`;
      for (const value of LIKE_NAMES) expect(told).not.toContain(value);
    },
  );

  test.each([
    ['secret', 'put', 'x', '--field', `A=${VALUE}`],
    ['secret', 'put', 'x', '--field', `A=@${VALUE}`],
    ['secret', 'put', 'x', '--field', `A=env:${VALUE}`],
    ['secret', 'put', 'x', '--field', VALUE],
    ['secret', 'put', 'x', `A=${VALUE}`],
    ['secret', 'put', 'x', '--expires', VALUE],
    ['credential', 'put', 'root@web-01', '--password', VALUE],
    ['credential', 'put', 'root@web-01', '--password', `@${VALUE}`],
    ['credential', 'put', 'root@web-01', '--additional', VALUE],
    ['ssh-key', 'put', 'app-01-key', '--private-key', VALUE],
    ['ssh-key', 'put', 'app-01-key', '--private-key', `@${VALUE}`],
    ['ssh-key', 'put', 'app-01-key', '--generate', VALUE],
    ['info', 'put', 'notes', '--content', VALUE],
    ['mysafe', 'put', 'note:x', '--field', `content=${VALUE}`],
    ['mysafe', 'put', 'note:x', '--field', `content=@${VALUE}`],
  ])('is in no message: %s %s %s %s %s', async (...args) => {
    const ended = await desk.run([...args, '--yes']);
    expect([1, 2, 5]).toContain(ended.code);
    expect(`${ended.stdout}${ended.stderr}`).not.toContain(VALUE);
  });

  test('is not mistaken for a path: a file that is missing is named', async () => {
    const ended = await desk.run(['secret', 'put', 'x', '--field', 'A=@secrets/my file.txt', '--yes']);
    expect(ended.stderr).toContain('field A: secrets/my file.txt cannot be read (ENOENT)');
  });

  test.each(['DB_PASSWORD', 'TOKEN', 'APP_1_KEY'])(
    'nor for a variable: %s, which is not set, is named',
    async (name) => {
      const ended = await desk.run(['secret', 'put', 'x', '--field', `A=env:${name}`, '--yes']);
      expect(ended.stderr).toContain(`field A: the environment variable ${name} is not set.`);
    },
  );
});

describe('a text of YAML that no parser should follow', () => {
  const bomb = [
    'a: &a [x, x]',
    ...[...'bcdefghijkl'].map((each, at) => `${each}: &${each} [${`*${'abcdefghijk'[at]}, `.repeat(9)}x]`),
  ];

  test.each([
    ['with an alias without its anchor', 'password: v-1\nb: *none\n', 'line 2: bad alias'],
    ['with lists nested without end', `a: ${'['.repeat(20_000)}\n`, 'nested too deeply'],
    ['with aliases that would make a text of any length', `${bomb.join('\n')}\n`, 'too many aliases'],
  ])('%s is a fault of the file, in whatever the file is for', async (_what, text, told) => {
    writeFileSync(join(desk.folder, 'a.yaml'), text);
    const env = { SENHASEGURA_MAPPING_FILE: 'a.yaml' };
    for (const [args, more] of [
      [['migrate', 'a.yaml', '--identity', 'x', '--yes'], {}],
      [['secret', 'list', '--config', 'a.yaml'], {}],
      [['runb', '-a', 'a', '-s', 'b', '-e', 'c'], { env }],
    ] as const) {
      const ended = await desk.run([...args], more);
      expect([ended.code, ended.stderr.includes('INPUT_INVALID')], ended.stderr).toEqual([1, true]);
      expect(ended.stderr).toContain(told);
      expect(ended.stderr).not.toContain('v-1');
    }
    expect(vault.journal.requests).toEqual([]);
  });
});

test('half of a character in --json is a fault of that member', async () => {
  writeFileSync(join(desk.folder, 'a.json'), '{"a": "v-1\\ud800"}');
  const ended = await desk.run(['secret', 'put', 'x', '--json', 'a.json', '--yes']);
  expect([ended.code, vault.journal.requests]).toEqual([1, []]);
  expect(ended.stderr).toContain('INPUT_INVALID: --json: the member a is no valid Unicode text');
  expect(ended.stderr).not.toContain('v-1');
});

describe('a member that is there twice', () => {
  test.each([
    [
      ['secret', 'put', 'x', '--json', 'a.json', '--yes'],
      'a.json',
      '{"b": "1", "a": "v-1", "a": "v-2"}',
      'the member a is',
    ],
    [
      ['secret', 'put', 'x', '--json', 'a.json', '--yes'],
      'a.json',
      '{"a": "v-1", "\\u0061": "v-1"}',
      'the member a is',
    ],
    [
      ['migrate', 'a.json', '--identity', 'x', '--yes'],
      'a.json',
      '{"a": {"b c": "v-1", "b c": "v-2"}}',
      'duplicate key a.b c',
    ],
    [
      ['migrate', 'a.yaml', '--identity', 'x', '--yes'],
      'a.yaml',
      'l:\n- a: v-1\n  a: v-2\n',
      'duplicate key l.0.a',
    ],
    [
      ['migrate', 'a.properties', '--identity', 'x', '--yes'],
      'a.properties',
      'a=v-1\nb=1\na:v-2\n',
      'has the key a twice, in lines 1 and 3',
    ],
    [
      ['secret', 'list', '--config', 'a.yaml'],
      'a.yaml',
      'secrets:\n  - x/y > A\nurl: v-1\nurl: v-2\n',
      'duplicate key url',
    ],
  ])('is rejected with its name, and nothing is sent: %j', async (args, name, text, told) => {
    writeFileSync(join(desk.folder, name), text);
    const ended = await desk.run(args);
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toContain(told);
    expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/v-[12]/);
    expect(
      vault.journal.requests.filter(({ method, path }) => method === 'POST' && path.includes('secret')),
    ).toEqual([]);
  });
});

describe('check with lines of save', () => {
  test('needs neither --yes nor the values, since it writes nothing', async () => {
    const ended = await desk.run(['check', '--save', 'NEW_TOKEN > app/db/TOKEN\nfile:none > app/db/KEY']);
    expect([ended.code, ended.stdout.toString()], ended.stderr).toEqual([
      0,
      expect.stringContaining('No problems'),
    ]);
    const bad = await desk.run(['check', '--save', 'NEW_TOKEN > app/db/TOKEN\nA > app/db/TOKEN']);
    expect([bad.code, bad.stderr.includes('a second value')]).toEqual([1, true]);
    const fork = {
      CI: 'true',
      GITLAB_CI: 'true',
      CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '1',
      CI_MERGE_REQUEST_PROJECT_ID: '2',
    };
    const inFork = await desk.run(['check', '--save', 'NEW_TOKEN > app/db/TOKEN'], { env: fork });
    expect(inFork.code, inFork.stderr).toBe(0);
  });
});
