import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { describe, expect, test } from 'vitest';
import { COMMAND_LINE, Desk, type Ended } from '../support/command-line.js';
import { ACTION } from '../support/runner.js';
import { startVault } from '../vault/index.js';

/** The command is killed with SIGKILL at awaits of its bundle, the HTTP client's too; then `release --state` runs. */
const HOOK = ['--import', join(ACTION, 'test/support/kill-hook.mjs')];
const WANTED = [
  '--state',
  'state',
  '--secrets',
  'tls/TLS_KEY > path:KEY',
  '--credentials',
  '94 > A\nroot@web-01 > path:B',
];
const COMMANDS = {
  exec: ['exec', ...WANTED, '--', 'true'],
  export: ['export', '--format', 'sh', ...WANTED],
} as const;
const AT_ONCE = 12;
/** A new sample of the awaits each time; SEGURA_TEST_KILLS says how many, and a large number is every one. */
const SAMPLE = Number(process.env['SEGURA_TEST_KILLS'] ?? 80);

interface Ending {
  readonly at: number;
  readonly killed: boolean;
  readonly taken: number;
  readonly left: number;
  readonly files: number;
}

async function withDesk<T>(
  deed: (desk: Desk, vault: Awaited<ReturnType<typeof startVault>>) => Promise<T>,
): Promise<T> {
  const vault = await startVault({ dialect: 'api' });
  const desk = new Desk(vault);
  try {
    return await deed(desk, vault);
  } finally {
    desk.close();
    await vault.close();
  }
}

function runAt(desk: Desk, name: keyof typeof COMMANDS, at: number, countFile = ''): Promise<Ended> {
  const env = { KILL_AT: String(at), KILL_IN: COMMAND_LINE, KILL_COUNT_FILE: countFile };
  return desk.run(COMMANDS[name], { env, nodeFlags: HOOK });
}

function killAt(name: keyof typeof COMMANDS, at: number): Promise<Ending> {
  return withDesk(async (desk, vault) => {
    const run = await runAt(desk, name, at);
    const released = await desk.run(['release', '--state', 'state']);
    expect(released.code, `${at}: ${released.stderr}`).toBe(0);
    await vault.settled();
    const secrets = vault.secretValues().filter((value) => value.length >= 8);
    return {
      at,
      killed: run.signal === 'SIGKILL',
      taken: vault.everTaken().length,
      left: vault.custodies().length,
      files: desk.files().filter(({ bytes }) => secrets.some((secret) => bytes.includes(secret))).length,
    };
  });
}

describe.each(Object.keys(COMMANDS) as (keyof typeof COMMANDS)[])('when %s is killed', (name) => {
  test('anywhere, release gives back every custody and removes every secret file', {
    timeout: 600_000,
  }, async () => {
    const count = await withDesk(async (desk) => {
      const file = join(desk.folder, 'count');
      const ended = await runAt(desk, name, 0, file);
      expect(ended.code, ended.stderr).toBe(0);
      return Number(readFileSync(file, 'utf8'));
    });
    expect(count).toBeGreaterThan(100);
    const step = Math.max(1, count / SAMPLE);
    const offset = Math.random() * step;
    const points = Array.from({ length: Math.min(count, SAMPLE) }, (_, index) =>
      Math.ceil(offset + index * step),
    );
    const limit = pLimit(AT_ONCE);
    const endings = await Promise.all(points.map((at) => limit(() => killAt(name, at))));
    expect(endings.filter(({ killed }) => killed).length).toBeGreaterThan(endings.length * 0.8);
    expect(endings.filter(({ taken }) => taken > 0).length).toBeGreaterThan(20);
    expect(endings.filter(({ left, files }) => left > 0 || files > 0)).toEqual([]);
  });
});
