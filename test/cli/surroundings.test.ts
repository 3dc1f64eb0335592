import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { COMMAND_LINE, type Desk } from '../support/command-line.js';
import { deskAt, openDesk } from '../support/desk-fixture.js';
import { largeValues, vaultWith } from '../support/nasty.js';
import { cannot } from '../support/skips.js';
import type { Vault } from '../vault/index.js';

const DEPLOY = ['--credentials', '94 > DEPLOY'] as const;
const KEY = ['--secrets', 'stripe/STRIPE_SECRET_KEY > KEY'] as const;
let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
});

describe('in a folder that is gone', () => {
  const inGone = (script: string) => desk.shell(['bash'], `mkdir gone; cd gone; rmdir ../gone; ${script}`);

  test('exec, export, runb and check say so, with a way out', async () => {
    for (const [command, code] of [
      ["exec --secrets 'stripe/* > *' -- true", 125],
      ["export --format sh --secrets 'stripe/* > *'", 1],
      ['runb -a billing -s payments -e staging', 1],
      ["check --secrets 'stripe/* > *'", 1],
      ['release --state state', 1],
    ] as const) {
      const ended = await inGone(`segura_secrets ${command}`);
      expect([ended.code, ended.stdout.length], ended.stderr).toEqual([code, 0]);
      expect(ended.stderr).toContain('FILE_REFUSED: The current folder is gone');
      expect(ended.stderr).toContain('cd /');
    }
    expect(vault.journal.requests).toEqual([]);
  });

  test('release still works with whole paths', async () => {
    const taken = await desk.run(['export', '--format', 'sh', '--state', 'state', ...DEPLOY]);
    expect(taken.code, taken.stderr).toBe(0);
    const ended = await inGone(`segura_secrets release --state '${desk.state}'`);
    expect(ended.code, ended.stderr).toBe(0);
    expect(vault.custodies()).toEqual([]);
  });

  test('help and version work', async () => {
    for (const command of ['help', 'version', 'completion bash']) {
      expect((await inGone(`segura_secrets ${command}`)).code).toBe(0);
    }
  });
});

describe('where nothing can be written', () => {
  test.each(['/proc', '/dev/null', '/nowhere'])(
    'as the temporary folder, exec says so: %s',
    async (TMPDIR) => {
      for (const request of [DEPLOY, ['--secrets', 'tls/TLS_KEY > path:KEY']]) {
        const ended = await desk.run(['exec', ...request, '--', 'true'], { env: { TMPDIR } });
        expect(ended.code, ended.stderr).toBe(125);
        expect(ended.stderr).toContain('FILE_REFUSED');
        expect(ended.stderr).toContain('Set TMPDIR');
      }
      expect(vault.everTaken()).toEqual([]);
    },
  );

  test.each(['/proc/state', '/dev/null/state', '/nowhere/state'])(
    'for the state, exec and export say so: %s',
    async (state) => {
      const exec = await desk.run(['exec', ...DEPLOY, '--state', state, '--', 'true']);
      const exported = await desk.run(['export', '--format', 'sh', ...DEPLOY, '--state', state]);
      expect([exec.code, exported.code]).toEqual([125, 1]);
      for (const { stderr } of [exec, exported]) expect(stderr).toContain('FILE_REFUSED');
      expect(vault.everTaken()).toEqual([]);
    },
  );
});

describe('on a disk that is full', () => {
  test.each([
    ['from the start', 0],
    ['once something is taken', 1],
  ])('exec and export release what they hold, and say why: %s', async (_, blocks) => {
    for (const command of [
      `exec --credentials '94 > A' --state state -- echo ran`,
      `export --format sh --credentials '94 > A' --state state`,
      `exec --credentials '94 > A' -- echo ran`,
    ]) {
      const ended = await desk.shell(['bash'], `ulimit -f ${blocks}; segura_secrets ${command}`);
      expect(ended.code, ended.stderr).toBe(command.startsWith('exec') ? 125 : 1);
      expect(ended.stdout.toString()).not.toContain('ran');
      expect(ended.stderr).toMatch(/FILE_REFUSED: .*EFBIG/);
      expect(ended.stderr).not.toMatch(/INTERNAL|at .*\.mjs/);
      expect(vault.custodies()).toEqual([]);
    }
  });

  test.skipIf(cannot(!canMount(), 'a full disk, for which `mount` needs the right to mount'))(
    'no temporary file is left next to a state that cannot be written',
    async () => {
      const words = "export --format sh --credentials '94 > A' --state full/st";
      const own = "exec --credentials '94 > A' -- true";
      const script = `mkdir full; mount -t tmpfs -o size=16k tmpfs full; (cat /dev/zero >full/filler) 2>/dev/null
      segura_secrets ${words}; TMPDIR=full segura_secrets ${own}; ls -A full`;
      const inside = script.replaceAll('segura_secrets', `'${process.execPath}' '${COMMAND_LINE}'`);
      const ended = await desk.spawn('unshare', ['-rm', 'sh', '-c', inside], {});
      expect(ended.stdout.toString(), ended.stderr).toBe('filler\n');
      expect(ended.stderr).toContain('(ENOSPC)');
      expect(ended.stderr).toContain('The disk is full');
      expect(vault.journal.requests).toEqual([]);
    },
  );

  test('a secret file and the file of --output are errors too', async () => {
    const full = await vaultWith(largeValues(1));
    const large = deskAt(full);
    for (const args of [
      "export --format sh --state state --secrets 'postgres/K0 > file:key'",
      "export --format sh --secrets 'postgres/K0 > K' --output out",
    ]) {
      const ended = await large.shell(['bash'], `ulimit -f 1; segura_secrets ${args}`);
      expect(ended.code, ended.stderr).toBe(1);
      expect(ended.stderr).toContain('FILE_REFUSED');
      expect(large.files()).toEqual([]);
    }
    await full.close();
  });
});

/** Whether this user can mount a small disk. */
function canMount(): boolean {
  const mount = 'mkdir -p /tmp && mount -t tmpfs -o size=16k tmpfs /tmp';
  return spawnSync('unshare', ['-rm', 'sh', '-c', mount]).status === 0;
}

const isRoot = process.getuid?.() === 0;

test.skipIf(cannot(!isRoot, 'what only root can set up'))(
  'a user without an entry in the system can use it',
  async () => {
    chmodSync(desk.folder, 0o777);
    const words = ['--reuid', '54321', '--clear-groups', process.execPath, COMMAND_LINE];
    const env = { HOME: undefined };
    const ended = await desk.spawn('setpriv', [...words, 'exec', ...KEY, '--', 'echo', 'ran'], { env });
    expect([ended.code, ended.stdout.toString()], ended.stderr).toEqual([0, 'ran\n']);
    const home = await desk.spawn(
      'setpriv',
      [...words, 'exec', '--secrets', 'tls/TLS_KEY > file:~/key', '--', 'true'],
      { env },
    );
    expect(home.code).toBe(125);
    expect(home.stderr).toContain('FILE_REFUSED: The home folder of this user is unknown');
  },
);

describe('no input ends in INTERNAL', () => {
  const ODD = [
    '',
    ' ',
    '/',
    '/dev/full',
    '\u0001\u007f\u009b',
    '💥'.repeat(3_000),
    '-',
    '*',
    '99999999999999',
  ];
  const OF_TEXT = [
    'url',
    'client-id',
    'application',
    'system',
    'environment',
    'secrets',
    'credentials',
    'dsm-endpoint',
  ];
  const MORE = [
    'pam-endpoint',
    'tls-verify',
    'proxy',
    'no-proxy',
    'timeout',
    'deadline',
    'retries',
    'custody-wait',
  ];
  const LAST = ['custody-release', 'release-failure', 'min-mask-length', 'mask-metadata', 'run'];
  const FILES = ['config', 'client-secret-file', 'ca-certificate', 'state'];

  async function ends(args: readonly string[], env: Record<string, string | undefined> = {}): Promise<void> {
    const { code, stderr } = await desk.run(args, {
      env: { SENHASEGURA_DEADLINE: '1', SENHASEGURA_RETRIES: '0', ...env },
    });
    const shown = JSON.stringify([args.map((word) => word.slice(0, 60)), stderr]);
    expect(stderr, shown).not.toMatch(/INTERNAL|\n\s+at |Unhandled|Warning:/);
    expect([0, 1, 2, 3, 4, 5, 6, 125, 126, 127], shown).toContain(code);
  }

  test.each(ODD.map((value) => [value.slice(0, 12), value]))(
    'as every option and variable: %j',
    async (_, value) => {
      const given = (names: readonly string[]) => names.map((name) => `--${name}=${value}`);
      const asVariables = [...OF_TEXT, ...MORE, ...LAST].map((name) => [
        `SENHASEGURA_${name.toUpperCase().replaceAll('-', '_')}`,
        value,
      ]);
      const RUNB = ['runb', '-a', 'a', '-s', 'b', '-e', 'c'];
      await Promise.all([
        ends(['export', '--format', 'json', ...given([...OF_TEXT, ...MORE, ...LAST])]),
        ends(['exec', ...given(OF_TEXT), '--', 'true']),
        ends(['check', '--online', ...KEY], Object.fromEntries(asVariables)),
        ...FILES.map((file) => ends(['export', '--format', 'json', ...KEY, `--${file}=${value}`])),
        ends(['export', `--format=${value}`, ...KEY, `--output=${value}`]),
        ends(['runb', '-a', value, ...RUNB.slice(3), `--tool=${value}`]),
        ends(RUNB, { SENHASEGURA_MAPPING_FILE: value, SENHASEGURA_SECRETS_FILE: value }),
        ends(['release', `--state=${value}`]),
        ends([value]),
        ends(['help', value]),
        ends(['exec', ...KEY, '--', value, value]),
        ends(['exec', ...KEY, '--', 'true'], { HTTPS_PROXY: value, NO_PROXY: value, TMPDIR: value }),
      ]);
    },
  );

  test.each(
    [
      'a: &x [*x]\n',
      '{a: b}: c\n',
      '? [1, 2]\n: 3\n',
      '__proto__: x\nconstructor: y\n',
      'url: !!binary aGVsbG8=\n',
      'url: !!int x\n',
      'secrets: {a: b}\n',
      'secrets: [[a]]\n',
      'secrets:\ncredentials: ~\n',
      'url: "\\0"\nca-certificate: "a\\0b"\nclient-id: "\\ud800"\n',
      'client-secret-file: "a\\0b"\nSENHASEGURA_CLIENT_SECRET: ""\n',
      'SENHASEGURA_MAPPING_FILE: "a\\0b"\nSENHASEGURA_SECRETS_FILE: "a\\0b"\n',
      'secrets: "tls/TLS_KEY > file:\\"a\\0b\\""\n',
      '--- 1\n--- 2\n',
      '[',
      `${'['.repeat(20_000)}`,
      `${'a: &a [x]\n'}${'b: [*a, *a, *a]\n'.repeat(500)}`,
      '\0',
      'null',
      '3',
    ].map((text) => [text.slice(0, 40), text]),
  )('in a config file, nor in a mapping file: %j', async (_, text) => {
    const path = join(desk.folder, 'odd.yml');
    writeFileSync(path, text, { mode: 0o600 });
    await ends(['export', '--format', 'json', '--config', path, '--state', 'state']);
    const runb = ['runb', '-a', 'billing', '-s', 'payments', '-e', 'staging'];
    await ends([...runb, '--config', path], { SENHASEGURA_MAPPING_FILE: undefined });
    await ends(runb, { SENHASEGURA_MAPPING_FILE: path });
  });

  test.each([
    '{"key_value": 3}',
    '{"key_value": [null, 3, {"fields": 3}, {"fields": [null, {}]}]}',
    '{"credentials": {"fields": {"user": ["a"]}}}',
    '{"access_keys": [[]], "credentials": [{"fields": {"user": 1, "password": {}}}]}',
    '[]',
    '"x"',
    '',
  ])('in a mapping file: %s', async (text) => {
    const path = join(desk.folder, 'map.json');
    writeFileSync(path, text);
    await ends(['runb', '-a', 'billing', '-s', 'payments', '-e', 'staging'], {
      SENHASEGURA_MAPPING_FILE: path,
    });
  });

  test('where files of the command line are folders, or cannot be read', async () => {
    mkdirSync(join(desk.folder, '.config.yaml'));
    mkdirSync(join(desk.folder, '.runb.vars'));
    mkdirSync(join(desk.folder, '.env'));
    await ends(['runb', '-a', 'billing', '-s', 'payments', '-e', 'staging']);
    await ends(['runb', '-a', 'billing', '-s', 'payments', '-e', 'staging'], { HOME: '/nowhere' });
    await ends(['export', '--format', 'dotenv', ...KEY, '--output', '.env']);
    await ends(['export', '--format', 'github', ...KEY, '--output', '.env']);
    await ends(['export', '--format', 'github', ...KEY, '--output', '/nowhere/x']);
  });
});
