import { beforeEach, describe, expect, test } from 'vitest';
import { COMMANDS, type CommandName } from '../../src/cli/options/commands.js';
import type { Desk } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import { lacksScript, onTerminal } from '../support/terminal.js';
import type { Vault } from '../vault/index.js';

const NAMES = Object.keys(COMMANDS) as CommandName[];
const FETCHING: readonly CommandName[] = ['exec', 'export', 'runb', 'check'];
let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
});

async function help(...words: string[]): Promise<string> {
  const ended = await desk.run(['help', ...words]);
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  return ended.stdout.toString();
}

describe('help', () => {
  test('has no line over 80 columns', async () => {
    for (const topic of [[], ...NAMES.map((name) => [name])]) {
      for (const line of (await help(...topic)).split('\n'))
        expect([...line].length, line).toBeLessThanOrEqual(80);
    }
  });

  test.each(FETCHING)('of %s names the settings that are required, and gives an example', async (name) => {
    const text = await help(name);
    for (const variable of ['SENHASEGURA_URL', 'SENHASEGURA_CLIENT_ID', 'SENHASEGURA_CLIENT_SECRET'])
      expect(text).toContain(`  ${variable} `);
    expect(text).toMatch(/^Example:\n {2}\S/m);
  });

  test('of release names the client secret as the only setting that is required', async () => {
    const text = await help('release');
    expect(text).toContain('  SENHASEGURA_CLIENT_SECRET ');
    expect(text).not.toContain('SENHASEGURA_URL');
  });

  test.each(FETCHING)('of %s shows an example that is accepted unchanged', async (name) => {
    const [, example = ''] = /^Example:\n((?: {2}.*\n)+)/m.exec(await help(name)) ?? [];
    const script = `segura-secrets() { segura_secrets "$@"; }; state=$PWD/state\n${example.replace('./deploy.sh', 'true')}`;
    const ended = await desk.shell(['bash'], script);
    expect(ended.code, ended.stderr).toBe(0);
    expect(vault.journal.requests.length).toBeGreaterThan(0);
  });

  test.each([
    [['exce'], 'help exec'],
    [['relaese'], 'help release'],
    [['nothing'], 'help and one of'],
    [['exec', 'export'], 'help COMMAND'],
  ])('of an unknown command ends with 2: %j', async (words, remedy) => {
    const ended = await desk.run(['help', ...words]);
    expect([ended.code, ended.stdout.length]).toEqual([2, 0]);
    expect(ended.stderr).toContain(remedy);
  });
});

test('a bare call shows the commands on standard error, and ends with 2', async () => {
  const ended = await desk.run([]);
  expect([ended.code, ended.stdout.length]).toEqual([2, 0]);
  expect(ended.stderr).toBe(await help());
});

describe('a typing error gets a suggestion', () => {
  test.each([
    [['exce', '--', 'true'], 'segura-secrets exec?'],
    [['chekc'], 'segura-secrets check?'],
    [['relase'], 'segura-secrets release?'],
    [['exec', '--stat', 's'], '--state?'],
    [['exec', '--crednetials', 'x'], '--credentials?'],
    [['export', '--ouptut', 'x'], '--output?'],
    [['check', '--onlin'], '--online?'],
    [['completion', 'bsh'], 'segura-secrets completion bash?'],
  ])('%j', async (args, suggestion) => {
    const ended = await desk.run(args);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(`Did you mean ${suggestion}`);
  });
});

describe('colours', () => {
  const FAULTY = "segura_secrets exec --debug --secrets 'nope/x > X' -- true";
  const ERROR = '\u001b[1;31mSECRET_NOT_FOUND:\u001b[0m';

  test.skipIf(lacksScript())(
    'of level words are shown on a terminal, unless NO_COLOR or TERM=dumb says otherwise',
    async () => {
      const colored = await onTerminal(desk, `${FAULTY} 2>&1`);
      expect(colored.text).toContain(ERROR);
      expect(colored.text).toContain('\u001b[2mdebug:\u001b[0m');
      for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }, { FORCE_COLOR: '0' }]) {
        const plain = await onTerminal(desk, FAULTY, [], env);
        expect(plain.text).toContain('SECRET_NOT_FOUND: ');
        expect(plain.text).not.toContain('\u001b[1');
      }
      expect((await onTerminal(desk, FAULTY, [], { NO_COLOR: '' })).text).toContain(ERROR);
    },
  );

  test('are shown elsewhere where FORCE_COLOR asks for them, over NO_COLOR too', async () => {
    const args = ['exec', '--secrets', 'nope/x > X', '--', 'true'];
    expect((await desk.run(args)).stderr).not.toContain('\u001b');
    expect((await desk.run(args, { env: { FORCE_COLOR: '1' } })).stderr).toContain(ERROR);
    expect((await desk.run(args, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stderr).toContain(ERROR);
    const warned = await desk.run(['exec', '--tls-verify=false', ...args.slice(1)], {
      env: { FORCE_COLOR: '1' },
    });
    expect(warned.stderr).toContain('\u001b[1;33mwarning:\u001b[0m');
  });
});

test('command line errors do not use the words for a step of a job', async () => {
  vault.holdBy('95', 'a person');
  const runs = [
    ['export', '--format', 'sh', '--state', 's1', '--credentials', '94 > A'],
    ['exec', '--credentials', '95 > A', '--', 'true'],
    ['exec', '--credentials', '96 > A', '--', 'true'],
    [
      'exec',
      '--custody-wait',
      '300',
      '--retries',
      'x',
      '--url',
      'nowhere',
      '--secrets',
      'a > b > c',
      '--',
      'true',
    ],
    ['exec', '--application', 'x', '--secrets', 'stripe/* > LD_PRELOAD', '--', 'true'],
    ['exec', '--secrets', 'stripe/STRIPE_SECRET_KEY > file:no/such/file', '--', 'true'],
    ['exec', '--secrets', 'stripe/STRIPE_SECRET_KEY > LD_PRELOAD', '--', 'true'],
    ['exec', '--tls-verify', 'false', '--secrets', 'stripe/STRIPE_SECRET_KEY > KUBECONFIG', '--', 'true'],
    ['exec', '--ca-certificate', '/nowhere', '--secrets', 'stripe/* > *', '--', 'true'],
    ['exec', '--url', 'https://127.0.0.1:1', '--retries', '0', '--secrets', 'stripe/* > *', '--', 'true'],
    ['exec', '--url', '', '--client-id', '', '--', 'true'],
    ['exec', '--', 'true'],
    ['exec', '--min-mask-length', '900', '--secrets', 'stripe/STRIPE_SECRET_KEY > K', '--', 'true'],
  ];
  const texts = await Promise.all(runs.map(async (args) => (await desk.run(args)).stderr));
  for (const [index, text] of texts.entries()) {
    expect(text, JSON.stringify(runs[index])).not.toMatch(
      /\b[Ii]nputs?\b|\bsteps?\b|\bworkflow|somebody|until the job ends|\brunner\b|"(?:secrets|credentials|url|custody-wait|deadline|ca-certificate|min-mask-length)"/,
    );
    expect(text).not.toBe('');
  }
  const all = texts.join('');
  for (const told of [
    '--custody-wait is 300 s',
    'Line 1 of --secrets',
    'custody until the command ends',
    'Write --custody-wait 60',
  ])
    expect(all).toContain(told);
});
