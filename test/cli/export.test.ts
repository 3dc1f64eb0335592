import { appendFileSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deskAt, openDesk } from '../support/desk-fixture.js';
import { parseKeyValues } from '../support/key-values.js';
import { NASTY, vaultWith } from '../support/nasty.js';
import { until } from '../vault/vault-fixture.js';

const { LARGE: _, ...VALUES } = NASTY;
const NAMES = Object.keys(VALUES) as (keyof typeof VALUES)[];
const LINES = NAMES.map((name) => `postgres/${name} > ${name}`).join('\n');
const SHELLS = ['bash', 'dash', 'busybox ash', 'zsh', 'ksh'];

describe('export --format sh', () => {
  test.each(SHELLS)('brings every value byte for byte through eval in %s', async (named) => {
    const [command = '', ...words] = named.split(' ');
    const vault = await vaultWith(VALUES);
    const desk = deskAt(vault);
    if ((await desk.spawn('sh', ['-c', `command -v ${command}`], {})).code !== 0) {
      // Only bash and dash are promised to be there.
      expect(['busybox', 'zsh', 'ksh']).toContain(command);
      return;
    }
    const script = `values=$(segura_secrets export --format sh --secrets '${LINES}') || exit 9
eval "$values"
'${process.execPath}' -e 'process.stdout.write(JSON.stringify(process.env))'`;
    const ended = await desk.shell([command, ...words], script);
    expect(ended.code, ended.stderr).toBe(0);
    const got = JSON.parse(ended.stdout.toString());
    for (const name of NAMES) expect(got[name], name).toBe(VALUES[name]);
    await vault.close();
  });

  test('prints nothing at all when one of the requests fails', async () => {
    const { vault, desk } = await openDesk();
    const ended = await desk.run([
      'export',
      '--format',
      'sh',
      '--state',
      'state',
      '--secrets',
      'postgres/PASSWORD > A\nnope/X > B',
      '--credentials',
      '94 > C',
    ]);
    expect(ended.code).toBe(5);
    expect(ended.stdout.toString()).toBe('');
    expect(ended.stderr).toContain('SECRET_NOT_FOUND');
    expect(vault.custodies()).toEqual([]);
    expect(desk.files()).toEqual([]);
  });
});

describe('export for the readers of env files', () => {
  const CRUEL = 'touch PWNED #\'"';

  test('rejects a value that a shell would run, and writes it for the readers that the error names', async () => {
    const vault = await vaultWith({ CRUEL, FINE: "it's fine" });
    const desk = deskAt(vault);
    const args = ['export', '--format', 'dotenv', '--output', '.env', '--secrets', 'postgres/*'];
    const refused = await desk.run(args);
    expect([refused.code, desk.files()]).toEqual([1, []]);
    expect(refused.stderr).toContain('sh, python, compose would read a different one');
    expect(refused.stderr).not.toContain('PWNED');
    const [, readers = ''] = / --readers (\S+?)\. /.exec(refused.stderr) ?? [];
    expect((await desk.run([...args, '--readers', readers])).code).toBe(0);
    const print = 'console.log(JSON.stringify([process.env.CRUEL, process.env.FINE]))';
    const { stdout } = await desk.spawn(process.execPath, ['--env-file=.env', '-e', print], {});
    expect(JSON.parse(stdout.toString())).toEqual([CRUEL, "it's fine"]);
    await vault.close();
  });

  test('takes several --readers, and spaces between them', async () => {
    const vault = await vaultWith({ BACK: 'C:\\dir\\' });
    const desk = deskAt(vault);
    const args = ['export', '--format', 'dotenv', '--secrets', 'postgres/*'];
    const written = await desk.run([...args, '--readers', 'compose, node', '--readers', 'python']);
    expect(written.stdout.toString()).toBe('BACK=C:\\dir\\\n');
    expect((await desk.run([...args, '--readers', 'sh'])).stdout.toString()).toBe("BACK='C:\\dir\\'\n");
    await vault.close();
  });

  test.each([
    [['--format', 'dotenv', '--readers', 'sh,ruby'], 'some of sh,node,npm,python,compose'],
    [['--format', 'dotenv', '--readers', ''], 'some of sh,node,npm,python,compose'],
    [['--format', 'sh', '--readers', 'sh'], '--readers is for --format dotenv'],
  ])('rejects %j', async (args, told) => {
    const { vault, desk } = await openDesk();
    const ended = await desk.run(['export', ...args, '--secrets', '*']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(told);
    expect(vault.journal.requests).toEqual([]);
  });

  test('writes lines for docker run unchanged, and rejects values with a line break', async () => {
    const vault = await vaultWith({ CRUEL, SPACES: '  around  ' });
    const desk = deskAt(vault);
    const ended = await desk.run(['export', '--format', 'docker', '--secrets', 'postgres/*']);
    expect(ended.stdout.toString()).toBe(`CRUEL=${CRUEL}\nSPACES=  around  \n`);
    await vault.close();
    const lines = await vaultWith({ KEY: 'a\nb' });
    const refused = await deskAt(lines).run(['export', '--format', 'docker', '--secrets', 'postgres/*']);
    expect([refused.code, refused.stdout.toString()]).toEqual([1, '']);
    expect(refused.stderr).toContain('VALUE_BROKEN: The value of postgres/KEY for KEY has a line break');
    await lines.close();
  });
});

test('only export --format azure accepts all names of pipeline variables', async () => {
  const vault = await vaultWith({ PASSWORD: 'plain-value' });
  const desk = deskAt(vault);
  const wanted = ['--secrets', 'postgres/PASSWORD > db.pass-word'];
  const written = await desk.run(['export', '--format', 'azure', ...wanted]);
  expect(written.code, written.stderr).toBe(0);
  expect(written.stdout.toString()).toContain('##vso[task.setvariable variable=db.pass-word;issecret=true]');
  const refused = await desk.run(['export', '--format', 'github', ...wanted]);
  expect([refused.code, refused.stdout.toString()]).toEqual([1, '']);
  expect(refused.stderr).toContain('NAME_INVALID');
  await vault.close();
});

describe('export of what has to be released', () => {
  test('is rejected without a state file, before any request', async () => {
    const { vault, desk } = await openDesk();
    for (const request of [
      ['--credentials', '94 > A'],
      ['--secrets', 'tls/TLS_KEY > path:KEY'],
      ['--secrets', 'tls/TLS_KEY > file:key'],
    ]) {
      const ended = await desk.run(['export', '--format', 'sh', ...request]);
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain('INPUT_MISSING');
      expect(ended.stderr).toContain('Give --state FILE');
    }
    expect(vault.journal.requests).toEqual([]);
  });

  test('keeps it in a state file that only the owner reads, until release', async () => {
    const { vault, desk } = await openDesk();
    const ended = await desk.shell(
      ['sh'],
      "umask 000; segura_secrets export --format json --state state --credentials '94 > A' --secrets 'tls/TLS_KEY > path:KEY'",
    );
    expect(ended.code, ended.stderr).toBe(0);
    const got = JSON.parse(ended.stdout.toString());
    expect(got.A).toBe(vault.password(94));
    expect(readFileSync(got.KEY, 'utf8')).toBe(vault.value('tls', 'TLS_KEY'));
    expect(statSync(desk.state).mode & 0o777).toBe(0o600);
    expect(readFileSync(desk.state, 'utf8')).not.toContain(vault.password(94));
    expect(vault.custodies().length).toBe(1);

    const released = await desk.run(['release', '--state', 'state']);
    expect(released.code, released.stderr).toBe(0);
    expect(released.stdout.toString()).toBe('');
    expect([vault.custodies(), desk.files()]).toEqual([[], []]);
  });

  test('is in the state file before the first read leaves', async () => {
    const { vault, desk } = await openDesk();
    vault.faults.add({
      match: { path: /credential\/94/ },
      times: 1,
      fault: { kind: 'delayReply', ms: 20_000 },
    });
    const running = desk.run(['export', '--format', 'sh', '--state', 'state', '--credentials', '94 > A'], {
      onStart: (pid) => {
        void until(() => vault.everTaken().length > 0).then(() => process.kill(pid, 'SIGKILL'));
      },
    });
    expect((await running).signal).toBe('SIGKILL');
    expect(vault.custodies().length).toBe(1);
    const released = await desk.run(['release', '--state', 'state']);
    expect(released.code, released.stderr).toBe(0);
    expect([vault.custodies(), desk.files()]).toEqual([[], []]);
  });

  test('never overwrites the state of an earlier run', async () => {
    const { vault, desk } = await openDesk();
    const first = ['export', '--format', 'sh', '--state', 'state', '--credentials', '94 > A'];
    expect((await desk.run(first)).code).toBe(0);
    const state = readFileSync(desk.state, 'utf8');
    const second = await desk.run([
      'export',
      '--format',
      'sh',
      '--state',
      'state',
      '--credentials',
      '96 > B',
    ]);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`segura-secrets release --state ${desk.state}`);
    expect(readFileSync(desk.state, 'utf8')).toBe(state);
    expect(vault.everTaken()).toEqual(['94']);
  });

  test('is never kept in one state file by two runs at a time', async () => {
    const { vault, desk } = await openDesk();
    for (let round = 0; round < 4; round += 1) {
      writeFileSync(desk.state, '');
      const runs = await Promise.all(
        ['94', '96', '95'].map((id) =>
          desk.run(['export', '--format', 'sh', '--state', 'state', '--credentials', `${id} > A`]),
        ),
      );
      expect(runs.map(({ code }) => code).sort()).toEqual([0, 1, 1]);
      expect(vault.custodies().length).toBe(1);
      const released = await desk.run(['release', '--state', 'state']);
      expect(released.code, released.stderr).toBe(0);
      expect([vault.custodies(), desk.files()]).toEqual([[], []]);
    }
  });

  test('rejects a state file that is a link or a folder', async () => {
    const { vault, desk } = await openDesk();
    writeFileSync(join(desk.folder, 'target'), '');
    symlinkSync('target', desk.state);
    mkdirSync(join(desk.folder, 'folder'));
    for (const state of ['state', 'folder', 'no/such/folder/state']) {
      const ended = await desk.run(['export', '--format', 'sh', '--state', state, '--credentials', '94 > A']);
      expect(ended.code, state).toBe(1);
      expect(ended.stderr).toContain('FILE_REFUSED');
    }
    expect(vault.everTaken()).toEqual([]);
  });

  test('is released when no one reads the output', async () => {
    const { vault, desk } = await openDesk();
    const ended = await desk.shell(
      ['bash'],
      '{ sleep 0.2; segura_secrets export --format sh --state state --credentials \'94 > A\'; echo "code $?" >&2; } | true',
    );
    expect(ended.stderr).toContain('code 1');
    expect([vault.everTaken(), vault.custodies()]).toEqual([['94'], []]);
    expect(desk.files()).toEqual([]);
  });
});

describe('export --output', () => {
  test('replaces a file by one that only the owner reads', async () => {
    const { vault, desk } = await openDesk();
    const path = join(desk.folder, 'secrets.json');
    writeFileSync(path, 'x'.repeat(10_000), { mode: 0o666 });
    const ended = await desk.run([
      'export',
      '--format',
      'json',
      '--output',
      path,
      '--secrets',
      'stripe/* > *',
    ]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout.toString()).toBe('');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(Object.keys(JSON.parse(readFileSync(path, 'utf8')))).toEqual([
      'STRIPE_SECRET_KEY',
      'STRIPE_WEBHOOK_SECRET',
      'STRIPE_RESTRICTED_KEY',
    ]);
    await vault.close();
  });

  test('leaves the old file as it was when the fetch fails', async () => {
    const { desk } = await openDesk();
    const path = join(desk.folder, 'secrets.json');
    writeFileSync(path, 'old');
    const ended = await desk.run(['export', '--format', 'json', '--output', path, '--secrets', 'nope/* > *']);
    expect(ended.code).toBe(5);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  test('appends to a file of GitHub, and sends the runner every mask on standard error', async () => {
    const vault = await vaultWith(VALUES);
    const desk = deskAt(vault);
    const path = join(desk.folder, 'github_env');
    appendFileSync(path, 'EARLIER=1\n');
    const args = [
      'export',
      '--format',
      'github',
      '--output',
      path,
      '--secrets',
      LINES.replace('CRLF > CRLF', 'CRLF > CR_LF'),
    ];
    const ended = await desk.run(args, { env: { GITHUB_ACTIONS: 'true' } });
    expect(ended.code, ended.stderr).toBe(0);
    const written = parseKeyValues(readFileSync(path, 'utf8'));
    expect(written.get('EARLIER')).toBe('1');
    expect(written.get('PERCENT')).toBe(VALUES.PERCENT);
    expect(written.get('DELIMITER')).toBe(VALUES.DELIMITER);
    expect([...written.keys()].length).toBe(NAMES.length + 1);
    expect(ended.stderr).toContain(`::add-mask::${VALUES.DASH}\n`);
    expect(ended.stdout.toString()).toBe('');
    await vault.close();
  });

  test('prints no mask without a runner', async () => {
    const { vault, desk } = await openDesk();
    const ended = await desk.run(['export', '--format', 'github', '--secrets', 'stripe/* > *']);
    expect(ended.code).toBe(0);
    expect(ended.stderr).not.toContain('add-mask');
    expect(ended.stderr).not.toContain(vault.value('stripe', 'STRIPE_SECRET_KEY'));
  });
});

test('export --format azure masks the values, and does not print the login', async () => {
  const { vault, desk } = await openDesk();
  const ended = await desk.run(['export', '--format', 'azure', '--secrets', 'stripe/* > *']);
  expect(ended.code, ended.stderr).toBe(0);
  const text = ended.stdout.toString();
  const key = vault.value('stripe', 'STRIPE_SECRET_KEY') ?? '';
  expect(text).toContain(`##vso[task.setsecret]${key}\n`);
  // Padding shows nothing of it.
  const base64 = Buffer.from(key).toString('base64').replace(/=+$/, '');
  expect(text).toContain(`##vso[task.setsecret]${base64}\n`);
  expect(text.indexOf('setvariable')).toBeGreaterThan(text.lastIndexOf('setsecret'));
  expect(text).not.toContain(desk.env['SENHASEGURA_CLIENT_SECRET']);
  expect(text.match(/setvariable/g)?.length).toBe(3);
});

test('export does not touch other files next to those it writes', async () => {
  const { desk } = await openDesk();
  for (const name of ['.env.new', 'state.new']) writeFileSync(join(desk.folder, name), 'mine');
  const args = ['export', '--format', 'dotenv', '--output', '.env', '--state', 'state'];
  const ended = await desk.run([...args, '--secrets', 'stripe/* > *']);
  expect(ended.code, ended.stderr).toBe(0);
  expect((await desk.run(['release', '--state', 'state'])).code).toBe(0);
  for (const name of ['.env.new', 'state.new'])
    expect(readFileSync(join(desk.folder, name), 'utf8')).toBe('mine');
});

test('export appends to a file of GitHub that lacks its last line end', async () => {
  const { vault, desk } = await openDesk();
  const path = join(desk.folder, 'github_env');
  writeFileSync(path, 'FOO=bar');
  const args = [
    'export',
    '--format',
    'github',
    '--output',
    path,
    '--secrets',
    'stripe/STRIPE_SECRET_KEY > KEY',
  ];
  expect((await desk.run(args)).code).toBe(0);
  const written = parseKeyValues(readFileSync(path, 'utf8'));
  expect([...written]).toEqual([
    ['FOO', 'bar'],
    ['KEY', vault.value('stripe', 'STRIPE_SECRET_KEY')],
  ]);
});

test.each(['UID', 'RANDOM', '_', 'BASH_VERSION', 'TMOUT'])(
  'export rejects %s, which shells reserve',
  async (name) => {
    const vault = await vaultWith({ [name]: 'some value' });
    const desk = deskAt(vault);
    const ended = await desk.run(['export', '--format', 'sh', '--secrets', 'postgres/* > *']);
    expect([ended.code, ended.stdout.toString()]).toEqual([1, '']);
    expect(ended.stderr).toContain('NAME_RESERVED');
    await vault.close();
  },
);

test('export names the values that a format cannot carry, and releases custody', async () => {
  const vault = await vaultWith(VALUES);
  const desk = deskAt(vault);
  const ended = await desk.run([
    'export',
    '--format',
    'azure',
    '--state',
    'state',
    '--secrets',
    LINES,
    '--credentials',
    '94 > DEPLOY',
  ]);
  expect(ended.code).toBe(1);
  expect(ended.stdout.toString()).toBe('');
  expect(ended.stderr.match(/VALUE_BROKEN/g)?.length).toBeGreaterThan(2);
  expect(ended.stderr).toContain('postgres/NEWLINES');
  expect([vault.custodies(), desk.files()]).toEqual([[], []]);
  await vault.close();
});
