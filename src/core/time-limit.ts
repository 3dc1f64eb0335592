import type { Clock } from './ports.js';

export interface TimeLimit {
  /** Aborted when the time is over, with a TimeoutError as the reason, or when the original signal is. */
  readonly signal: AbortSignal;
  /** Ends the wait for both. Call it when the limited work has ended. */
  lift(): void;
}

/**
 * A limit of `ms`, in addition to `signal`.
 *
 * Made by hand: on Node 20 what AbortSignal.any makes of an AbortSignal.timeout can be collected before its time, and then
 * never fires.
 */
export function timeLimit(ms: number, signal: AbortSignal, clock: Pick<Clock, 'after'>): TimeLimit {
  const limit = new AbortController();
  const stop = (): void => limit.abort(signal.reason);
  const forget = clock.after(ms, () => limit.abort(new DOMException('The time is over.', 'TimeoutError')));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  return {
    signal: limit.signal,
    lift: () => {
      forget();
      signal.removeEventListener('abort', stop);
    },
  };
}

/** A limit that aborts `ms` after `signal` does, unless `lift` is called first. */
export function graceAfter(signal: AbortSignal, ms: number, clock: Pick<Clock, 'after'>): TimeLimit {
  const limit = new AbortController();
  let forget = (): void => undefined;
  const begin = (): void => {
    forget = clock.after(ms, () => limit.abort(signal.reason));
  };
  signal.addEventListener('abort', begin, { once: true });
  if (signal.aborted) begin();
  return {
    signal: limit.signal,
    lift: () => {
      forget();
      signal.removeEventListener('abort', begin);
    },
  };
}
