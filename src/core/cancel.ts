import { SeguraError } from './errors.js';

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new SeguraError('CANCELLED', 'The job is being cancelled.', 'Run the job again.');
}
