import { SeguraError } from '../../core/errors.js';

/** Keeps a reader that leaves from ending this process, which has custody to release first. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** Carries out `work`, and writes all that it prints at once: each write wakes whoever reads, and takes as long as a mask. */
export function writeTogether(work: () => void): void {
  process.stdout.cork();
  try {
    work();
  } finally {
    process.stdout.uncork();
  }
}

/** Resolves when all that was printed so far has left this process. Errors: CANCELLED, when no one reads it any more. */
export function flushOutput(): Promise<void> {
  return new Promise((done, fail) => {
    process.stdout.write('', (error) => {
      if (error) fail(readerGone());
      else done();
    });
  });
}

/** Ends this process when all that was printed has left it, or after `maxMs` where a reader is stuck. */
export async function leaveProcess(exitCode: number, maxMs?: number): Promise<never> {
  if (maxMs !== undefined) setTimeout(() => process.exit(exitCode), maxMs);
  await flushOutput().catch(() => undefined);
  process.exit(exitCode);
}

/** Hands an error that no one foresaw to `tell`, once: one in `tell` itself ends the process. Node would print its message. */
export function onUnforeseen(tell: (error: unknown) => Promise<never>): void {
  let isTold = false;
  process.removeAllListeners('unhandledRejection');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => {
    if (isTold) process.exit(1);
    isTold = true;
    void tell(error);
  });
}

function readerGone(): SeguraError {
  return new SeguraError('CANCELLED', 'Standard output was closed.', 'Run the job again.');
}
