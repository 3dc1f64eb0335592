import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMAND_LINE, Desk, type Ended } from '../support/command-line.js';
import { type Ending, endingOf, KILL_HOOK, killAtEach, SAMPLE, samplePoints } from '../support/kills.js';
import { startVault } from '../vault/index.js';

/** The command is killed at awaits of its bundle, the HTTP client's too; then `release --state` runs. */
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
  return desk.run(COMMANDS[name], { env, nodeFlags: KILL_HOOK });
}

function killAt(name: keyof typeof COMMANDS, at: number): Promise<Ending> {
  return withDesk(async (desk, vault) => {
    const run = await runAt(desk, name, at);
    const released = await desk.run(['release', '--state', 'state']);
    expect(released.code, `${at}: ${released.stderr}`).toBe(0);
    return endingOf({ at, signal: run.signal }, vault, { files: () => desk.files() });
  });
}

describe.each(Object.keys(COMMANDS) as (keyof typeof COMMANDS)[])('when %s is killed', (name) => {
  test('anywhere, release releases every custody and removes every secret file', {
    timeout: 600_000,
  }, async () => {
    const count = await withDesk(async (desk) => {
      const file = join(desk.folder, 'count');
      const ended = await runAt(desk, name, 0, file);
      expect(ended.code, ended.stderr).toBe(0);
      return Number(readFileSync(file, 'utf8'));
    });
    expect(count).toBeGreaterThan(100);
    const tally = await killAtEach(samplePoints(count, SAMPLE), (at) => killAt(name, at));
    const { kills, killed, withCustody, bad } = tally;
    expect(killed).toBeGreaterThan(kills * 0.8);
    expect(withCustody).toBeGreaterThan(kills / 4);
    expect(bad).toEqual([]);
  });
});
