import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { COMMAND_LINE, type Desk } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import { cannot } from '../support/skips.js';
import { lacksScript, onTerminal } from '../support/terminal.js';
import type { Vault } from '../vault/index.js';

const EXPORT = "export --format json --secrets 'stripe/STRIPE_SECRET_KEY > KEY'";
let vault: Vault;
let desk: Desk;
let text: string;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
  text = JSON.stringify({ KEY: vault.value('stripe', 'STRIPE_SECRET_KEY') });
});

function compact(json: string | Buffer): string {
  return JSON.stringify(JSON.parse(json.toString()));
}

describe('export --output', () => {
  test.each(['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'])(
    'to %s is standard output: a pipe, or a file that keeps what it holds',
    async (output) => {
      const piped = await desk.shell(['bash'], `segura_secrets ${EXPORT} --output ${output} | cat`);
      expect(compact(piped.stdout), piped.stderr).toBe(text);
      const script = `(echo before; segura_secrets ${EXPORT} --output ${output}; echo after) >out.txt`;
      const filed = await desk.shell(['bash'], script);
      expect(filed.code, filed.stderr).toBe(0);
      expect(readFileSync(join(desk.folder, 'out.txt'), 'utf8')).toMatch(
        /^before\n[\s\S]*KEY[\s\S]*after\n$/,
      );
      expect(existsSync(join(desk.folder, '-'))).toBe(false);
    },
  );

  test('follows a link to standard output, and leaves it in its place', async () => {
    const link = join(desk.folder, 'link');
    symlinkSync('/proc/self/fd/1', link);
    const ended = await desk.shell(['bash'], `segura_secrets ${EXPORT} --output link | cat`);
    expect(compact(ended.stdout), ended.stderr).toBe(text);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  test('to /dev/stderr is standard error', async () => {
    const ended = await desk.run([...words(EXPORT), '--quiet', '--output', '/dev/stderr']);
    expect([compact(ended.stderr), ended.stdout.length]).toEqual([text, 0]);
  });

  test.each(['file', 'pipe'])('to /dev/fd/3 goes where the calling shell opened it: a %s', async (kind) => {
    const script =
      kind === 'file'
        ? `exec 3>>three; echo before >&3; segura_secrets ${EXPORT} --output /dev/fd/3; tail -n +2 three`
        : `{ segura_secrets ${EXPORT} --output /dev/fd/3; } 3>&1 >/dev/null | cat`;
    const ended = await desk.shell(['bash'], script);
    expect(compact(ended.stdout), ended.stderr).toBe(text);
  });

  test('to a descriptor that is not open is an error', async () => {
    const ended = await desk.shell(['bash'], `segura_secrets ${EXPORT} --output /dev/fd/77`);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('FILE_REFUSED');
  });

  test('to a FIFO waits for its reader, and keeps it as it was', async () => {
    execFileSync('mkfifo', ['-m', '644', join(desk.folder, 'fifo')]);
    const ended = await desk.shell(
      ['bash'],
      `(sleep 1; cat fifo) & segura_secrets ${EXPORT} --output fifo; wait`,
    );
    expect(compact(ended.stdout), ended.stderr).toBe(text);
    const found = statSync(join(desk.folder, 'fifo'));
    expect([found.isFIFO(), found.mode & 0o777]).toEqual([true, 0o644]);
  });

  test('to a process substitution arrives', async () => {
    const ended = await desk.shell(
      ['bash'],
      `segura_secrets ${EXPORT} --output >(cat >got); sleep .5; cat got`,
    );
    expect(compact(ended.stdout), ended.stderr).toBe(text);
  });

  test('to a FIFO that no one reads ends by a signal, and custody is released', async () => {
    const path = join(desk.folder, 'fifo');
    execFileSync('mkfifo', [path]);
    const args = [
      'export',
      '--format',
      'json',
      '--credentials',
      '94 > A',
      '--state',
      'state',
      '--output',
      path,
    ];
    let isSent = false;
    const ended = await desk.run(args, {
      onOutput: (shown, pid) => {
        if (isSent || !shown.includes('A: ready')) return;
        isSent = true;
        setTimeout(() => process.kill(pid, 'SIGTERM'), 300);
      },
    });
    expect(ended.signal ?? ended.code, ended.stderr).toBe(ended.signal === null ? 143 : 'SIGTERM');
    expect([vault.everTaken(), vault.custodies()]).toEqual([['94'], []]);
  });

  test('to a device is written as it is; one that is full is an error', async () => {
    const before = statSync('/dev/null');
    expect((await desk.run([...words(EXPORT), '--output', '/dev/null'])).code).toBe(0);
    expect(statSync('/dev/null').ino).toBe(before.ino);
    const full = await desk.run([...words(EXPORT), '--output', '/dev/full']);
    expect([full.code, full.stderr.includes('ENOSPC')]).toEqual([1, true]);
  });

  test.skipIf(lacksScript())('to /dev/stdout shows on a terminal', async () => {
    const shown = await onTerminal(desk, `segura_secrets ${EXPORT} --output /dev/stdout`);
    expect(shown.text).toContain('"KEY"');
    expect(shown.code).toBe(0);
  });

  test('of a file that GitHub reads also works through a pipe', async () => {
    const ended = await desk.shell(
      ['bash'],
      `segura_secrets ${EXPORT.replace('json', 'github')} --output >(cat >got); sleep .5; cat got`,
    );
    expect(ended.stdout.toString(), ended.stderr).toContain('KEY');
  });
});

test('the file of runb may be a FIFO', async () => {
  execFileSync('mkfifo', [join(desk.folder, 'fifo')]);
  const script = `cat fifo & segura_secrets runb -a billing -s payments -e staging; wait`;
  const ended = await desk.shell(['bash'], script, { env: { SENHASEGURA_SECRETS_FILE: 'fifo' } });
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout.toString()).toContain('export ');
});

describe('an output that cannot be written is found before anything is fetched', () => {
  const words = ['export', '--format', 'json', '--credentials', '94 > A', '--state', 'state'];

  test.each([
    ['nowhere/out', 'ENOENT'],
    ['folder', 'EISDIR'],
    ['file/out', 'ENOTDIR'],
    ['/proc/out', /ENOENT|EACCES/],
    ['/dev/fd/77', 'EBADF'],
    ['x'.repeat(300), 'ENAMETOOLONG'],
  ])('%s', async (output, why) => {
    execFileSync('sh', ['-c', 'mkdir folder; : >file'], { cwd: desk.folder });
    for (const format of ['json', 'github']) {
      const ended = await desk.run(['export', '--format', format, ...words.slice(3), '--output', output]);
      expect(ended.code).toBe(1);
      expect(ended.stderr).toMatch(/FILE_REFUSED: .* could not be written/);
      expect(ended.stderr).toMatch(why);
    }
    const runb = await desk.run(['runb', '-a', 'billing', '-s', 'payments', '-e', 'staging'], {
      env: { SENHASEGURA_SECRETS_FILE: output },
    });
    expect([runb.code, runb.stderr.includes('FILE_REFUSED')]).toEqual([1, true]);
    expect(vault.journal.requests).toEqual([]);
    expect(existsSync(join(desk.folder, 'state'))).toBe(false);
  });

  test('a descriptor that is open only for reading', async () => {
    const ended = await desk.shell(
      ['bash'],
      `exec 3</etc/passwd; segura_secrets ${words.slice(0, 3).join(' ')} --secrets 'tls/* > *' --output /dev/fd/3`,
    );
    expect([ended.code, ended.stderr.includes('EBADF')], ended.stderr).toEqual([1, true]);
    expect(vault.journal.requests).toEqual([]);
  });

  test('a terminal where none controls the process', async () => {
    const ended = await desk.spawn(
      'setsid',
      ['-w', process.execPath, COMMAND_LINE, ...words, '--output', '/dev/tty'],
      {},
    );
    expect([ended.code, ended.stderr.includes('ENXIO')], ended.stderr).toEqual([1, true]);
    expect(vault.journal.requests).toEqual([]);
  });

  test.skipIf(cannot(process.getuid?.() !== 0, 'what only root can set up'))(
    'a folder or a file that this user may not write',
    async () => {
      execFileSync(
        'sh',
        ['-c', 'chmod 755 .; mkdir -m 755 theirs; mkdir -m 1777 shared; : >shared/out; chmod 644 shared/out'],
        {
          cwd: desk.folder,
        },
      );
      for (const output of ['theirs/out', 'shared/out']) {
        const args = [
          '--reuid',
          '54321',
          '--clear-groups',
          process.execPath,
          COMMAND_LINE,
          'export',
          '--format',
          'json',
        ];
        const ended = await desk.spawn(
          'setpriv',
          [...args, '--secrets', 'tls/* > *', '--output', output],
          {},
        );
        expect([ended.code, /EACCES|EPERM/.test(ended.stderr)], ended.stderr).toEqual([1, true]);
      }
      expect(vault.journal.requests).toEqual([]);
    },
  );

  test('an empty name is rejected by the name of its option', async () => {
    const ended = await desk.run([...words, '--output', '']);
    expect([ended.code, ended.stderr.includes('--output is empty')], ended.stderr).toEqual([2, true]);
    const release = await desk.run(['release', '--state', '']);
    expect([release.code, release.stderr.includes('--state FILE')], release.stderr).toEqual([2, true]);
    expect(vault.journal.requests).toEqual([]);
  });
});

describe('standard output that no one reads', () => {
  const WARNING = 'warning: Standard output is closed, or the program that started this one discards it';

  test.each([
    `segura_secrets ${EXPORT} --quiet >&-`,
    `segura_secrets ${EXPORT} --quiet --output /dev/stdout >&-`,
    `segura_secrets ${EXPORT} --quiet <>/dev/null >&0`,
  ])('is no error, and gets a warning if the system can tell: %s', async (script) => {
    const ended = await desk.shell(['bash'], script);
    expect([ended.code, ended.stdout.length], ended.stderr).toEqual([0, 0]);
    expect(ended.stderr.includes(WARNING)).toBe(existsSync('/proc/self/fdinfo'));
  });

  test('is fine for a command whose output goes elsewhere, or to nowhere on purpose', async () => {
    const elsewhere = await desk.shell(
      ['bash'],
      `segura_secrets ${EXPORT} --quiet --output out >&-; cat out`,
    );
    expect([compact(elsewhere.stdout), elsewhere.stderr]).toEqual([text, '']);
    const nowhere = await desk.shell(['bash'], `segura_secrets ${EXPORT} --quiet >/dev/null`);
    expect([nowhere.code, nowhere.stderr]).toEqual([0, '']);
  });

  test('is fine for a program that starts this one and ignores its output', async () => {
    const child = spawn(process.execPath, [COMMAND_LINE, ...words(EXPORT)], {
      cwd: desk.folder,
      env: desk.env,
      stdio: 'ignore',
    });
    expect(await once(child, 'close')).toEqual([0, null]);
  });
});

test('a missing reader is an error, and custody is released', async () => {
  const ended = await desk.shell(
    ['bash'],
    "set -o pipefail; segura_secrets export --format json --credentials '94 > A' --state state | true",
  );
  expect([ended.code, ended.stderr.includes('FILE_REFUSED')], ended.stderr).toEqual([1, true]);
  expect([vault.everTaken(), vault.custodies()]).toEqual([['94'], []]);
});

test('an existing output file stays when nothing is fetched', async () => {
  execFileSync('sh', ['-c', 'echo old >out; chmod 640 out'], { cwd: desk.folder });
  const ended = await desk.run([
    'export',
    '--format',
    'json',
    '--secrets',
    'nothing/HERE > A',
    '--output',
    'out',
  ]);
  expect(ended.code).toBe(5);
  expect([
    readFileSync(join(desk.folder, 'out'), 'utf8'),
    statSync(join(desk.folder, 'out')).mode & 0o777,
  ]).toEqual(['old\n', 0o640]);
  expect(readdirSync(desk.folder)).toEqual(['out']);
});

function words(line: string): string[] {
  return line.split(/ (?=(?:[^']*'[^']*')*[^']*$)/).map((word) => word.replaceAll("'", ''));
}
