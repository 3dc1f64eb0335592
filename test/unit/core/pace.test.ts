import { describe, expect, test } from 'vitest';
import { Pace } from '../../../src/core/pace.js';
import { systemClock } from '../../../src/platform/process/clock.js';
import { codesOf, FakeClock, problemsOfPromise } from '../fakes.js';

const stop = (): AbortController => new AbortController();

describe('a turn of long work', () => {
  test('lets other events run, once it has taken its time', async () => {
    const clock = new FakeClock();
    const pace = new Pace({ clock, signal: stop().signal, deadlineAtMs: Number.POSITIVE_INFINITY });
    let hasRun = false;
    setImmediate(() => {
      hasRun = true;
    });
    await pace.turn();
    expect(hasRun).toBe(false);
    clock.now += 100;
    await pace.turn();
    expect(hasRun).toBe(true);
  });

  test('ends the work when the job is cancelled, and when the deadline has passed', async () => {
    for (const [code, change] of [
      ['CANCELLED', (_: FakeClock, controller: AbortController) => controller.abort()],
      [
        'TIMED_OUT',
        (clock: FakeClock) => {
          clock.now += 20_000;
        },
      ],
    ] as const) {
      const clock = new FakeClock();
      const controller = stop();
      const pace = new Pace({ clock, signal: controller.signal, deadlineAtMs: clock.now + 10_000 });
      clock.now += 100;
      await pace.turn();
      clock.now += 100;
      change(clock, controller);
      expect(codesOf(await problemsOfPromise(pace.turn()))).toEqual([code]);
    }
  });
});

describe('a wait for a reader', () => {
  test('ends in TIMED_OUT too where the timer fires a moment early, as timers do', async () => {
    const never = new Promise<void>(() => undefined);
    const clock = {
      nowMs: () => 1_000,
      after: (_: number, act: () => void) => {
        setImmediate(act);
        return () => undefined;
      },
    };
    const pace = new Pace({ clock, signal: stop().signal, deadlineAtMs: 1_001 });
    expect(codesOf(await problemsOfPromise(pace.within(never)))).toEqual(['TIMED_OUT']);
  });

  test('ends at the deadline and when the job is cancelled, though no one reads', async () => {
    const never = new Promise<void>(() => undefined);
    const timed = new Pace({ clock: systemClock, signal: stop().signal, deadlineAtMs: Date.now() + 30 });
    expect(codesOf(await problemsOfPromise(timed.within(never)))).toEqual(['TIMED_OUT']);
    const controller = stop();
    const pace = new Pace({
      clock: systemClock,
      signal: controller.signal,
      deadlineAtMs: Date.now() + 60_000,
    });
    setTimeout(() => controller.abort(), 10);
    expect(codesOf(await problemsOfPromise(pace.within(never)))).toEqual(['CANCELLED']);
    const idle = new Pace({ clock: systemClock, signal: stop().signal, deadlineAtMs: Date.now() + 60_000 });
    await idle.within(Promise.resolve());
  });
});
