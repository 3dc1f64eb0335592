import { describe, expect, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import {
  type Ending,
  endingOf,
  KILL_HOOK,
  killAtEach,
  killingMs,
  SAMPLE,
  samplePoints,
  type Tally,
} from './support/kills.js';
import { Job } from './support/runner.js';
import { countAwaits, killMain, WANTED } from './support/way-kills.js';
import { type Fault, startVault } from './vault/index.js';

const FIRST = { way: 'client-secret' } as const;

/** Main is killed while an earlier step of the job uses the same credentials; then both posts run. */
async function killBesideAnother(at: number): Promise<Ending> {
  const vault = await startVault({ dialect: 'api' });
  const job = new Job();
  const states = [new Map<string, string>(), new Map<string, string>()] as const;
  try {
    const inputs = inputsFor(vault, WANTED);
    const first = await job.main(inputsFor(vault, { credentials: '94 > A\nroot@web-01 > B' }), {
      state: states[0],
    });
    expect(first.code, first.stdout).toBe(0);
    const main = await job.main(inputs, {
      state: states[1],
      env: { KILL_AT: String(at) },
      nodeFlags: KILL_HOOK,
    });
    const later = await job.post({}, { state: states[1] });
    expect(
      [
        later.code,
        vault
          .custodies()
          .map(({ credentialId }) => credentialId)
          .sort(),
      ],
      later.stdout,
    ).toEqual([0, ['94', '95']]);
    const last = await job.post({}, { state: states[0] });
    expect(last.code, last.stdout).toBe(0);
    return await endingOf({ at, signal: main.signal }, vault, { files: () => job.leftBehind() });
  } finally {
    job.close();
    await vault.close();
  }
}

async function killMains(most: number, read?: Fault): Promise<Tally> {
  const count = await countAwaits(FIRST);
  expect(count).toBeGreaterThan(100);
  return killAtEach(samplePoints(count, most), (at) => killMain(at, { ...FIRST, read }));
}

// All of them wait more than they work.
describe.concurrent('when main is killed', () => {
  test('at awaits all over it, post leaves no custody and no file with a secret', {
    timeout: killingMs(1_800_000),
  }, async () => {
    const { kills, killed, withCustody, bad } = await killMains(SAMPLE * 10);
    expect(killed).toBeGreaterThan(kills * 0.9);
    expect(withCustody).toBeGreaterThan(20);
    expect(bad).toEqual([]);
  });

  test('beside a step that uses the same, its post leaves that what it uses, and the last one leaves nothing', {
    timeout: killingMs(1_800_000),
  }, async () => {
    const count = await countAwaits(FIRST);
    const { withCustody, bad } = await killAtEach(samplePoints(count, SAMPLE * 2), killBesideAnother);
    expect(withCustody).toBeGreaterThan(20);
    expect(bad).toEqual([]);
  });

  test('while the vault carries reads out late, post looks again until nothing is held', {
    timeout: killingMs(1_800_000),
  }, async () => {
    const { withCustody, bad } = await killMains(SAMPLE * 3, { kind: 'lateCustody', ms: 1_200 });
    expect(withCustody).toBeGreaterThan(3);
    expect(bad).toEqual([]);
  });
});
