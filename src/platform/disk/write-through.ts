import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readlinkSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { codeOf } from '../../core/errors.js';

const AGAIN_MS = 20;
const DESCRIPTOR = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/;
const NAMED: Readonly<Record<string, number>> = { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2 };
/** A link to a link to a descriptor still counts. More than this is a circle. */
const MAX_LINKS = 8;

/** The descriptor of this process that a path leads to, such as 1 for /dev/stdout or a link to it. */
export function descriptorOf(path: string): number | undefined {
  let place = path;
  for (let links = 0; links < MAX_LINKS; links += 1) {
    const number = NAMED[place] ?? DESCRIPTOR.exec(place)?.[1];
    if (number !== undefined) return Number(number);
    try {
      place = readlinkSync(place);
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** True for a FIFO or a character device such as /dev/tty, which receives text as a stream. */
export function takesText(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && isStream(found);
}

/**
 * Writes to a FIFO or a device once it has a reader. It is not replaced, and keeps its mode.
 *
 * Never blocks: `stop` ends the wait, and the result is then false. Throws the error of the system.
 */
export async function writeThrough(path: string, text: string, stop: AbortSignal): Promise<boolean> {
  const flags = constants.O_WRONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
  // Opening a FIFO that has no reader yet fails with ENXIO, which may pass. For a device, that error is final.
  const passing = statSync(path).isFIFO() ? ['ENXIO'] : [];
  const handle = await persist(passing, stop, () => openSync(path, flags));
  if (handle === undefined) return false;
  try {
    return await writeAll(handle, text, stop);
  } finally {
    closeSync(handle);
  }
}

/** The same for an open descriptor. Its flags may be shared with other programs, so they stay as they are. */
export async function writeInto(descriptor: number, text: string, stop: AbortSignal): Promise<boolean> {
  const found = fstatSync(descriptor);
  if (found.isFIFO()) return writeThrough(`/dev/fd/${descriptor}`, text, stop);
  if (!found.isFile() && !found.isSocket() && !isStream(found))
    throw Object.assign(new Error('no file'), { code: 'EBADF' });
  return writeAll(descriptor, text, stop);
}

async function writeAll(handle: number, text: string, stop: AbortSignal): Promise<boolean> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    const count = await persist(['EAGAIN'], stop, () => writeSync(handle, bytes, at));
    if (count === undefined) return false;
    at += count;
  }
  return true;
}

/** The result of `operation`, retried while it fails with an error that may pass; undefined if `stop` came first. */
async function persist<T>(
  passing: readonly string[],
  stop: AbortSignal,
  operation: () => T,
): Promise<T | undefined> {
  while (!stop.aborted) {
    try {
      return operation();
    } catch (error) {
      if (!passing.includes(codeOf(error))) throw error;
    }
    await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
  return undefined;
}

function isStream(found: Stats): boolean {
  return found.isFIFO() || found.isCharacterDevice();
}
