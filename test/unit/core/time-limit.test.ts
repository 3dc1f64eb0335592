import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { timeLimit } from '../../../src/core/time-limit.js';
import { systemClock } from '../../../src/platform/process/clock.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Waits for a signal that no one but its listener knows, as a request does, while garbage is collected. */
async function firesAmidGarbage(make: () => AbortSignal): Promise<boolean> {
  const seen = { fired: false };
  // What listens knows nothing of the signal that could keep it.
  make().addEventListener('abort', () => {
    seen.fired = true;
  });
  for (let round = 0; round < 10 && !seen.fired; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    collect();
  }
  return seen.fired;
}

test('fires though garbage is collected before', async () => {
  const never = new AbortController();
  expect(await firesAmidGarbage(() => timeLimit(150, never.signal, systemClock).signal)).toBe(true);
});

test('distinguishes a time limit from a job that ends', async () => {
  const job = new AbortController();
  const [late, ended] = [timeLimit(10, job.signal, systemClock), timeLimit(60_000, job.signal, systemClock)];
  onTestFinished(() => ended.lift());
  await new Promise((resolve) => late.signal.addEventListener('abort', resolve));
  expect(late.signal.reason).toMatchObject({ name: 'TimeoutError' });
  expect(ended.signal.aborted).toBe(false);
  job.abort();
  expect([ended.signal.aborted, ended.signal.reason]).toEqual([true, job.signal.reason]);
});

test('is over at once when the job has ended', () => {
  const limit = timeLimit(60_000, AbortSignal.abort(), systemClock);
  onTestFinished(() => limit.lift());
  expect(limit.signal.aborted).toBe(true);
});

test('that is lifted neither fires nor keeps the process', async () => {
  const job = new AbortController();
  const limit = timeLimit(5, job.signal, systemClock);
  limit.lift();
  job.abort();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(limit.signal.aborted).toBe(false);
});
