import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../core/ports.js';

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  random: () => Math.random(),
  after: (ms, operation) => {
    const timer = setTimeout(operation, ms);
    return () => clearTimeout(timer);
  },
  sleep: async (ms, signal) => {
    // One signal ends many sleeps at once.
    setMaxListeners(0, signal);
    // An early end is not a failure: the caller checks the signal afterwards.
    await wait(ms, undefined, { signal }).catch(() => undefined);
  },
};
