import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isInstalled } from '../gitlab/programs.js';
import { COMMAND_LINE } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import { NODE } from '../support/python.js';

const KEY = ['--quiet', '--secrets', 'stripe/STRIPE_SECRET_KEY > KEY'] as const;
const HELPERS = ['mkfifo', 'sh', 'sleep'] as const;

const WITHOUT = ['unshare', '--user', '--map-root-user', '--mount'] as const;
const canHide = spawnSync(WITHOUT[0], [...WITHOUT.slice(1), 'mount', '--bind', '/dev/null', '/etc/hostname']);
/** Puts a file in place of each program. */
const hide = (programs: readonly string[], hidden: string): string =>
  programs.map((name) => `mount --bind '${hidden}' "$(realpath "$(command -v ${name})")"`).join(' && ');

describe.skipIf(process.platform === 'win32')('a program beside the command', () => {
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

  test.runIf(process.platform === 'linux')('gets no variable of ours, and no folder to hold', async () => {
    const { desk } = await openDesk();
    const script = `ps -eo pid=,ppid=,args= | awk -v exec="$PPID" '$2 == exec && /sh -c [t]rap/ { print $1 }' > watcher
      tr '\\0' '\\n' < /proc/$(cat watcher)/environ > environment; readlink /proc/$(cat watcher)/cwd > folder`;
    const ended = await desk.run(['exec', ...KEY, '--', 'sh', '-c', script]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(readFileSync(join(desk.folder, 'environment'), 'utf8')).toMatch(/^PATH=\/usr\/bin:.*\n$/);
    expect(readFileSync(join(desk.folder, 'folder'), 'utf8')).toBe('/\n');
  });

  test.runIf(canHide.status === 0 && isInstalled('busybox'))(
    'gets no variable of ours when it makes the pipes',
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
