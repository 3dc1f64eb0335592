import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { INPUT_OPTIONS, variableOf } from '../../src/cli/options/options.js';
import { INPUT_DEFAULTS, SECRET_INPUTS } from '../../src/core/input-names.js';
import type { Desk, Ended } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import type { Vault } from '../vault/index.js';

const WANTED = ['--secrets', 'stripe/STRIPE_SECRET_KEY > KEY'];
let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
});

function json(
  args: readonly string[],
  env: Record<string, string | undefined> = {},
  input = '',
): Promise<Ended> {
  return desk.run(['export', '--format', 'json', ...args], { env, input });
}

function config(text: string, mode = 0o600): string {
  const path = join(desk.folder, 'segura.yml');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe('a setting', () => {
  test('is taken from the option, else from the environment, else from the config file', async () => {
    const path = config(
      `SENHASEGURA_URL: https://127.0.0.1:1\nSENHASEGURA_TIMEOUT: "1"\nsecrets: "stripe/* > FILE_*"\n`,
    );
    const fromFile = await json(['--config', path]);
    expect(Object.keys(JSON.parse(fromFile.stdout.toString()))).toContain('FILE_STRIPE_SECRET_KEY');
    const fromEnvironment = await json(['--config', path], { SENHASEGURA_SECRETS: 'stripe/* > ENV_*' });
    expect(Object.keys(JSON.parse(fromEnvironment.stdout.toString()))).toContain('ENV_STRIPE_SECRET_KEY');
    const fromOption = await json(['--config', path, '--secrets', 'stripe/* > OPTION_*'], {
      SENHASEGURA_SECRETS: 'stripe/* > ENV_*',
    });
    expect(Object.keys(JSON.parse(fromOption.stdout.toString()))).toContain('OPTION_STRIPE_SECRET_KEY');
  });

  test('may come only from the config file, also the client secret', async () => {
    const lines = Object.entries(desk.env)
      .filter(([name]) => name.startsWith('SENHASEGURA_') && name !== 'SENHASEGURA_CA_CERTIFICATE')
      .map(([name, value]) => `${name}: ${value}`);
    const ca = vault.caCertificate.replaceAll(/^/gm, '  ');
    const path = config(
      `${lines.join('\n')}\nca-certificate: |\n${ca}\nsecrets:\n  - stripe/STRIPE_SECRET_KEY > KEY\n`,
    );
    const none = Object.fromEntries(
      Object.keys(desk.env).flatMap((name) => (name.startsWith('SENH') ? [[name, undefined]] : [])),
    );
    const ended = await json([], { ...none, SENHASEGURA_CONFIG_FILE: path });
    expect(ended.code, ended.stderr).toBe(0);
    expect(JSON.parse(ended.stdout.toString()).KEY).toBe(vault.value('stripe', 'STRIPE_SECRET_KEY'));
    expect(ended.stderr).not.toContain('chmod');
  });

  test('that repeats keeps all request lines, and one value of any other setting', async () => {
    const ended = await json([
      ...WANTED,
      '--secrets',
      'aws/AWS_ACCESS_KEY_ID > ID',
      '--timeout',
      '30',
      '--timeout=30',
    ]);
    expect(Object.keys(JSON.parse(ended.stdout.toString()))).toEqual(['KEY', 'ID']);
  });

  test('with one value is the last of several, with a warning that names those that can be shown', async () => {
    const request = ['--secrets', 'stripe/STRIPE_SECRET_KEY > KEY', '--quiet'];
    for (const [args, told] of [
      [
        ['export', '--format', 'sh', ...request, '--state', 'a', '--state=b'],
        'Option --state has several values: a, b. The last one counts: b.',
      ],
      [
        ['export', '--format', 'sh', '--format', 'json', ...request],
        'Option --format has several values: sh, json. The last one counts: json.',
      ],
      [
        ['exec', ...request, '--timeout', '1', '--timeout=30', '--', 'true'],
        'Option --timeout has several values. The last one counts.',
      ],
      [
        ['runb', '-a', 'hunter2', '--app-name', 'billing', '-s', 'payments', '-e', 'staging'],
        'Options -a and --app-name are the same option, and have several values. The last one counts.',
      ],
      [
        ['check', ...request, '--tls-verify=false', '--tls-verify'],
        'Option --tls-verify has several values. The last one counts.',
      ],
      [
        ['check', ...request, '--proxy', 'http://u:hunter2@p', '--proxy', 'http://p'],
        'Option --proxy has several values. The last one counts.',
      ],
    ] as const) {
      const ended = await desk.run(args);
      expect([ended.code, ended.stderr.includes('hunter2')], ended.stderr).toEqual([0, false]);
      expect(ended.stderr).toContain(`segura-secrets: warning: ${told}\n`);
    }
    const alike = ['--quiet', '--tls-verify', '--tls-verify=TRUE', '--timeout', '30', '--timeout=30'];
    const ended = await desk.run(['check', ...request, ...alike]);
    expect([ended.code, ended.stderr]).toEqual([0, '']);
  });

  test('that is given with two states records custody in the last, and says so', async () => {
    const words = ['export', '--format', 'json', '--quiet', '--credentials', '94 > A'];
    const ended = await desk.run([...words, '--state', 'a', '--state', 'b']);
    expect([ended.code, vault.custodies().length], ended.stderr).toEqual([0, 1]);
    expect(ended.stderr).toContain('a, b. The last one counts: b.');
    const released = await desk.run(['release', '--state', 'a', '--state', 'b']);
    expect([released.code, vault.custodies()], released.stderr).toEqual([0, []]);
  });
});

describe('a config file', () => {
  test.each([0o644, 0o640])('that others can read (%o) gets a warning that names chmod 600', async (mode) => {
    const path = config('timeout: 30\n', mode);
    const ended = await json(['--config', path, ...WANTED]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain(`chmod 600 ${path}`);
  });

  test.each([
    ['[1, 2', 'is not valid YAML (line 1: '],
    ['- a\n- b\n', 'is not a map of settings'],
    ['url: {a: b}\n', 'has a value for url that is not text'],
    ['url: a\nSENHASEGURA_URL: b\n', 'gives SENHASEGURA_URL twice'],
  ])('that cannot be used is rejected without its text: %j', async (text, message) => {
    const ended = await json(['--config', config(text), ...WANTED]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('INPUT_INVALID');
    expect(ended.stderr).toContain(message);
  });

  test('is never quoted in an error', async () => {
    const ended = await json([
      '--config',
      config('SENHASEGURA_CLIENT_SECRET: "hunter2-hunter2\n  x: [\n'),
      ...WANTED,
    ]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).not.toContain('hunter2');
  });

  test('keeps a client id of digits as it is', async () => {
    const ended = await json(
      ['--config', config('client-id: 00123456789012345678901234567890e5\n'), ...WANTED],
      {
        SENHASEGURA_CLIENT_ID: undefined,
      },
    );
    expect(ended.stderr).toContain('TOKEN_REJECTED');
    const posted = JSON.stringify(vault.journal.requests);
    expect(posted).not.toContain('1.2345');
  });

  test('with an unknown key gets a warning with a suggestion', async () => {
    const ended = await json(['--config', config('SENHASEGURA_TIMEOUTS: 3\n'), ...WANTED]);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('Did you mean SENHASEGURA_TIMEOUT?');
  });

  test('that is not there is an error', async () => {
    const ended = await json(['--config', 'nowhere.yml', ...WANTED]);
    expect([ended.code, ended.stdout.length]).toEqual([1, 0]);
    expect(ended.stderr).toContain('cannot be read (ENOENT)');
  });
});

describe('the client secret', () => {
  const hidden = { SENHASEGURA_CLIENT_SECRET: undefined };

  test.each([['--client-secret', 'hunter2-hunter2'], ['--client-secret=hunter2-hunter2']])(
    'is never taken from an argument, nor shown: %s',
    async (...args) => {
      const ended = await json([...args, ...WANTED], hidden);
      expect(ended.code).toBe(2);
      expect(ended.stderr).toContain('--client-secret-file');
      expect(ended.stderr + ended.stdout.toString()).not.toContain('hunter2');
    },
  );

  test('is taken from a file, from a file that the environment names, and from standard input', async () => {
    const secret = desk.env['SENHASEGURA_CLIENT_SECRET'] ?? '';
    const path = join(desk.folder, 'secret');
    writeFileSync(path, `${secret}\r\n`, { mode: 0o600 });
    const ways = [
      await json(['--client-secret-file', path, ...WANTED], hidden),
      await json(WANTED, { ...hidden, SENHASEGURA_CLIENT_SECRET_FILE: path }),
      await json(['--client-secret-file', '-', ...WANTED], hidden, `${secret}\n`),
    ];
    for (const ended of ways) expect(ended.code, ended.stderr).toBe(0);
  });

  test('in a file that others can read causes a warning; an empty file and several lines are rejected', async () => {
    const path = join(desk.folder, 'secret');
    writeFileSync(path, desk.env['SENHASEGURA_CLIENT_SECRET'] ?? '');
    chmodSync(path, 0o644);
    const open = await json(['--client-secret-file', path, ...WANTED], hidden);
    expect(open.code, open.stderr).toBe(0);
    expect(open.stderr).toContain(`chmod 600 ${path}`);
    for (const [text, message] of [
      ['', 'is empty'],
      ['one\ntwo\n', 'has several lines'],
    ] as const) {
      writeFileSync(path, text);
      const refused = await json(['--client-secret-file', path, ...WANTED], hidden);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(message);
      expect(refused.stderr).not.toContain('two');
    }
  });

  test('that is missing is reported with the ways to set it, and with the reason in GitLab', async () => {
    const ended = await json(WANTED, { ...hidden, GITLAB_CI: 'true', CI_COMMIT_REF_PROTECTED: 'false' });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('Set SENHASEGURA_CLIENT_SECRET in the environment');
    expect(ended.stderr).toContain('GitLab gives protected variables only to protected refs');
    const elsewhere = await json(WANTED, hidden);
    expect(elsewhere.stderr).not.toContain('GitLab');
  });
});

describe('a command line that is wrong', () => {
  test.each([
    [['exprt'], 'no such command'],
    [['export', '--formt', 'json'], 'Did you mean --format?'],
    [['export', '--format'], '--format needs a value'],
    [['export', '--format', 'xml', ...WANTED], 'one of sh, pwsh, dotenv, json, github, azure'],
    [['export', ...WANTED], 'Write --format'],
    [['export', 'json'], 'takes no positional arguments'],
    [['exec', ...WANTED, 'ls'], 'Put "--" before the command'],
    [['exec', ...WANTED, '--'], 'needs a command to run'],
    [['release'], 'Write --state FILE'],
    [['release', '--state', 's', '--timeout', 'x'], 'no option --timeout'],
    [['check', '--', 'ls'], 'does not run another command'],
    [['export', '--format', '--quiet'], '--format needs a value'],
  ])('ends with 2 and says what to write: %j', async (args, message) => {
    const ended = await desk.run(args);
    expect([ended.code, ended.stdout.toString()]).toEqual([2, '']);
    expect(ended.stderr).toContain(message);
    expect(vault.journal.requests).toEqual([]);
  });

  test('names every problem of the inputs at once, in words of a command line', async () => {
    const ended = await desk.run(
      ['exec', '--retries', 'many', '--custody-wait', '300', '--secrets', 'a/b > output:X', '--', 'true'],
      { env: { SENHASEGURA_URL: 'vault.example.com' } },
    );
    expect(ended.code).toBe(125);
    expect(ended.stderr).toContain('Write --retries 4 (a whole number from 0 to 20)');
    expect(ended.stderr).toContain('Write --deadline 360');
    expect(ended.stderr).toContain('Write --url https://vault.example.com');
    expect(ended.stderr).toContain('asks for the output X, which only GitHub Actions has');
  });
});

describe('switches', () => {
  test.each([
    [['--mask-metadata'], true],
    [['--mask-metadata', 'true'], true],
    [['--mask-metadata=true'], true],
    [['--mask-metadata', 'false'], false],
    [[], false],
  ])('can have a value or none: %j', async (args, isHidden) => {
    const ended = await desk.run([
      'exec',
      '--secrets',
      'postgres/USERNAME > WHO',
      ...args,
      '--',
      'sh',
      '-c',
      'echo "$WHO"',
    ]);
    expect(ended.stdout.toString()).toBe(isHidden ? '***\n' : 'svc_billing\n');
  });
});

test('every input of the action is an option with a variable, except for those that must not be one', () => {
  const options = Object.keys(INPUT_OPTIONS);
  const without = Object.keys(INPUT_DEFAULTS).filter((name) => !options.includes(name));
  expect(without.toSorted()).toEqual([...SECRET_INPUTS, 'export-env', 'summary'].toSorted());
  expect(variableOf('custody-wait')).toBe('SENHASEGURA_CUSTODY_WAIT');
});

describe('help and version', () => {
  test.each([[['help']], [['--help']], [['-h']]])('shows the commands: %j', async (args) => {
    const ended = await desk.run(args);
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    for (const command of ['exec', 'export', 'release', 'runb', 'check']) {
      expect(ended.stdout.toString()).toContain(`segura-secrets ${command} `);
    }
  });

  test('of a command shows its options, with their defaults', async () => {
    for (const args of [
      ['help', 'exec'],
      ['exec', '--help'],
    ]) {
      const ended = await desk.run(args);
      expect(ended.stdout.toString()).toMatch(/--custody-wait SECONDS +maximum time to wait[^-]*\(0\)/);
      expect(ended.stdout.toString()).not.toContain('--format');
    }
  });

  test('prints only the version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    for (const args of [['version'], ['--version']]) {
      expect((await desk.run(args)).stdout.toString()).toBe(`${version}\n`);
    }
  });
});
