import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMAND_LINE, Desk, type Ended } from '../../support/command-line.js';
import {
  type Ending,
  endingOf,
  KILL_HOOK,
  killAtEach,
  killingMs,
  SAMPLE,
  samplePoints,
} from '../../support/kills.js';
import { lacks } from '../../support/skips.js';
import { hasSsh, makeKey, storeKey } from '../../support/sshd.js';
import { startVault, type Vault } from '../../vault/index.js';

/** The command is killed at awaits of its bundle; then `release --state` runs, and the command once more. */
const ACCEPT = 'echo "$SSH_PUBLIC_KEY" >> accepted';
const PUT = [
  ...['ssh-key', 'put', 'key-300', '--generate', 'ed25519', '--verify', ACCEPT],
  ...['--old-key-out', 'old.key', '--state', 'state', '--yes'],
];

async function withDesk<T>(operation: (desk: Desk, vault: Vault) => Promise<T>): Promise<T> {
  const vault = await startVault({ dialect: 'api' });
  storeKey(vault, 300, makeKey('ed25519', 'RFC4716'));
  const desk = new Desk(vault);
  try {
    return await operation(desk, vault);
  } finally {
    desk.close();
    await vault.close();
  }
}

function put(desk: Desk, at: number, countFile = ''): Promise<Ended> {
  const env = { KILL_AT: String(at), KILL_IN: COMMAND_LINE, KILL_COUNT_FILE: countFile };
  return desk.run(PUT, { env, nodeFlags: KILL_HOOK });
}

const keyOf = (vault: Vault) => vault.data.keys.find(({ id }) => id === 300);

function killAt(at: number): Promise<Ending> {
  return withDesk(async (desk, vault) => {
    const old = { ...keyOf(vault) };
    const { signal } = await put(desk, at);
    await vault.settled();
    const textOf = (name: string): string =>
      desk
        .files()
        .find(({ path }) => basename(path) === name)
        ?.bytes.toString() ?? '';
    const killed = keyOf(vault);
    const isOld = killed?.privateKey === old.privateKey;
    const isAccepted = textOf('accepted').includes(killed?.publicKey ?? '');
    const traces = [
      ...(isOld || isAccepted ? [] : ['the vault has a key that no host accepts']),
      ...(isOld || textOf('old.key') === old.privateKey ? [] : ['the old key is lost']),
    ];
    // Killed after all was done: to run it once more would be another change.
    const isDone = !isOld && !desk.files().some(({ path }) => /rotation-\w+\.key$/.test(path));
    const released = await desk.run(['release', '--state', 'state']);
    const again = isDone ? { code: 0, stderr: '' } : await desk.run(PUT);
    const now = keyOf(vault);
    const own = () => desk.files().filter(({ path }) => basename(path) !== 'old.key');
    return endingOf({ at, signal }, vault, {
      files: own,
      secrets: () => [old.privateKey ?? '', now?.privateKey ?? ''].map((key) => key.split('\n')[3] ?? key),
      traces: () => [
        ...traces,
        ...(released.code === 0 && again.code === 0 ? [] : [`the next run failed: ${again.stderr}`]),
        ...(textOf('accepted').includes(now?.publicKey ?? '') ? [] : ['the next run did not finish']),
      ],
    });
  });
}

test.skipIf(lacks('sshd', hasSsh))(
  'a kill of ssh-key put anywhere leaves a key in the vault that is accepted, and the next run finishes it',
  { timeout: killingMs(900_000) },
  async () => {
    const count = await withDesk(async (desk) => {
      const file = join(desk.folder, 'count');
      const ended = await put(desk, 0, file);
      expect(ended.code, ended.stderr).toBe(0);
      return Number(readFileSync(file, 'utf8'));
    });
    expect(count).toBeGreaterThan(100);
    const { kills, killed, bad } = await killAtEach(samplePoints(count, SAMPLE / 2), killAt, 'ssh-key put');
    expect(killed).toBeGreaterThan(kills * 0.7);
    expect(bad).toEqual([]);
  },
);
