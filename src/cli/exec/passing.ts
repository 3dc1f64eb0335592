import type { Readable, Writable } from 'node:stream';
import { codeOf } from '../../core/errors.js';
import { type Redaction, Redactor } from '../../core/redaction/redaction.js';

/** What became of the output of a command that has ended. */
export interface Passed {
  /** Whether all that was read could be written. */
  readonly isWritten: boolean;
  /** Whether a process still has the other end, and is left with no one to read from it. */
  readonly isHeld: boolean;
}

export interface Passing {
  /** To be called once the command has ended. `isUrgent` says whether a reader that is stuck is not waited for long. */
  finish(isUrgent: () => boolean): Promise<Passed>;
}

/** How long the output of a command that has ended may stand still before it is left. */
const IDLE_MS = 1_000;
/** How long it may go on at all: then it is printed by something that the command left behind. */
const MAX_AFTER_MS = 10_000;
/** How long a reader that is stuck is waited for when there is no time. */
const MAX_URGENT_MS = 3_000;

/** Sends what `from` gives through a redactor of its own to `to`, no faster than `to` takes it. */
export function pass(from: Readable | null, to: Writable, redaction: Redaction): Passing {
  const redactor = new Redactor(redaction);
  let movedAtMs = Date.now();
  let isBlocked = false;
  let isOver = false;
  let isWritten = true;
  const write = (parts: readonly Buffer[]): void => {
    movedAtMs = Date.now();
    let isTaken = true;
    to.cork();
    for (const part of parts) isTaken = to.write(part);
    to.uncork();
    if (isTaken || isBlocked) return;
    isBlocked = true;
    from?.pause();
    to.once('drain', () => {
      isBlocked = false;
      movedAtMs = Date.now();
      from?.resume();
    });
  };
  const close = (): void => {
    if (isOver) return;
    isOver = true;
    write(redactor.end());
  };
  from?.on('data', (chunk: Buffer) => {
    if (!isOver) write(redactor.push(chunk));
  });
  const closed = new Promise<void>((done) => {
    from?.once('close', () => {
      close();
      done();
    });
  });
  // No one reads us any more: the command learns of it as it would without us.
  to.once('error', (error) => {
    isOver = true;
    isWritten = codeOf(error) === 'EPIPE';
    from?.destroy();
  });
  return {
    finish: async (isUrgent) => {
      // The command may have been silent until it wrote its last words and ended: they are still on their way.
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
      // An error comes after the write that it is about.
      await new Promise<void>((done) => to.write('', () => done()));
      return { isWritten, isHeld };
    },
  };
}
