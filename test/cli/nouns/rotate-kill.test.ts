import { expect, test } from 'vitest';
import { type KilledCommand, killCommand } from '../../support/command-kills.js';
import { formsIn } from '../../support/encodings.js';
import { endingOf, killingMs, SAMPLE } from '../../support/kills.js';
import { longSecretsOf } from '../../support/secret-files.js';

/** After a kill, `release --state` runs. */
const ROTATE: KilledCommand = {
  what: 'rotate',
  args: ['credential', 'rotate', '94', '--state', 'state', '--yes'],
  prepare: ({ data }) => {
    for (const credential of data.credentials) credential.automaticChange = credential.id === 94;
  },
  killOnce: async ({ at, desk, vault, run }) => {
    const { signal, stdout, stderr } = await run();
    const released = await desk.run(['release', '--state', 'state']);
    const printed = Buffer.from(`${stdout}${stderr}${released.stdout}${released.stderr}`);
    return endingOf({ at, signal }, vault, {
      files: () => desk.files(),
      traces: () => [
        ...(released.code === 0 ? [] : [`release failed: ${released.stderr}`]),
        ...formsIn(printed, longSecretsOf(vault)),
      ],
    });
  },
};

test('a kill of rotate anywhere leaves no custody after release, and no password in a file or in the output', {
  timeout: killingMs(1_800_000),
}, async () => {
  const { kills, killed, withCustody, bad } = await killCommand(ROTATE, SAMPLE / 2);
  expect(killed).toBeGreaterThan(kills * 0.7);
  expect(withCustody).toBeGreaterThan(kills / 8);
  expect(bad).toEqual([]);
});
