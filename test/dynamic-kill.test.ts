import { describe, expect, onTestFinished, test } from 'vitest';
import { PROVISION_PATH } from '../src/core/vault/leases/provision.js';
import { dynamicVault, held } from './support/dynamic.js';
import { DYNAMIC_KILLS, killSome } from './support/dynamic-kills.js';
import { inputsFor } from './support/inputs.js';
import { killingMs, SAMPLE } from './support/kills.js';
import { Job } from './support/runner.js';
import { isWindows } from './support/skips.js';

describe.skipIf(isWindows())('a kill at any await', () => {
  test.each(Object.entries(DYNAMIC_KILLS))(
    'of %s leaves no lease once post or release has run, and no value in a file or log',
    { timeout: killingMs(1_800_000) },
    async (what, kill) => {
      const { kills, killed, withCustody, bad } = await killSome(what, kill, SAMPLE);
      expect(bad).toEqual([]);
      expect(killed).toBeGreaterThan(kills * 0.7);
      expect(withCustody).toBeGreaterThan(kills / 10);
    },
  );
});

test('post ends a lease that the vault makes only after main has given up', async () => {
  const vault = await dynamicVault({ dialect: 'api' });
  const job = new Job();
  onTestFinished(async () => {
    job.close();
    await vault.close();
  });
  vault.faults.add({ match: { path: PROVISION_PATH }, times: 1, fault: { kind: 'lateCustody', ms: 4_000 } });
  const main = await job.main(inputsFor(vault, { dynamic: 'app/db/PASSWORD > X', timeout: '1' }));
  expect(main.code).toBe(1);
  expect(vault.everLeased()).toEqual([]);
  const post = await job.post({}, { realWaits: true });
  await vault.settled();
  expect([post.code, vault.everLeased().length, held(vault)], post.log).toEqual([0, 1, []]);
});
