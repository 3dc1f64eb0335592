import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMAND_LINE } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import { NODE } from '../support/python.js';
import { cannot, isWindows, lacks } from '../support/skips.js';

const KEY = ['--quiet', '--secrets', 'stripe/STRIPE_SECRET_KEY > KEY'] as const;
const EXEC = `segura_secrets exec --quiet --secrets 'stripe/STRIPE_SECRET_KEY > KEY' --`;
const HELPERS = ['mkfifo', 'sh', 'sleep'] as const;

const WITHOUT = ['unshare', '--user', '--map-root-user', '--mount'] as const;
const canHide = spawnSync(WITHOUT[0], [...WITHOUT.slice(1), 'mount', '--bind', '/dev/null', '/etc/hostname']);
const cannotHide = cannot(
  canHide.status !== 0,
  'a system without some programs, for which `unshare` needs the right to make a namespace',
);
/** Puts a file in place of each program. */
const hide = (programs: readonly string[], hidden: string): string =>
  programs.map((name) => `mount --bind '${hidden}' "$(realpath "$(command -v ${name})")"`).join(' && ');

describe.skipIf(isWindows())('a helper program', () => {
  test.each([
    ['no PATH', undefined],
    ['an empty PATH', ''],
    ['a relative PATH', '.:bin'],
    ['a PATH with an empty entry', ':/nowhere'],
    ['a PATH that names them first', '$FOLDER:/usr/bin:/bin'],
  ])('is never one of the current folder, with %s', async (_, path) => {
    const { desk } = await openDesk();
    mkdirSync(join(desk.folder, 'bin'));
    for (const folder of ['.', 'bin']) {
      for (const name of HELPERS) {
        writeFileSync(join(desk.folder, folder, name), `#!/bin/sh\necho ${name} >> '${desk.folder}/ran'\n`, {
          mode: 0o755,
        });
      }
    }
    const ended = await desk.run(['exec', ...KEY, '--', '/bin/sh', '-c', 'echo "$KEY" > /dev/stderr'], {
      env: { PATH: path?.replace('$FOLDER', desk.folder) },
    });
    expect([ended.code, ended.stderr], ended.stderr).toEqual([0, '***\n']);
    expect(existsSync(join(desk.folder, 'ran'))).toBe(false);
  });

  test.skipIf(cannot(process.platform !== 'linux', 'what only Linux has'))(
    'gets none of our variables, and keeps no folder in use',
    async () => {
      const { desk } = await openDesk();
      const script = `ps -eo pid=,ppid=,args= | awk -v exec="$PPID" '$2 == exec && /sh -c [t]rap/ { print $1 }' > watcher
      tr '\\0' '\\n' < /proc/$(cat watcher)/environ > environment; readlink /proc/$(cat watcher)/cwd > folder`;
      const ended = await desk.run(['exec', ...KEY, '--', 'sh', '-c', script]);
      expect(ended.code, ended.stderr).toBe(0);
      expect(readFileSync(join(desk.folder, 'environment'), 'utf8')).toMatch(/^PATH=\/usr\/bin:.*\n$/);
      expect(readFileSync(join(desk.folder, 'folder'), 'utf8')).toBe('/\n');
    },
  );

  test.skipIf(cannotHide || lacks('busybox'))(
    'gets none of our variables when it makes the pipes',
    async () => {
      const { desk } = await openDesk();
      const script = `#!/bin/sh\nenv > '${desk.folder}/environment'\nexec busybox mkfifo "$@"\n`;
      writeFileSync(join(desk.folder, 'noting'), script, { mode: 0o755 });
      const mount = `${hide(['mkfifo'], join(desk.folder, 'noting'))} && exec "$@"`;
      const exec = [NODE, COMMAND_LINE, 'exec', ...KEY, '--', 'sh', '-c', 'echo "$KEY" > /dev/stderr'];
      const ended = await desk.spawn(
        WITHOUT[0],
        [...WITHOUT.slice(1), 'bash', '-c', mount, 'bash', ...exec],
        {},
      );
      expect([ended.code, ended.stderr]).toEqual([0, '***\n']);
      const names = readFileSync(join(desk.folder, 'environment'), 'utf8').replaceAll(/=.*/g, '');
      expect(names.trim().split('\n').sort()).toEqual(['PATH', 'PWD']);
    },
  );
});

const ORDERED = 'for i in 1 2 3 4 5 6 7 8 9; do echo "out$i"; echo "err$i" > /dev/stderr; done';
const IN_ORDER = Array.from({ length: 9 }, (_, at) => `out${at + 1}\nerr${at + 1}\n`).join('');

describe.skipIf(isWindows())('if no FIFO can be made', () => {
  test('in the temporary folder, the order, /dev/stderr and SIGPIPE are what they are elsewhere', async () => {
    const { desk } = await openDesk();
    const env = { TMPDIR: join(desk.folder, 'nowhere') };
    const both = await desk.shell(['bash'], `${EXEC} sh -c '${ORDERED}' 2>&1 | cat`, { env });
    expect(both.stdout.toString(), both.stderr).toBe(IN_ORDER);
    const two = await desk.run(['exec', ...KEY, '--', 'sh', '-c', ORDERED], { env });
    expect([two.stdout.toString(), two.stderr]).toEqual([
      IN_ORDER.replaceAll(/err.\n/g, ''),
      IN_ORDER.replaceAll(/out.\n/g, ''),
    ]);
    const left = `${EXEC} bash -c 'yes; echo "$?" > status' | head -n 1; cat status`;
    const piped = await desk.shell(['bash'], left, { env });
    expect(piped.stdout.toString(), piped.stderr).toBe('y\n141\n');
  });

  const NODES = `for (let i = 1; i < 10; i += 1) { fs.writeSync(1, 'out' + i + '\\n'); fs.writeSync(2, 'err' + i + '\\n'); }`;

  test.skipIf(cannotHide).each([
    ['by a program, all of this is as elsewhere', ['mkfifo'], ['sh', '-c', ORDERED], /^$/],
    [
      'by a program or a shell, order is kept, and a warning says what is lost',
      ['mkfifo', 'sh'],
      [NODE, '-e', NODES],
      /"> \/dev\/stderr" fails/,
    ],
  ])('%s', async (_, programs, command, warning) => {
    const { desk } = await openDesk();
    const hidden = join(desk.folder, 'hidden');
    writeFileSync(hidden, '', { mode: 0o644 });
    const script = `${hide(programs, hidden)} && exec "$@" 2>&1`;
    const ended = await desk.spawn(
      WITHOUT[0],
      [
        ...WITHOUT.slice(1),
        'bash',
        '-c',
        script,
        'bash',
        NODE,
        COMMAND_LINE,
        'exec',
        ...KEY,
        '--',
        ...command,
      ],
      {},
    );
    const lines = ended.stdout.toString().split('\n');
    expect(ended.code, ended.stdout.toString() + ended.stderr).toBe(0);
    expect(lines.filter((line) => /^(out|err)\d$/.test(line)).join('\n')).toBe(IN_ORDER.trim());
    expect(lines.filter((line) => line.includes('segura-secrets')).join('\n')).toMatch(warning);
  });
});
