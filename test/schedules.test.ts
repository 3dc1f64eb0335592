import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leftBy, schedule } from './support/schedules.js';

describe('whatever goes wrong, in whatever order', () => {
  const seed = Number(process.env['SEGURA_TEST_SEED'] ?? Date.now() % 1_000_000);
  const runs = Number(process.env['SEGURA_TEST_RUNS'] ?? 12);
  for (const lane of [1, 2, 3, 4, 5, 6]) {
    test.concurrent(`no custody, file or secret is left (seed ${seed + lane})`, {
      timeout: 900_000,
    }, async () => {
      await fc.assert(
        fc.asyncProperty(schedule, async (each) => {
          expect(await leftBy(each, 'client-secret')).toEqual([]);
        }),
        { numRuns: runs, seed: seed + lane, endOnFailure: true },
      );
    });
  }
});
