import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
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
import { ACCOUNT_SCRIPT } from '../../support/rotation-account.js';
import { startVault, type Vault } from '../../vault/index.js';

/** The command is killed at awaits of its bundle; then `release --state` runs, and the command once more. */
const ROTATE = ['credential', 'rotate', '95', '--new', '--verify', 'sh set.sh', '--state', 'state', '--yes'];

async function withDesk<T>(operation: (desk: Desk, vault: Vault) => Promise<T>): Promise<T> {
  const vault = await startVault({ dialect: 'api' });
  const desk = new Desk(vault);
  writeFileSync(join(desk.folder, 'set.sh'), ACCOUNT_SCRIPT);
  writeFileSync(join(desk.folder, 'account'), vault.password(95));
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

/** The password in use, and the one that a file keeps. */
function passwordsAt(desk: Desk): { used: string; kept: string } {
  const files = desk.files();
  const textOf = (name: RegExp): string =>
    files.find(({ path }) => name.test(basename(path)))?.bytes.toString() ?? '';
  const kept = textOf(/^segura-secrets-rotation-.*\.json$/);
  return { used: textOf(/^account$/), kept: kept === '' ? '' : JSON.parse(kept).password };
}

function tracesOf(desk: Desk, vault: Vault, old: string): string[] {
  const { used, kept } = passwordsAt(desk);
  const inVault = vault.password(95);
  return [
    ...(used === old || used === inVault || used === kept ? [] : ['the password in use is lost']),
    ...(inVault === old || inVault === used ? [] : ['the vault has a password that is not in use']),
  ];
}

function killAt(at: number): Promise<Ending> {
  return withDesk(async (desk, vault) => {
    const old = vault.password(95);
    const { signal, stdout, stderr } = await rotate(desk, at);
    await vault.settled();
    const killed = tracesOf(desk, vault, old);
    const released = await desk.run(['release', '--state', 'state']);
    const again = await desk.run(ROTATE);
    const { used, kept } = passwordsAt(desk);
    const printed = [stdout, stderr, released.stderr, again.stdout, again.stderr].join('');
    const own = (): { path: string; bytes: Buffer }[] =>
      desk.files().filter(({ path }) => basename(path) !== 'account');
    return endingOf({ at, signal }, vault, {
      files: own,
      secrets: () => [old, used],
      traces: () => [
        ...killed,
        ...(again.code === 0 ? [] : [`the next run failed: ${again.stderr}`]),
        ...(used === vault.password(95) && used !== old ? [] : ['the next run did not finish']),
        ...(kept === '' ? [] : ['a password is left in a file']),
        ...formsIn(Buffer.from(printed), [old, used]),
      ],
    });
  });
}

test('a kill of rotate --new anywhere loses no password that is in use, and the next run finishes it', {
  timeout: killingMs(900_000),
}, async () => {
  const count = await withDesk(async (desk) => {
    const file = join(desk.folder, 'count');
    const ended = await rotate(desk, 0, file);
    expect(ended.code, ended.stderr).toBe(0);
    return Number(readFileSync(file, 'utf8'));
  });
  expect(count).toBeGreaterThan(100);
  const { kills, killed, bad } = await killAtEach(samplePoints(count, SAMPLE / 2), killAt, 'rotate');
  expect(killed).toBeGreaterThan(kills * 0.7);
  expect(bad).toEqual([]);
});
