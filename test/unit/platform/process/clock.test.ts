import { expect, test } from 'vitest';
import { systemClock } from '../../../../src/platform/process/clock.js';

test('a sleep ends in time, and at once when it is broken off, without an error', async () => {
  const startedMs = systemClock.nowMs();
  await systemClock.sleep(20, new AbortController().signal);
  expect(systemClock.nowMs() - startedMs).toBeGreaterThanOrEqual(18);
  await systemClock.sleep(60_000, AbortSignal.abort());
  await systemClock.sleep(60_000, AbortSignal.timeout(20));
  expect(systemClock.nowMs() - startedMs).toBeLessThan(5_000);
});
