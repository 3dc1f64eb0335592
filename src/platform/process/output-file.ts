import { fstatSync, writev } from 'node:fs';
import { Writable } from 'node:stream';
import { codeOf } from '../../core/errors.js';
import { isTerminal } from './is-terminal.js';

/** So much waits for one write that is under way: fewer, larger writes cost less. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** How long it is waited before the next try at a file that another program made non-blocking, and that is full. */
const MAX_WAIT_MS = 16;

export type Output = Writable & { readonly isTTY?: boolean };

/** Standard output and standard error of this process, each opened when it is first asked for. */
export interface Outputs {
  readonly stdout: Output;
  /** The same as `stdout` where both are one open file, so that order is kept. */
  readonly stderr: Output;
  /** Resolves when all that was written has left this process. */
  flush(): Promise<void>;
}

/** Opens nothing yet: a command that prints a line of text needs no stream. */
export function openOutputs(system: NodeJS.Platform): Outputs {
  let first: Output | undefined;
  let second: Output | undefined;
  return {
    get stdout() {
      first ??= open('stdout', system);
      return first;
    },
    get stderr() {
      second ??= system !== 'win32' && isSameFile(1, 2) ? this.stdout : open('stderr', system);
      return second;
    },
    async flush() {
      for (const stream of [first, second]) {
        if (stream?.destroyed === false) await new Promise<void>((done) => stream.write('', () => done()));
      }
    },
  };
}

function open(name: 'stdout' | 'stderr', system: NodeJS.Platform): Output {
  // A console of Windows accepts text only from Node's own streams, and has no such flag.
  const ofNode = (): Output => (name === 'stdout' ? process.stdout : process.stderr);
  const output = system === 'win32' ? ofNode() : outputFile(name === 'stdout' ? 1 : 2);
  // A reader that leaves must not end this process, which has custody to release first.
  output.on('error', () => undefined);
  return output;
}

/**
 * A descriptor that others may share. Node's own streams make pipes, sockets and terminals non-blocking, for every
 * program that has the same open file; this one writes as any program does, in a thread that may be made to wait.
 */
function outputFile(descriptor: number): Output {
  const stream = new Writable({
    highWaterMark: MAX_WAITING_BYTES,
    write: (chunk: Buffer, _encoding, done) => put(descriptor, [chunk], done),
    writev: (chunks: readonly { chunk: Buffer }[], done) =>
      put(
        descriptor,
        chunks.map(({ chunk }) => chunk),
        done,
      ),
  });
  return Object.assign(stream, { isTTY: isTerminal(descriptor) });
}

function put(
  descriptor: number,
  parts: readonly Buffer[],
  done: (error?: Error | null) => void,
  waitMs = 1,
): void {
  const wanted = parts.filter(({ length }) => length > 0);
  if (wanted.length === 0) {
    done();
    return;
  }
  writev(descriptor, wanted, (error, count) => {
    if (error === null) put(descriptor, after(wanted, count), done);
    else if (codeOf(error) !== 'EAGAIN') done(error);
    else setTimeout(() => put(descriptor, wanted, done, Math.min(2 * waitMs, MAX_WAIT_MS)), waitMs);
  });
}

function isSameFile(one: number, other: number): boolean {
  const [a, b] = [one, other].map((descriptor) => fstatSync(descriptor, { bigint: true }));
  // If the system gives pipes and sockets no numbers, two of them cannot be compared.
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
