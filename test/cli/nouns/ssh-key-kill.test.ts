import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { type KilledCommand, killCommand } from '../../support/command-kills.js';
import { endingOf, killingMs, SAMPLE } from '../../support/kills.js';
import { lacks } from '../../support/skips.js';
import { hasSsh, makeKey, storeKey } from '../../support/sshd.js';
import type { Vault } from '../../vault/index.js';

const ACCEPT = 'echo "$SSH_PUBLIC_KEY" >> accepted';
const ARGS = [
  ...['ssh-key', 'put', 'key-300', '--generate', 'ed25519', '--verify', ACCEPT],
  ...['--old-key-out', 'old.key', '--state', 'state', '--yes'],
];

const keyOf = (vault: Vault) => vault.data.keys.find(({ id }) => id === 300);

/** After a kill, `release --state` runs, and the command once more. */
const PUT: KilledCommand = {
  what: 'ssh-key put',
  args: ARGS,
  prepare: (vault) => storeKey(vault, 300, makeKey('ed25519', 'RFC4716')),
  killOnce: async ({ at, desk, vault, run }) => {
    const old = { ...keyOf(vault) };
    const { signal } = await run();
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
    const again = isDone ? { code: 0, stderr: '' } : await desk.run(ARGS);
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
  },
};

test.skipIf(lacks('sshd', hasSsh))(
  'a kill of ssh-key put anywhere leaves a key in the vault that is accepted, and the next run finishes it',
  { timeout: killingMs(1_800_000) },
  async () => {
    const { kills, killed, bad } = await killCommand(PUT, SAMPLE / 2);
    expect(killed).toBeGreaterThan(kills * 0.7);
    expect(bad).toEqual([]);
  },
);
