import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { COMMAND_LINE, type Desk, type Ended } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import { cannot } from '../support/skips.js';
import type { Vault } from '../vault/index.js';

const NODE = process.env['SEGURA_TEST_NODE'] ?? process.execPath;
const WANTED = ['--secrets', 'stripe/STRIPE_SECRET_KEY > KEY'];
const AS_FIRST = ['--user', '--map-root-user', '--pid', '--fork', '--kill-child'];
/** Needs the right to make a namespace for processes, which a container may lack. */
const canBeFirst = spawnSync('unshare', [...AS_FIRST, 'true']).status === 0;
let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
});

/** The command line as process 1, which the system ends by no signal that it does not listen to. */
function firstProcess(args: readonly string[], env: Record<string, string | undefined>): Promise<Ended> {
  return desk.spawn('unshare', [...AS_FIRST, NODE, COMMAND_LINE, ...args], {
    env,
    onStart: stopChild,
  });
}

/** A signal that comes before the program listens is lost on process 1: on a slow machine it is sent again. */
function stopChild(outer: number): void {
  let times = 0;
  const timer = setInterval(() => {
    times += 1;
    try {
      // What does not obey would stay.
      if (times > 40) process.kill(outer, 'SIGKILL');
      else process.kill(childOf(outer), 'SIGTERM');
    } catch {
      // It has ended, or not begun.
      if (times > 1) clearInterval(timer);
    }
  }, 1_500);
}

function childOf(pid: number): number {
  const child = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
  if (!(child > 0)) throw new Error('There is no child.');
  return child;
}

describe.skipIf(cannot(!canBeFirst, 'process 1, for which `unshare` needs the right to make a namespace'))(
  'as process 1 of a container',
  () => {
    const WAITING = [
      ['--client-secret-file', { SENHASEGURA_CLIENT_SECRET: undefined }],
      ['--config', {}],
      ['--ca-certificate', { SENHASEGURA_CA_CERTIFICATE: undefined }],
    ] as const;

    test.each(WAITING)('a signal ends the wait for a FIFO: %s', async (option, env) => {
      for (const command of ['export --format json', 'exec']) {
        const fifo = join(desk.folder, `${command}-fifo`);
        execFileSync('mkfifo', [fifo]);
        const args = [...command.split(' '), option, fifo, ...WANTED];
        const ended = await firstProcess(command === 'exec' ? [...args, '--', 'true'] : args, env);
        expect([ended.code, ended.stdout.length], `${command}: ${ended.stderr}`).toEqual([143, 0]);
      }
      expect(vault.journal.requests).toEqual([]);
    });

    test('a signal ends the wait for a silent pipe, also for standard input', async () => {
      const words = `'${NODE}' '${COMMAND_LINE}' export --format json ${WANTED[0]} '${WANTED[1]}'`;
      for (const script of [
        `exec ${words} --client-secret-file <(exec sleep 600)`,
        `exec ${words} --client-secret-file - < <(exec sleep 600)`,
      ]) {
        const ended = await desk.spawn('unshare', [...AS_FIRST, 'bash', '-c', script], {
          env: { SENHASEGURA_CLIENT_SECRET: undefined },
          onStart: stopChild,
        });
        expect(ended.code, ended.stderr).toBe(143);
      }
      expect(vault.journal.requests).toEqual([]);
    });
  },
);

describe('input from a pipe', () => {
  test.each([
    ['a writer that comes late', `(sleep 1; printf '%s' "$GIVEN" >fifo) &`, '--client-secret-file fifo'],
    [
      'a writer that waits before its end',
      `(printf '%s' "$GIVEN"; sleep 1; echo) >fifo &`,
      '--client-secret-file fifo',
    ],
    ['a writer that has ended', '', '--client-secret-file <(printf "%s" "$GIVEN"; exec true)'],
    ['standard input', 'printf "%s" "$GIVEN" |', '--client-secret-file -'],
    ['standard input by its name', 'printf "%s" "$GIVEN" |', '--client-secret-file /dev/stdin'],
    [
      'standard input that comes in parts',
      '(printf "%.5s" "$GIVEN"; sleep .5; printf "%s" "$REST") |',
      '--client-secret-file -',
    ],
  ])('is read whole: %s', async (_, before, option) => {
    const secret = desk.env['SENHASEGURA_CLIENT_SECRET'] ?? '';
    const script = `mkfifo fifo; ${before} segura_secrets export --format json ${WANTED[0]} '${WANTED[1]}' ${option}`;
    const ended = await desk.shell(['bash'], script, {
      env: { SENHASEGURA_CLIENT_SECRET: undefined, GIVEN: secret, REST: secret.slice(5) },
    });
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout.toString()).toContain('KEY');
  });

  test('has a size limit, and may be empty', async () => {
    const large = await desk.shell(['bash'], 'segura_secrets check --config <(head -c 3000000 /dev/zero)');
    expect([large.code, large.stderr.includes('larger than 1 MiB')], large.stderr).toEqual([1, true]);
    const empty = await desk.shell(
      ['bash'],
      'mkfifo fifo; : >fifo & segura_secrets check --config fifo --secrets "a/b > C"',
    );
    expect(empty.code, empty.stderr).toBe(0);
    const none = await desk.shell(['bash'], 'segura_secrets check --client-secret-file - </dev/null');
    expect([none.code, none.stderr.includes('is empty')], none.stderr).toEqual([1, true]);
  });

  test('leaves standard input unchanged for other processes that share it', async () => {
    const flags = `python3 -c 'import fcntl; print(fcntl.fcntl(0, fcntl.F_GETFL) & 2048)'`;
    const script = `(printf 'hunter2'; sleep 1) | (segura_secrets check --client-secret-file - --secrets 'a/b > C'; ${flags})`;
    const ended = await desk.shell(['bash'], script, { env: { SENHASEGURA_CLIENT_SECRET: undefined } });
    expect(ended.stdout.toString().trim().split('\n').at(-1), ended.stderr).toBe('0');
  });
});
