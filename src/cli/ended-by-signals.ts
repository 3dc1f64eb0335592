import { leaveAs } from '../platform/process/leave.js';
import type { Signals } from './signals.js';

/**
 * The result of `operation`. Meanwhile a signal ends this process at once, as if there were no handler: nothing is taken yet,
 * and a read that waits could not be interrupted.
 */
export async function endedBySignals<T>(
  signals: Signals,
  system: NodeJS.Platform,
  operation: () => Promise<T>,
): Promise<T> {
  // Other listeners run first, for example to turn the echo of a terminal on again.
  const end = (): void => void setImmediate(() => leaveAs(signals.first, system));
  if (signals.stop.aborted) end();
  signals.stop.addEventListener('abort', end);
  try {
    return await operation();
  } finally {
    signals.stop.removeEventListener('abort', end);
  }
}
