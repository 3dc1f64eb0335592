import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { type KilledCommand, killCommand } from '../../support/command-kills.js';
import type { Desk } from '../../support/command-line.js';
import { formsIn } from '../../support/encodings.js';
import { endingOf, killingMs, SAMPLE } from '../../support/kills.js';
import { ACCOUNT_SCRIPT } from '../../support/rotation-account.js';
import type { Vault } from '../../vault/index.js';

const ARGS = ['credential', 'rotate', '95', '--new', '--verify', 'sh set.sh', '--state', 'state', '--yes'];

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

/** After a kill, `release --state` runs, and the command once more. */
const ROTATE: KilledCommand = {
  what: 'rotate --new',
  args: ARGS,
  furnish: (desk, vault) => {
    writeFileSync(join(desk.folder, 'set.sh'), ACCOUNT_SCRIPT);
    writeFileSync(join(desk.folder, 'account'), vault.password(95));
  },
  killOnce: async ({ at, desk, vault, run }) => {
    const old = vault.password(95);
    const { signal, stdout, stderr } = await run();
    await vault.settled();
    const killed = tracesOf(desk, vault, old);
    const released = await desk.run(['release', '--state', 'state']);
    const again = await desk.run(ARGS);
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
  },
};

test('a kill of rotate --new anywhere loses no password that is in use, and the next run finishes it', {
  timeout: killingMs(1_800_000),
}, async () => {
  const { kills, killed, bad } = await killCommand(ROTATE, SAMPLE / 2);
  expect(killed).toBeGreaterThan(kills * 0.7);
  expect(bad).toEqual([]);
});
