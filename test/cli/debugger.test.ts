import { execFileSync } from 'node:child_process';
import { readFileSync, writeFile } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Ended } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import { NODE } from '../support/python.js';
import { cannot } from '../support/skips.js';

const KEY = ['--quiet', '--secrets', 'stripe/STRIPE_SECRET_KEY > KEY'] as const;
const SIGUSR1 = 1n << 9n;

/** Sends SIGUSR1 as soon as Node listens for it, long before anything of ours can. */
function signalAtStart(pid: number): void {
  const sinceMs = performance.now();
  while (performance.now() - sinceMs < 10_000) {
    const [, caught = '0'] = /^SigCgt:\s*(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    if ((BigInt(`0x${caught}`) & SIGUSR1) !== 0n) break;
  }
  process.kill(pid, 'SIGUSR1');
}

/** On a busy machine the signal may come when the command line listens for it already: then it opens nothing. */
async function untilOpened(run: () => Promise<Ended>): Promise<Ended> {
  for (;;) {
    const ended = await run();
    if (ended.stderr.includes('Debugger listening')) return ended;
  }
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Says whether a port of this machine can be connected to. */
const trying = (port: number): string =>
  `require('net').connect(${port}, '127.0.0.1').on('connect', () => { console.log('open'); process.exit(); }).on('error', ({ code }) => console.log(code))`;

describe.skipIf(cannot(process.platform !== 'linux', 'what only Linux has'))("Node's debugger", () => {
  test('that a SIGUSR1 opens at the start is closed before anything is fetched, with a warning', async () => {
    const { desk } = await openDesk();
    for (const [args, shown] of [
      [['exec', ...KEY, '--'], 'ECONNREFUSED\n'],
      [['export', '--format', 'json', ...KEY], '{'],
    ] as const) {
      const port = await freePort();
      const command = args[0] === 'exec' ? [NODE, '-e', trying(port)] : [];
      const ended = await untilOpened(() =>
        desk.run([...args, ...command], { nodeFlags: [`--inspect-port=${port}`], onStart: signalAtStart }),
      );
      expect(ended.stderr).toContain('Debugger listening');
      expect(ended.stderr).toContain(
        "A SIGUSR1 opened Node's debugger while this started. It is closed again.",
      );
      expect([ended.code, ended.stdout.toString().startsWith(shown)], ended.stdout.toString()).toEqual([
        0,
        true,
      ]);
    }
  });

  test('that a program is connected to stops the command before anything is fetched', async () => {
    const { vault, desk } = await openDesk();
    const port = await freePort();
    // It waits for its settings until the debugger is in use.
    const config = join(desk.folder, 'config');
    execFileSync('mkfifo', [config]);
    const write = (): void => writeFile(config, 'timeout: 20\n', () => undefined);
    let before = 0;
    const ended = await untilOpened(() => {
      let isAsked = false;
      before = vault.journal.requests.length;
      const late = setTimeout(write, 3_000);
      return desk.run(['exec', ...KEY, '--config', config, '--', 'true'], {
        nodeFlags: [`--inspect-port=${port}`],
        onStart: signalAtStart,
        onOutput: (text) => {
          if (isAsked || !text.includes('Debugger listening')) return;
          isAsked = true;
          clearTimeout(late);
          connect(port, '127.0.0.1', write).on('error', () => undefined);
        },
      });
    });
    expect(ended.stderr).toContain('PLATFORM_UNSUPPORTED');
    expect(ended.stderr).toContain('a program is connected to it');
    expect([ended.code, ended.stdout.toString()], ended.stderr).toEqual([125, '']);
    expect(vault.journal.requests.length).toBe(before);
  });

  test('that a flag asks for stays open, with a warning', async () => {
    const { desk } = await openDesk();
    for (const given of [{ nodeFlags: ['--inspect=0'] }, { env: { NODE_OPTIONS: '--inspect=0' } }]) {
      const ended = await desk.run(['export', '--format', 'json', ...KEY], given);
      expect(ended.code, ended.stderr).toBe(0);
      expect(ended.stderr).toContain("Node's debugger is open (--inspect)");
    }
  });
});
