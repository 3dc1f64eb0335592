import { fstatSync, writev } from 'node:fs';
import { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import { codeOf } from '../core/errors.js';

/** So much waits for one write that is under way: fewer, larger writes cost less. */
const MOST_WAITING_BYTES = 1024 * 1024;
/** How long it is waited before the next try at a file that another program made non-blocking, and that is full. */
const MOST_WAIT_MS = 16;

/**
 * A descriptor that others may share. Node's own streams make pipes, sockets and terminals non-blocking, for every
 * program that has the same open file; this one writes as any program does, in a thread that may be made to wait.
 */
export class OutputFile extends Writable {
  readonly isTTY: boolean;
  readonly #descriptor: number;

  constructor(descriptor: number) {
    super({ highWaterMark: MOST_WAITING_BYTES });
    this.#descriptor = descriptor;
    this.isTTY = isatty(descriptor);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#put([chunk], done);
  }

  override _writev(chunks: readonly { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#put(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  #put(parts: readonly Buffer[], done: (error?: Error | null) => void, waitMs = 1): void {
    const wanted = parts.filter(({ length }) => length > 0);
    if (wanted.length === 0) {
      done();
      return;
    }
    writev(this.#descriptor, wanted, (error, count) => {
      if (error === null) this.#put(after(wanted, count), done);
      else if (codeOf(error) !== 'EAGAIN') done(error);
      else setTimeout(() => this.#put(wanted, done, Math.min(2 * waitMs, MOST_WAIT_MS)), waitMs);
    });
  }
}

type Output = Writable & { readonly isTTY?: boolean };

/** Standard output and standard error of this process: one stream where they are one open file, so that order is kept. */
export function openOutputs(system: NodeJS.Platform): Record<'stdout' | 'stderr', Output> {
  // A console of Windows takes text from Node's own streams alone, and knows no such flag.
  if (system === 'win32') return { stdout: process.stdout, stderr: process.stderr };
  const stdout = new OutputFile(1);
  return { stdout, stderr: isSameFile(1, 2) ? stdout : new OutputFile(2) };
}

function isSameFile(one: number, other: number): boolean {
  const [a, b] = [one, other].map((descriptor) => fstatSync(descriptor, { bigint: true }));
  // Where a system numbers no pipe or socket, nothing is known of two of them.
  return a !== undefined && b !== undefined && a.ino !== 0n && a.dev === b.dev && a.ino === b.ino;
}

function after(parts: readonly Buffer[], count: number): Buffer[] {
  let left = count;
  return parts.flatMap((part) => {
    const rest = part.subarray(Math.min(left, part.length));
    left -= part.length - rest.length;
    return rest.length === 0 ? [] : [rest];
  });
}
