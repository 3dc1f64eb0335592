import { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** Called with output of a command. `done` is called once nothing uses the memory of the chunk any more. */
export type TakeChunk = (chunk: Buffer, done: () => void) => void;

/** Where the output of a command comes from. */
export interface ChunkSource {
  /** Resolves when there is no more output. */
  readonly closed: Promise<void>;
  start(take: TakeChunk): void;
  pause(): void;
  resume(): void;
  destroy(): void;
}

/** The most that one read of a pipe gives on Linux. */
const BUFFER_BYTES = 64 * 1024;
/** A smaller chunk is copied: while it waits for a reader, it would keep the whole buffer. */
const MIN_KEPT_BYTES = 16 * 1024;

/**
 * The reading end of a pipe. It reads into a few buffers again and again: new memory for each chunk costs a fifth of the time
 * of passing it on, and twice the memory, because it is not free before the next garbage collection.
 */
export function pipeSource(descriptor: number): ChunkSource {
  const free: Buffer[] = [];
  let current: Buffer = Buffer.alloc(0);
  let take: TakeChunk = () => undefined;
  const socket = new Socket({
    ...{ fd: descriptor, readable: true, writable: false },
    onread: {
      buffer: () => {
        current = free.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
        return current;
      },
      callback: (length) => {
        const used = current;
        const reuse = (): void => void free.push(used);
        if (length >= MIN_KEPT_BYTES) take(used.subarray(0, length), reuse);
        else {
          const copy = Buffer.from(used.subarray(0, length));
          reuse();
          take(copy, () => undefined);
        }
        return true;
      },
    },
  });
  return {
    ...controls(socket),
    start: (taker) => {
      take = taker;
      socket.resume();
    },
  };
}

/** A pipe or a socket of Node's own. */
export function streamSource(stream: Readable): ChunkSource {
  return {
    ...controls(stream),
    start: (take) => void stream.on('data', (chunk: Buffer) => take(chunk, () => undefined)),
  };
}

function controls(stream: Readable): Omit<ChunkSource, 'start'> {
  return {
    closed: new Promise((done) => stream.once('close', () => done())),
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    destroy: () => void stream.destroy(),
  };
}
