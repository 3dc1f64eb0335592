import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  writeSync,
} from 'node:fs';
import { EOL } from 'node:os';
import type { FileEntry } from '../core/ports.js';
import { type CommandFile, cannotAppend } from './github/command-files.js';

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

  /** Appends a value under a name, between delimiters that nobody can foresee: its lines are no commands. */
  appendPair(name: string, value: string): void {
    const delimiter = `ghadelimiter_${randomUUID()}`;
    this.append(`${name}<<${delimiter}${EOL}${value}${EOL}${delimiter}${EOL}`);
  }

  /** Lets only the owner read the file, as far as that is ours to say. */
  keepPrivate(): void {
    try {
      fchmodSync(this.#opened(), 0o600);
    } catch {
      // It belongs to the runner's user, who reads it, and whose folder it is in.
    }
  }

  #guarded<T>(deed: () => T): T {
    try {
      return deed();
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

  /** What a failure left half written is taken back: the runner would read no further. */
  #put(text: Buffer): void {
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

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
