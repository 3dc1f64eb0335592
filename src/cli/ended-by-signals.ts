import { leaveAs } from '../platform/process/leave.js';
import type { Signals } from './signals.js';

/**
 * The outcome of `operation`, during which a signal that asks this process to end does so at once, as if no one listened for
 * it: for a time in which nothing is taken yet, and a read may wait that could not be broken off.
 */
export async function endedBySignals<T>(
  signals: Signals,
  system: NodeJS.Platform,
  operation: () => Promise<T>,
): Promise<T> {
  // Whoever else hears of it has its turn first: a terminal gets its echo back.
  const end = (): void => void setImmediate(() => leaveAs(signals.first, system));
  if (signals.stop.aborted) end();
  signals.stop.addEventListener('abort', end);
  try {
    return await operation();
  } finally {
    signals.stop.removeEventListener('abort', end);
  }
}
