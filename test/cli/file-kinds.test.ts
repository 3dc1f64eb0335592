import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { COMMAND_LINE, type Desk, type Ended } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import { onceRead } from '../support/pipes.js';
import type { Vault } from '../vault/index.js';

const WANTED = ['--secrets', 'stripe/STRIPE_SECRET_KEY > KEY'];
const HIDDEN = { SENHASEGURA_CLIENT_SECRET: undefined };
let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
});

function fifo(name: string): string {
  const path = join(desk.folder, name);
  execFileSync('mkfifo', [path]);
  return path;
}

/** A run that gets a signal to stop once it waits for a file of its settings. */
async function stopped(
  path: string,
  args: readonly string[],
  signal: NodeJS.Signals,
  env = {},
): Promise<Ended> {
  let release = (): void => undefined;
  const ended = await desk.run(args, {
    env,
    onStart: (pid) => {
      void onceRead(path).then((close) => {
        release = close;
        process.kill(pid, signal);
      });
    },
  });
  release();
  return ended;
}

describe('while a file of the settings blocks', () => {
  test.each([
    ['--config', 'SIGTERM', {}],
    ['--client-secret-file', 'SIGINT', HIDDEN],
    ['--ca-certificate', 'SIGHUP', { SENHASEGURA_CA_CERTIFICATE: undefined }],
  ] as const)('a signal ends the process: %s', async (option, signal, env) => {
    const commands = ['export --format json', 'exec', 'check'];
    const runs = commands.map(async (command) => {
      const path = fifo(`${command}-fifo`);
      const args = [...command.split(' '), option, path, ...WANTED];
      const ended = await stopped(path, command === 'exec' ? [...args, '--', 'true'] : args, signal, env);
      expect([ended.signal, ended.stdout.length], `${command}: ${ended.stderr}`).toEqual([signal, 0]);
    });
    await Promise.all(runs);
    expect(vault.journal.requests).toEqual([]);
  });

  test('a signal ends runb, which waits for its mapping file', async () => {
    const path = fifo('mapping');
    const env = { SENHASEGURA_MAPPING_FILE: path };
    const args = ['runb', '-a', 'billing', '-s', 'payments', '-e', 'staging'];
    const ended = await stopped(path, args, 'SIGTERM', env);
    expect(ended.signal, ended.stderr).toBe('SIGTERM');
    expect(vault.journal.requests).toEqual([]);
  });

  test('a signal ends a read of the client secret from a silent pipe', async () => {
    const script =
      'mkfifo quiet; sleep 9 >quiet & silence=$!; TOOL export --format json --client-secret-file - --secrets \'stripe/* > *\' <quiet & pid=$!; sleep 1.5; kill -TERM $pid; wait $pid; echo "code $?"; kill $silence';
    const ended = await desk.shell(['bash'], script.replace('TOOL', toolOf()), { env: HIDDEN });
    expect(ended.stdout.toString(), ended.stderr).toBe('code 143\n');
  });
});

describe('a pipe', () => {
  test('is as good as a file for the settings, the client secret and certificates', async () => {
    const script = `segura_secrets export --format json \\
      --config <(printf 'timeout: 20\\nsecrets: stripe/STRIPE_SECRET_KEY > KEY\\n') \\
      --client-secret-file <(printf '%s\\n' "$GIVEN") --ca-certificate <(printf '%s\\n' "$CA")`;
    const ended = await desk.shell(['bash'], script, {
      env: {
        ...HIDDEN,
        GIVEN: desk.env['SENHASEGURA_CLIENT_SECRET'],
        CA: vault.caCertificate,
        SENHASEGURA_CA_CERTIFICATE: undefined,
      },
    });
    expect(ended.code, ended.stderr).toBe(0);
    expect(JSON.parse(ended.stdout.toString()).KEY).toBe(vault.value('stripe', 'STRIPE_SECRET_KEY'));
  });

  test('may be slow', async () => {
    const path = fifo('slow');
    const script = `(sleep 1; echo 'timeout: 20' >'${path}') & segura_secrets check ${WANTED[0]} '${WANTED[1]}' --config '${path}'`;
    const ended = await desk.shell(['bash'], script);
    expect(ended.code, ended.stderr).toBe(0);
  });
});

describe('an unsuitable file of settings is rejected with the reason', () => {
  const kinds = [
    ['/dev/zero', /it is larger than \d+ MiB/],
    ['/', /it is a folder/],
    ['/dev/null/x', /ENOTDIR/],
  ] as const;

  test.each(kinds)('%s', async (path, reason) => {
    for (const [option, env] of [
      ['--config', {}],
      ['--client-secret-file', HIDDEN],
      ['--ca-certificate', {}],
    ] as const) {
      const ended = await desk.run(['check', ...WANTED, option, path], { env });
      expect(ended.code, option).toBe(1);
      expect(ended.stderr).toMatch(reason);
    }
    const runb = await desk.run(['runb', '-a', 'billing', '-s', 'payments', '-e', 'staging'], {
      env: { SENHASEGURA_MAPPING_FILE: path },
    });
    expect([runb.code, vault.journal.requests.length]).toEqual([1, 0]);
    expect(runb.stderr).toMatch(reason);
  });

  test('text in another encoding', async () => {
    writeFileSync(join(desk.folder, 'secret'), Buffer.from([0x70, 0xe4, 0x73, 0x73]), { mode: 0o600 });
    writeFileSync(join(desk.folder, 'config'), Buffer.from('timeout: 3', 'utf16le'), { mode: 0o600 });
    const secret = await desk.run(['check', ...WANTED, '--client-secret-file', 'secret'], { env: HIDDEN });
    expect([secret.code, secret.stderr.includes('it is not UTF-8 text')]).toEqual([1, true]);
    const config = await desk.run(['check', ...WANTED, '--config', 'config']);
    expect(config.code).toBe(1);
  });
});

test('a byte order mark in a client secret file is not part of the secret', async () => {
  writeFileSync(join(desk.folder, 'secret'), `\uFEFF${desk.env['SENHASEGURA_CLIENT_SECRET']}\r\n`, {
    mode: 0o600,
  });
  const ended = await desk.run(['check', '--online', ...WANTED, '--client-secret-file', 'secret'], {
    env: HIDDEN,
  });
  expect(ended.code, ended.stderr).toBe(0);
});

describe('a state file', () => {
  test('must be a regular file', async () => {
    const folder = join(desk.folder, 'folder');
    mkdirSync(folder);
    for (const path of [fifo('state-fifo'), folder, '/dev/null', '/dev/zero']) {
      for (const args of [
        ['release', '--state', path],
        ['export', '--format', 'json', '--credentials', '94 > A', '--state', path],
        ['exec', '--credentials', '94 > A', '--state', path, '--', 'true'],
      ]) {
        const ended = await desk.run(args);
        expect(ended.code, `${args[0]} ${path}`).toBe(args[0] === 'exec' ? 125 : 1);
        expect(ended.stderr).toContain('FILE_REFUSED');
        expect(ended.stderr).not.toContain('INTERNAL');
      }
      expect(existsSync(path)).toBe(true);
    }
    expect(vault.journal.requests).toEqual([]);
  });

  test('of an absurd size is not read completely', async () => {
    writeFileSync(desk.state, '');
    truncateSync(desk.state, 2 ** 34);
    const ended = await desk.run(['release', '--state', 'state']);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('it is larger than 32 MiB');
  });

  test('may still be named by a link when it is released', async () => {
    const taken = await desk.run([
      'export',
      '--format',
      'json',
      '--credentials',
      '94 > A',
      '--state',
      'state',
    ]);
    expect(taken.code, taken.stderr).toBe(0);
    symlinkSync('state', join(desk.folder, 'link'));
    const released = await desk.run(['release', '--state', 'link']);
    expect(released.code, released.stderr).toBe(0);
    expect(vault.custodies()).toEqual([]);
  });
});

/** The command line as words of a shell, for what a function cannot do. */
function toolOf(): string {
  return `'${process.env['SEGURA_TEST_NODE'] ?? process.execPath}' '${COMMAND_LINE}'`;
}
