import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The end of a pipe that a process writes to, as a descriptor. */
export interface PipeEnd {
  readonly descriptor: number;
  close(): void;
}

/** A pipe whose reader is gone. */
export function closedPipe(): PipeEnd {
  const { reader, end } = openPipe();
  closeSync(reader);
  return end;
}

/** A pipe that is full, and whose reader is there and reads nothing. */
export function fullPipe(): PipeEnd {
  const { reader, end } = openPipe();
  for (const size of [4_096, 1]) while (isTaken(end.descriptor, size));
  return { descriptor: end.descriptor, close: () => [end.close(), closeSync(reader)] };
}

function openPipe(): { readonly reader: number; readonly end: PipeEnd } {
  const folder = mkdtempSync(join(tmpdir(), 'segura-pipe-'));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const descriptor = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  rmSync(folder, { recursive: true });
  return { reader, end: { descriptor, close: () => closeSync(descriptor) } };
}

/** Waits until a process has opened the FIFO to read it, and keeps it open, without a word, until it is closed. */
export async function onceRead(path: string): Promise<() => void> {
  for (;;) {
    try {
      const descriptor = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
      return () => closeSync(descriptor);
    } catch {
      // No one reads it yet.
      await sleep(5);
    }
  }
}

function isTaken(descriptor: number, size: number): boolean {
  try {
    return writeSync(descriptor, Buffer.alloc(size, '\n')) > 0;
  } catch {
    return false;
  }
}
