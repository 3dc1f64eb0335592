import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMAND_LINE, Desk, type Ended } from '../../support/command-line.js';
import { formsIn } from '../../support/encodings.js';
import {
  type Ending,
  endingOf,
  KILL_HOOK,
  killAtEach,
  killingMs,
  SAMPLE,
  samplePoints,
} from '../../support/kills.js';
import { longSecretsOf } from '../../support/secret-files.js';
import { startVault, type Vault } from '../../vault/index.js';

/** The command is killed at awaits of its bundle, the HTTP client's too; then `release --state` runs. */
const ROTATE = ['credential', 'rotate', '94', '--state', 'state', '--yes'];

async function withDesk<T>(operation: (desk: Desk, vault: Vault) => Promise<T>): Promise<T> {
  const vault = await startVault({ dialect: 'api' });
  for (const credential of vault.data.credentials) credential.automaticChange = credential.id === 94;
  const desk = new Desk(vault);
  try {
    return await operation(desk, vault);
  } finally {
    desk.close();
    await vault.close();
  }
}

function rotate(desk: Desk, at: number, countFile = ''): Promise<Ended> {
  const env = { KILL_AT: String(at), KILL_IN: COMMAND_LINE, KILL_COUNT_FILE: countFile };
  return desk.run(ROTATE, { env, nodeFlags: KILL_HOOK });
}

function killAt(at: number): Promise<Ending> {
  return withDesk(async (desk, vault) => {
    const { signal, stdout, stderr } = await rotate(desk, at);
    const released = await desk.run(['release', '--state', 'state']);
    expect(released.code, `${at}: ${released.stderr}`).toBe(0);
    const printed = Buffer.from(`${stdout}${stderr}${released.stdout}${released.stderr}`);
    return endingOf({ at, signal }, vault, {
      files: () => desk.files(),
      traces: () => formsIn(printed, longSecretsOf(vault)),
    });
  });
}

test('a kill of rotate anywhere leaves no custody after release, and no password in a file or in the output', {
  timeout: killingMs(600_000),
}, async () => {
  const count = await withDesk(async (desk) => {
    const file = join(desk.folder, 'count');
    const ended = await rotate(desk, 0, file);
    expect(ended.code, ended.stderr).toBe(0);
    return Number(readFileSync(file, 'utf8'));
  });
  expect(count).toBeGreaterThan(100);
  const points = samplePoints(count, SAMPLE / 2);
  const { kills, killed, withCustody, bad } = await killAtEach(points, killAt, 'rotate');
  expect(killed).toBeGreaterThan(kills * 0.7);
  expect(withCustody).toBeGreaterThan(kills / 8);
  expect(bad).toEqual([]);
});
