import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { EOL } from 'node:os';
import type { FileEntry } from '../../core/ports.js';
import { type CommandFile, cannotAppend } from './command-files.js';

/** What a replaced pair is overwritten with. */
const BLANK = 'x';

/** A value that was appended, and where it stands unless another program appended at the same time. */
interface Body {
  readonly bytes: Buffer;
  readonly at: number;
}

/**
 * A file of the runner that a step appends to. It is opened once, and is a regular file: a FIFO, a device or a link that
 * another step puts in its place, before or while this one runs, must neither hold this process nor get a value.
 *
 * Errors: PLATFORM_UNSUPPORTED.
 */
export class RunnerFile {
  readonly #file: CommandFile;
  readonly #path: string;
  #handle: number | undefined;
  #last: Body | undefined;

  constructor(file: CommandFile, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /** The length of it in bytes. */
  get size(): number {
    return this.#guarded(() => fstatSync(this.#opened()).size);
  }

  /** The file as it is known again later; undefined when it cannot be opened. */
  get trace(): FileEntry | undefined {
    try {
      const { dev, ino } = fstatSync(this.#opened(), { bigint: true });
      return { path: this.#path, device: String(dev), inode: String(ino), folder: false };
    } catch {
      return undefined;
    }
  }

  append(text: string): void {
    this.#guarded(() => this.#put(Buffer.from(text)));
  }

  /** Appends a value under a name, between delimiters that no one can foresee: its lines are no commands. */
  appendPair(name: string, value: string): void {
    this.#guarded(() => this.#putPair(name, value));
  }

  /** The same; what was put so before is overwritten where it stands. The runner takes the last pair of a name. */
  replacePair(name: string, value: string): void {
    this.#guarded(() => {
      const earlier = this.#last;
      // The new one first: whatever ends this process, one of the two is whole.
      this.#last = this.#putPair(name, value);
      if (earlier !== undefined) blank(this.#path, this.#opened(), earlier);
    });
  }

  /** Lets only the owner read the file, as far as that is ours to say. */
  keepPrivate(): void {
    try {
      fchmodSync(this.#opened(), 0o600);
    } catch {
      // It belongs to the runner's user, who reads it, and whose folder it is in.
    }
  }

  #guarded<T>(operation: () => T): T {
    try {
      return operation();
    } catch (error) {
      throw cannotAppend(this.#file, error);
    }
  }

  /** Its descriptor, as long as it is still the file that the runner will read. */
  #opened(): number {
    this.#handle ??= openRegular(this.#path, constants.O_WRONLY | constants.O_APPEND);
    if (!isSame(lstatSync(this.#path, { bigint: true }), this.#handle)) throw failure('ESTALE');
    return this.#handle;
  }

  #putPair(name: string, value: string): Body {
    const delimiter = `ghadelimiter_${randomUUID()}`;
    const before = Buffer.from(`${name}<<${delimiter}${EOL}`);
    const bytes = Buffer.from(value);
    const at = this.#put(Buffer.concat([before, bytes, Buffer.from(`${EOL}${delimiter}${EOL}`)]));
    return { bytes, at: at + before.length };
  }

  /** Where the text begins. What a failure left half written is taken back: the runner would read no further. */
  #put(text: Buffer): number {
    const handle = this.#opened();
    const { size } = fstatSync(handle);
    let written = 0;
    try {
      while (written < text.length) written += writeSync(handle, text, written);
      this.#opened();
    } catch (error) {
      // Not where another program has appended since: that would be cut off too.
      if (fstatSync(handle).size === size + written) ftruncateSync(handle, size);
      throw error;
    }
    return size;
  }
}

/** Opened without O_CREAT: a file that the runner did not make it does not read. Throws what the system says. */
function openRegular(path: string, flags: number): number {
  const handle = openSync(path, flags | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  const found = fstatSync(handle);
  if (found.isFile()) return handle;
  closeSync(handle);
  throw failure(found.isDirectory() ? 'EISDIR' : 'EINVAL');
}

function isSame({ dev, ino }: { dev: bigint; ino: bigint }, handle: number): boolean {
  const own = fstatSync(handle, { bigint: true });
  return own.dev === dev && own.ino === ino;
}

/**
 * Overwrites a value where it stands, and nothing else: the lines around it stay, so that the runner can read the file
 * whenever this process ends. What cannot be overwritten stays until post removes the file.
 */
function blank(path: string, appending: number, { bytes, at }: Body): void {
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

function isAt(handle: number, bytes: Buffer, at: number): boolean {
  const found = Buffer.alloc(bytes.length);
  return readSync(handle, found, 0, found.length, at) === found.length && found.equals(bytes);
}

function contentOf(handle: number): Buffer {
  const content = Buffer.alloc(fstatSync(handle).size);
  return content.subarray(0, readSync(handle, content, 0, content.length, 0));
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
