import type { Writable } from 'node:stream';
import { codeOf } from '../../core/errors.js';
import { type Redaction, Redactor } from '../../core/redaction/redaction.js';
import type { ChunkSource } from './pipes/chunk-source.js';

/** The outcome of the output of a command that has ended. */
export interface Passed {
  /** Whether all output that was read could be written. */
  readonly isWritten: boolean;
  /** Whether a process still has the other end open, although no one reads from it any more. */
  readonly isHeld: boolean;
}

export interface Passing {
  /** To be called once the command has ended. If `isUrgent`, the wait for a reader that is stuck is short. */
  finish(isUrgent: () => boolean): Promise<Passed>;
}

/** How long the output of a command that has ended may pause before it is given up. */
const IDLE_MS = 1_000;
/** The longest time for that output. After it, a process that the command left running is printing. */
const MAX_AFTER_MS = 10_000;
/** The longest wait for a reader that is stuck, when it is urgent. */
const MAX_URGENT_MS = 3_000;

/** Sends the output of `from` through its own redactor to `to`, no faster than `to` accepts it. */
export function pass(from: ChunkSource, to: Writable, redaction: Redaction): Passing {
  const redactor = new Redactor(redaction);
  let movedAtMs = Date.now();
  let isBlocked = false;
  let isOver = false;
  let isWritten = true;
  /** `done`: called when all parts are written, or cannot be. */
  const write = (parts: readonly Buffer[], done: () => void): void => {
    movedAtMs = Date.now();
    let isTaken = true;
    to.cork();
    for (const [at, part] of parts.entries()) {
      isTaken = at === parts.length - 1 ? to.write(part, done) : to.write(part);
    }
    to.uncork();
    if (parts.length === 0) done();
    if (isTaken || isBlocked) return;
    isBlocked = true;
    from.pause();
    to.once('drain', () => {
      isBlocked = false;
      movedAtMs = Date.now();
      from.resume();
    });
  };
  const close = (): void => {
    if (isOver) return;
    isOver = true;
    write(redactor.end(), () => undefined);
  };
  from.start((chunk, done) => {
    if (isOver) done();
    else write(redactor.push(chunk), done);
  });
  const closed = from.closed.then(close);
  // No one reads our output any more: the command notices that as it would without us.
  to.once('error', (error) => {
    isOver = true;
    isWritten = codeOf(error) === 'EPIPE';
    from.destroy();
  });
  return {
    finish: async (isUrgent) => {
      // The command may have been silent until just before its end, so its last output may still be on its way.
      const endedAtMs = Date.now();
      movedAtMs = endedAtMs;
      const isPast = (maxMs: number): boolean => Date.now() - endedAtMs >= maxMs;
      const isMoving = (): boolean => Date.now() - movedAtMs < IDLE_MS && !isPast(MAX_AFTER_MS);
      const isStuck = (): boolean => isBlocked && !(isUrgent() && isPast(MAX_URGENT_MS));
      while (!isOver && (isStuck() || isMoving())) {
        await Promise.race([closed, new Promise((done) => setTimeout(done, 5))]);
      }
      const isHeld = !isOver;
      close();
      if (isBlocked && isUrgent()) return { isWritten: false, isHeld };
      // The error of a write arrives after that write.
      await new Promise<void>((done) => to.write('', () => done()));
      return { isWritten, isHeld };
    },
  };
}
