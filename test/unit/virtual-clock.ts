import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/core/ports.js';

interface Timer {
  readonly atMs: number;
  readonly fire: () => void;
}

/** Time that passes only while everything waits for it: hours in no time, and the same on every machine. */
export class VirtualClock implements Clock {
  now = 1_700_000_000_000;
  readonly #timers = new Set<Timer>();

  nowMs(): number {
    return this.now;
  }

  random(): number {
    return 0.5;
  }

  after(ms: number, operation: () => void): () => void {
    const timer = { atMs: this.now + ms, fire: operation };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = (): void => {
        forget();
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const forget = this.after(ms, stop);
      signal.addEventListener('abort', stop);
    });
  }

  /** The milliseconds of this clock until the work has ended. Throws when nothing that it knows would end it. */
  async msOf(work: Promise<unknown>): Promise<number> {
    const startedMs = this.now;
    const state = { isOver: false };
    const end = (): void => {
      state.isOver = true;
    };
    work.then(end, end);
    for (;;) {
      // What can go on without time does: a few turns of the event loop are enough for what is in memory.
      for (let count = 0; count < 50 && !state.isOver; count += 1) await turn();
      if (state.isOver) return this.now - startedMs;
      const [next] = [...this.#timers].sort((one, other) => one.atMs - other.atMs);
      if (next === undefined) throw new Error('Nothing would end this.');
      this.#timers.delete(next);
      this.now = Math.max(this.now, next.atMs);
      next.fire();
    }
  }
}
