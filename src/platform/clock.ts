import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../core/ports.js';

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  random: () => Math.random(),
  sleep: async (ms, signal) => {
    // Being woken early is no failure: who sleeps looks at the signal afterwards.
    await setTimeout(ms, undefined, { signal }).catch(() => undefined);
  },
};
