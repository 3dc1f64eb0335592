import { beforeEach, describe, expect, test } from 'vitest';
import type { Desk } from '../../support/command-line.js';
import { openDesk } from '../../support/desk-fixture.js';
import { lacksScript, onTerminal } from '../../support/terminal.js';
import type { Vault } from '../../vault/index.js';

let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
});

describe('secret list', () => {
  test('shows identity, name, engine, version and the names of the fields, and no value', async () => {
    const ended = await desk.run(['secret', 'list']);
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    const lines = ended.stdout.toString().trimEnd().split('\n');
    expect(lines[0]).toMatch(/^IDENTITY +NAME +ENGINE +VERSION +EXPIRES +FIELDS$/);
    expect(lines[1]).toMatch(/^postgres +postgres +Generic +2 +- +USERNAME, PASSWORD$/);
    expect(lines).toHaveLength(7);
    for (const secret of vault.secretValues()) expect(ended.stdout.toString()).not.toContain(secret);
  });

  test('gives the same as JSON, also without a value', async () => {
    const ended = await desk.run(['secret', 'list', '--output', 'json']);
    const { secrets } = JSON.parse(ended.stdout.toString());
    expect(secrets[0]).toEqual({
      identity: 'postgres',
      name: 'postgres',
      engine: 'Generic',
      version: '2',
      expires: null,
      fields: ['USERNAME', 'PASSWORD'],
    });
  });

  test('prints values to what is no terminal only with --reveal --yes', async () => {
    const refused = await desk.run(['secret', 'list', '--reveal']);
    expect([refused.code, refused.stdout.length]).toEqual([2, 0]);
    expect(refused.stderr).toContain('--reveal --yes');
    expect(vault.journal.requests).toEqual([]);
    const shown = await desk.run(['secret', 'list', '--reveal', '--yes', '--output', 'json']);
    const { secrets } = JSON.parse(shown.stdout.toString());
    expect(secrets[0].values).toEqual([
      { USERNAME: 'svc_billing', PASSWORD: vault.value('postgres', 'PASSWORD') },
    ]);
  });

  test('lists the secrets of an application under its own login', async () => {
    const ended = await desk.run([
      'secret',
      'list',
      '-a',
      'billing',
      '-s',
      'payments',
      '-e',
      'staging',
      '--output',
      'json',
    ]);
    const { secrets } = JSON.parse(ended.stdout.toString());
    expect(secrets.map(({ identity }: { identity: string }) => identity)).toEqual(['staging/postgres']);
  });

  test.skipIf(lacksScript())('fits its table into the terminal, and reveals there at once', async () => {
    const script = 'stty cols 60; segura_secrets secret list; segura_secrets secret list --reveal';
    const { text } = await onTerminal(desk, script);
    const [table = ''] = text.split(/IDENTITY +FIELD +VALUE/);
    for (const line of table.split(/\r?\n/)) expect([...line].length, line).toBeLessThanOrEqual(60);
    expect(table).toContain('…');
    expect(text.slice(table.length)).toContain('svc_billing');
  });
});

describe('a noun', () => {
  test.each([
    [['secret'], 'segura-secrets secret and one of'],
    [['secret', 'lst'], 'Did you mean segura-secrets secret list?'],
    [['secert', 'list'], 'Did you mean segura-secrets secret?'],
    [['secret', 'list', 'more'], 'segura-secrets secret list.'],
    [['secret', 'list', '--outptu', 'json'], 'Did you mean --output?'],
    [['secret', 'list', '--output', 'xml'], '--output json'],
    [['secret', 'list', '--', 'true'], 'use exec'],
    [['help', 'secret', 'lst'], 'help COMMAND'],
  ])('gets a remedy for a wrong command line, and sends nothing: %j', async (args, remedy) => {
    const ended = await desk.run(args);
    expect([ended.code, ended.stdout.length]).toEqual([2, 0]);
    expect(ended.stderr).toContain(remedy);
    expect(vault.journal.requests).toEqual([]);
  });

  test('has its verbs in help, and help of its own for each of them', async () => {
    const [noun, verb, flag] = await Promise.all(
      [
        ['help', 'secret'],
        ['help', 'secret', 'list'],
        ['secret', 'list', '--help'],
      ].map((args) => desk.run(args)),
    );
    expect(noun?.stdout.toString()).toMatch(/^Verbs:\n {2}secret list +lists the DSM secrets/m);
    expect(verb?.stdout.toString()).toMatch(/^Usage: segura-secrets secret list \[options\]/);
    expect(flag?.stdout.toString()).toBe(verb?.stdout.toString());
  });

  test('takes its settings from a config file like every command', async () => {
    const ended = await desk.run(['secret', 'list', '--config', 'missing.yaml']);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('missing.yaml');
  });

  test('ends with the exit code of the kind of failure', async () => {
    vault.authorization('ci').resources = ['PAM Core'];
    const ended = await desk.run(['secret', 'list']);
    expect([ended.code, ended.stdout.length]).toEqual([4, 0]);
  });
});
