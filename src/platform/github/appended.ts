import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** What a replaced pair is overwritten with. */
const BLANK = 'x';

/** A value that was appended, and where it stands unless another program appended at the same time. */
export interface Body {
  readonly bytes: Buffer;
  readonly at: number;
}

/** Opened without O_CREAT: a file that the runner did not make it does not read. Throws the error of the system. */
export function openRegular(path: string, flags: number): number {
  const handle = openSync(path, flags | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  const found = fstatSync(handle);
  if (found.isFile()) return handle;
  closeSync(handle);
  throw failure(found.isDirectory() ? 'EISDIR' : 'EINVAL');
}

export function isSame({ dev, ino }: { dev: bigint; ino: bigint }, handle: number): boolean {
  const own = fstatSync(handle, { bigint: true });
  return own.dev === dev && own.ino === ino;
}

/**
 * Overwrites a value where it stands, and nothing else: the lines around it stay, so that the runner can read the file
 * whenever this process ends. What cannot be overwritten stays until post removes the file.
 */
export function blank(path: string, appending: number, { bytes, at }: Body): void {
  let handle: number | undefined;
  try {
    // One that appends writes at the end only.
    handle = openRegular(path, constants.O_RDWR);
    if (!isSame(fstatSync(appending, { bigint: true }), handle)) return;
    const place = isAt(handle, bytes, at) ? at : contentOf(handle).lastIndexOf(bytes);
    if (place < 0 || bytes.length === 0) return;
    const blanks = Buffer.alloc(bytes.length, BLANK);
    for (let done = 0; done < blanks.length; )
      done += writeSync(handle, blanks, done, blanks.length - done, place + done);
  } catch {
    // As above.
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** Removes the appended text if it is still the end of the file. Otherwise it stays. */
export function takeBack(path: string, appending: number | undefined, { bytes, at }: Body): void {
  if (appending === undefined) return;
  let handle: number | undefined;
  try {
    handle = openRegular(path, constants.O_RDWR);
    const isOurs = isSame(fstatSync(appending, { bigint: true }), handle) && isAt(handle, bytes, at);
    if (isOurs && fstatSync(handle).size === at + bytes.length) ftruncateSync(handle, at);
  } catch {
    // As above.
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function isAt(handle: number, bytes: Buffer, at: number): boolean {
  const found = Buffer.alloc(bytes.length);
  return readSync(handle, found, 0, found.length, at) === found.length && found.equals(bytes);
}

function contentOf(handle: number): Buffer {
  const content = Buffer.alloc(fstatSync(handle).size);
  return content.subarray(0, readSync(handle, content, 0, content.length, 0));
}

export function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
