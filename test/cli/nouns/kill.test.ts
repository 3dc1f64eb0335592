import { expect, test } from 'vitest';
import { COMMANDS, killsAtCallsOf, killsOf, type Name } from '../../support/change-kills.js';
import { killingMs, SAMPLE } from '../../support/kills.js';

test.each(Object.keys(COMMANDS) as Name[])(
  'a kill of %s anywhere leaves the old or the new state, and the next run finishes it',
  { timeout: killingMs(1_800_000) },
  async (name) => {
    const { kills, killed, bad } = await killsOf(name, SAMPLE / 2);
    expect(killed).toBeGreaterThan(kills * 0.7);
    expect(bad).toEqual([]);
  },
);

test('a kill of migrate --strip before any call to the disk leaves the old or the new state too', {
  timeout: killingMs(1_800_000),
}, async () => {
  const { kills, killed, bad } = await killsAtCallsOf('migrate --strip');
  expect(kills).toBeGreaterThan(10);
  expect(killed).toBe(kills);
  expect(bad).toEqual([]);
});
