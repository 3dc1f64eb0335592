import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDesk } from '../support/desk-fixture.js';
import { flagsDuring, lacksPython } from '../support/python.js';
import { isWindows, lacks } from '../support/skips.js';

const KEY = ['--quiet', '--secrets', 'stripe/STRIPE_SECRET_KEY > KEY'] as const;
const EXEC = `segura_secrets exec --quiet --secrets 'stripe/STRIPE_SECRET_KEY > KEY' --`;

describe.skipIf(lacksPython)('an open file that others have too', () => {
  test.each([
    ['pipe', false],
    ['socket', false],
    ['terminal', false],
    ['file', false],
    ['non-blocking pipe', true],
    ['non-blocking terminal', true],
  ])('keeps its flags: a %s', async (kind, isNonBlocking) => {
    const { desk } = await openDesk();
    const lines: [string, readonly string[]][] = [
      [
        '0',
        ['exec', ...KEY, '--', 'sh', '-c', 'echo out; echo err >&2; head -c 200000 /dev/zero | tr "\\0" x'],
      ],
      ['0', ['export', '--format', 'sh', ...KEY]],
      ['0', ['check', '--secrets', 'stripe/STRIPE_SECRET_KEY > KEY']],
      ['0', ['help']],
      ['1', ['release', '--state', desk.folder]],
      ['2', ['bogus']],
    ];
    for (const [code, args] of kind === 'pipe' || kind === 'socket' ? lines : lines.slice(0, 2)) {
      expect(await flagsDuring(desk, kind, args), args.join(' ')).toBe(
        `${code} [(${isNonBlocking ? 'True' : 'False'}, False)]\n`,
      );
    }
  });

  test('loses nothing of what another program writes to it', async () => {
    const { desk } = await openDesk();
    const writer = `python3 -c 'for i in range(20000): print("line", i, "x" * 60)'`;
    const ended = await desk.shell(
      ['bash'],
      `( ${EXEC} sh -c 'echo started > go; sleep 2' & while [ ! -s go ]; do sleep 0.05; done; ${writer} ) | (sleep 2; grep -c line)`,
    );
    expect(ended.stdout.toString().trim(), ended.stderr).toBe('20000');
  });

  test('is written to in full though another program made it non-blocking', async () => {
    const { desk } = await openDesk();
    writeFileSync(
      join(desk.folder, 'nonblocking.py'),
      'import fcntl, os; fcntl.fcntl(1, fcntl.F_SETFL, fcntl.fcntl(1, fcntl.F_GETFL) | os.O_NONBLOCK)',
    );
    const ended = await desk.shell(
      ['bash'],
      `( python3 nonblocking.py; ${EXEC} sh -c 'head -c 3000000 /dev/zero | tr "\\0" x' ) | (sleep 2; wc -c)`,
    );
    expect(ended.stdout.toString().trim(), ended.stderr).toBe('3000000');
  });
});

describe('a copy of the log', () => {
  const COPIES = `echo 1; echo "$KEY" >&3; echo 3`;

  test.each([
    ['standard output, a pipe', `{ exec 3>&1; ${EXEC} sh -c '${COPIES}' 2>err; } | cat`],
    ['standard output, a file', `{ exec 3>&1; ${EXEC} sh -c '${COPIES}' 2>err; } > log; cat log`],
    ['standard error', `{ exec 3>&2; ${EXEC} sh -c '${COPIES}' >&2; } 2>&1 >/dev/null | cat`],
  ])('has no secret, and keeps its order: %s', async (_, line) => {
    const { desk } = await openDesk();
    const ended = await desk.shell(['bash'], line);
    expect(ended.stdout.toString(), ended.stderr).toBe('1\n***\n3\n');
  });

  test('has no secret in the trace of bash', async () => {
    const { desk } = await openDesk();
    const ended = await desk.shell(
      ['bash'],
      `exec 7>&2; ${EXEC} bash -c 'BASH_XTRACEFD=7; set -x; : "$KEY"'`,
    );
    expect([ended.code, ended.stderr]).toEqual([0, '+ : ***\n']);
  });

  test('leaves another file, and the reading end of a pipe, to the command', async () => {
    const { desk } = await openDesk();
    const other = await desk.shell(['bash'], `exec 3>other; ${EXEC} sh -c '${COPIES}'; wc -c <other`);
    expect(other.stdout.toString(), other.stderr).toMatch(/^1\n3\n\s*[2-9]\d\n$/);
    const read = await desk.shell(
      ['bash'],
      `mkfifo pipe; exec 3<>pipe 4<pipe 1>pipe 3>&-; ${EXEC} sh -c 'echo line; read -r text <&4; echo "$text" >&2' 3>&-`,
    );
    expect(read.stderr).toBe('line\n');
  });
});

describe('what a command prints', () => {
  const SCRIPT = 'for i in 1 2 3 4 5 6 7 8 9; do echo "out$i"; echo "err$i" >&2; done';
  const inOrder = Array.from({ length: 9 }, (_, at) => `out${at + 1}\nerr${at + 1}\n`).join('');

  test('keeps its order where both streams are one', async () => {
    const { desk } = await openDesk();
    const piped = await desk.shell(['bash'], `${EXEC} sh -c '${SCRIPT}' 2>&1 | cat`);
    expect(piped.stdout.toString(), piped.stderr).toBe(inOrder);
    const filed = await desk.shell(['bash'], `${EXEC} sh -c '${SCRIPT}' > both 2>&1`);
    expect(filed.code, filed.stderr).toBe(0);
    expect(readFileSync(join(desk.folder, 'both'), 'utf8')).toBe(inOrder);
  });

  test('is redacted if a value is spread over two streams that are one', async () => {
    const { desk } = await openDesk();
    const script = 'printf %s "$(echo "$KEY" | cut -c 1-9)"; echo "$KEY" | cut -c 10- >&2';
    const ended = await desk.shell(['bash'], `${EXEC} sh -c '${script}' 2>&1 | cat`);
    expect(ended.stdout.toString(), ended.stderr).toBe('***\n');
  });

  test('stays separate if there are two streams', async () => {
    const { desk } = await openDesk();
    const ended = await desk.run(['exec', ...KEY, '--', 'sh', '-c', SCRIPT]);
    expect(ended.stdout.toString()).toMatch(/^(out\d\n){9}$/);
    expect(ended.stderr).toMatch(/^(err\d\n){9}$/);
  });
});

describe.skipIf(isWindows())('a descriptor above 2 reaches the command', () => {
  test.each([3, 5, 9, 12, 30])('as a file: %d', async (number) => {
    const { desk } = await openDesk();
    const ended = await desk.shell(['bash'], `${EXEC} bash -c 'echo through >&${number}' ${number}> file`);
    expect(ended.code, ended.stderr).toBe(0);
    expect(readFileSync(join(desk.folder, 'file'), 'utf8')).toBe('through\n');
  });

  test('as a pipe in both directions', async () => {
    const { desk } = await openDesk();
    const ended = await desk.shell(
      ['bash'],
      `{ echo asked | ${EXEC} bash -c 'read -r line <&7; echo "got $line" >&8' 7<&0 8>&1 < /dev/null > /dev/null; } | cat`,
    );
    expect(ended.stdout.toString(), ended.stderr).toBe('got asked\n');
  });

  test('and none of our own does', async () => {
    const { desk } = await openDesk();
    // Node opens its own descriptor for /dev/null, which looks like an inherited one.
    const list = 'for fd in /proc/$$/fd/*; do [ "$(readlink "$fd")" = /dev/null ] || basename "$fd"; done';
    writeFileSync(join(desk.folder, 'list.sh'), list);
    const inside = await desk.shell(['bash'], `${EXEC} dash list.sh < /dev/null`);
    const outside = await desk.shell(['bash'], 'dash list.sh < /dev/null');
    expect(inside.stdout.toString(), inside.stderr).toBe(outside.stdout.toString());
    expect(inside.stdout.toString().split('\n')).toEqual(expect.arrayContaining(['1', '2']));
  });
});

/** Newer makes have a job server of either kind; older ones only that of pipes. */
const styles = [[], ['--jobserver-style=pipe'], ['--jobserver-style=fifo']].filter(
  (style) => spawnSync('make', [...style, '--version']).status === 0,
);

describe.skipIf(lacks('make', styles.length > 0))('make', () => {
  test.each(styles.map((style) => ['-j3', ...style].join(' ')))(
    'shares its job server with a make inside: %s',
    async (flags) => {
      const { desk } = await openDesk();
      writeFileSync(join(desk.folder, 'Makefile'), 'all:\n\t+@sh run $(MAKE) -f inner\n');
      writeFileSync(join(desk.folder, 'inner'), 'all: a b\na b:\n\t@echo $@\n');
      const run = `${EXEC} "$@"`;
      const ended = await desk.shell(
        ['bash'],
        `{ declare -f segura_secrets; echo ${quoted(run)}; } > run; make ${flags} SHELL=bash 2>&1`,
      );
      expect(ended.stdout.toString(), ended.stderr).toContain('b\n');
      expect(ended.stdout.toString()).not.toMatch(/jobserver|warning/);
    },
  );
});

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
