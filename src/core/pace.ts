import { SeguraError } from './errors.js';
import type { Clock } from './ports.js';
import { option, say, word } from './text.js';

/** How long work may block the process. Signals and timers wait meanwhile. */
const MAX_MS = 20;

export interface PaceParts {
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  readonly deadlineAtMs: number;
}

/** Keeps long work from outliving the deadline, and from keeping a signal waiting. */
export class Pace {
  readonly #parts: PaceParts;
  #restedAtMs: number;

  constructor(parts: PaceParts) {
    this.#parts = parts;
    this.#restedAtMs = parts.clock.nowMs();
  }

  /** To be called between small pieces of work. Errors: CANCELLED, TIMED_OUT. */
  async turn(): Promise<void> {
    const { clock } = this.#parts;
    if (clock.nowMs() - this.#restedAtMs < MAX_MS) return;
    await new Promise((done) => setImmediate(done));
    this.#restedAtMs = clock.nowMs();
    this.check();
  }

  /** Does work that comes in steps, with a turn between them. Errors: CANCELLED, TIMED_OUT. */
  async through<T>(steps: Generator<void, T>): Promise<T> {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      await this.turn();
    }
  }

  /** Waits for an operation as long as there is time. Errors: CANCELLED, TIMED_OUT. */
  async within(operation: Promise<void>): Promise<void> {
    const { clock, signal, deadlineAtMs } = this.#parts;
    let stop = (): void => undefined;
    const stopped = new Promise<boolean>((done) => {
      stop = () => done(false);
    });
    let hasEnded = true;
    const forget = clock.after(Math.max(0, deadlineAtMs - clock.nowMs()), stop);
    signal.addEventListener('abort', stop);
    try {
      hasEnded = await Promise.race([operation.then(() => true), stopped]);
    } finally {
      forget();
      signal.removeEventListener('abort', stop);
    }
    // A timer can fire a moment before the clock has reached its time.
    this.check(hasEnded);
  }

  /** `hasTime`: false where it is known that there is none. Errors: CANCELLED, TIMED_OUT. */
  check(hasTime = true): void {
    const { clock, signal, deadlineAtMs } = this.#parts;
    throwIfCancelled(signal);
    if (hasTime && clock.nowMs() < deadlineAtMs) return;
    throw new SeguraError(
      'TIMED_OUT',
      say`${word('The deadline of the step')} passed while the values from the vault were being masked and mapped.`,
      say`Raise ${option.deadline}, or ask for less ${word('in one step')}.`,
    );
  }
}

/** Errors: CANCELLED. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new SeguraError('CANCELLED', word('The job is being cancelled.'), word('Run the job again.'));
}
