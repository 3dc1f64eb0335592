import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

const MIB = 1024 * 1024;
const PART_BYTES = 64 * 1024;

/** Why a file cannot be read, in a few words, in the place where an error of the system has its code. */
class Unreadable extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/**
 * The bytes of a file that a user names: a regular file, a pipe such as `<(…)`, a FIFO, or a device.
 *
 * Signals work while a pipe has no writer yet, because nothing here blocks the thread that handles them. Throws the error
 * of the system, or an error whose `code` gives the reason: a folder, or more than `maxMiB`.
 */
export async function readBytes(path: string, maxMiB = 1): Promise<Buffer> {
  if (process.platform === 'linux' && (await stat(path)).isFIFO()) return readPipe(path, maxMiB);
  const file = await open(path, constants.O_RDONLY);
  try {
    if ((await file.stat()).isDirectory()) throw new Unreadable('it is a folder');
    return await readAll((buffer) => readFrom(file, buffer), maxMiB);
  } finally {
    await file.close();
  }
}

/**
 * The bytes of a pipe or a FIFO to its end. It is opened again, so that this process can make its own open file non-blocking.
 *
 * No thread waits in the system here: a waiting thread would keep Node from ending. A signal does not end process 1 of a
 * container, so that would never end. Only for Linux, which distinguishes a FIFO that has no writer yet from one whose
 * writers have closed it.
 */
export async function readPipe(path: string, maxMiB = 1): Promise<Buffer> {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const { Socket } = process.getBuiltinModule('node:net');
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of new Socket({ fd, readable: true, writable: false }) as AsyncIterable<Buffer>) {
    parts.push(part);
    length += part.length;
    if (length > maxMiB * MIB) throw tooLarge(maxMiB);
  }
  return Buffer.concat(parts);
}

/** All bytes that `read` returns until its end. Throws when that is more than `maxMiB`. */
export async function readAll(read: (into: Buffer) => Promise<number>, maxMiB = 1): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let length = 0; ; ) {
    const part = Buffer.allocUnsafe(PART_BYTES);
    const count = await read(part);
    if (count === 0) return Buffer.concat(parts);
    parts.push(part.subarray(0, count));
    length += count;
    if (length > maxMiB * MIB) throw tooLarge(maxMiB);
  }
}

/** The bytes of a regular file, or of a link to one. Anything else fails at once, without waiting for it. */
export function readRegularFile(path: string, maxMiB: number): Buffer {
  const handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = fstatSync(handle);
    if (!found.isFile())
      throw new Unreadable(found.isDirectory() ? 'it is a folder' : 'it is not a regular file');
    const parts: Buffer[] = [];
    for (let length = 0; ; ) {
      const part = Buffer.allocUnsafe(PART_BYTES);
      const count = readSync(handle, part, 0, part.length, null);
      if (count === 0) return Buffer.concat(parts);
      parts.push(part.subarray(0, count));
      length += count;
      if (length > maxMiB * MIB) throw tooLarge(maxMiB);
    }
  } finally {
    closeSync(handle);
  }
}

/** Throws an error whose `code` says that the bytes are not text. Drops a byte order mark, unless `isExact`. */
export function toText(bytes: Buffer, isExact = false): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: isExact }).decode(bytes);
  } catch {
    throw new Unreadable('it is not UTF-8 text');
  }
}

async function readFrom(file: FileHandle, into: Buffer): Promise<number> {
  return (await file.read(into, 0, into.length, null)).bytesRead;
}

function tooLarge(maxMiB: number): Unreadable {
  return new Unreadable(`it is larger than ${maxMiB} MiB`);
}
