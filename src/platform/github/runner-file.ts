import { randomUUID } from 'node:crypto';
import { constants, fchmodSync, fstatSync, ftruncateSync, lstatSync, writeSync } from 'node:fs';
import { EOL } from 'node:os';
import type { FileEntry } from '../../core/ports.js';
import { type Body, blank, failure, isSame, openRegular, takeBack } from './appended.js';
import { type CommandFile, cannotAppend } from './command-files.js';

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

  /**
   * Appends values under names, between delimiters that no one can foresee, so their lines are not commands. What is returned
   * takes all of them back, unless another program has appended since.
   */
  appendPairs(pairs: readonly { readonly name: string; readonly value: string }[]): () => void {
    return this.#guarded(() => {
      const text = Buffer.concat(pairs.map(({ name, value }) => pairOf(name, value).text));
      const at = this.#put(text);
      return () => takeBack(this.#path, this.#handle, { bytes: text, at });
    });
  }

  /** Whether another file, or none, stands by now where this one was opened. */
  get isReplaced(): boolean {
    try {
      this.#opened();
      return false;
    } catch {
      return this.#handle !== undefined;
    }
  }

  /** Appends a value so; what was put so before is overwritten where it stands. The runner takes the last pair of a name. */
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
      // It belongs to the runner's user, who reads it and owns its folder.
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
    const { text, bytes, before } = pairOf(name, value);
    return { bytes, at: this.#put(text) + before };
  }

  /** Where the text begins. A half-written text is removed after a failure, because the runner would stop reading there. */
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

/** A pair as the runner reads it, and how much of it stands before the value. */
function pairOf(name: string, value: string): { text: Buffer; bytes: Buffer; before: number } {
  const delimiter = `ghadelimiter_${randomUUID()}`;
  const before = Buffer.from(`${name}<<${delimiter}${EOL}`);
  const bytes = Buffer.from(value);
  const text = Buffer.concat([before, bytes, Buffer.from(`${EOL}${delimiter}${EOL}`)]);
  return { text, bytes, before: before.length };
}
