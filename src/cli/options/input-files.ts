import { statSync } from 'node:fs';
import { readBytes, readRegularFile, toText } from '../../platform/disk/read-text.js';

/** Certificates are more than a setting: those of a whole system are half a megabyte. */
const MAX_MIB = 16;

/** The text of a file of settings, which may be a pipe. Throws as readBytes does, or if the file is not text. */
export async function readSettings(path: string): Promise<string> {
  return toText(await readBytes(path));
}

/** Files that must be read without waiting. A pipe gives its text only once, so it is read ahead. */
export class InputFiles {
  readonly #ahead = new Map<string, { readonly bytes: Buffer } | { readonly error: unknown }>();

  /** Reads a file ahead if it is not a regular file. `read` then throws what went wrong. */
  async readAhead(path: string): Promise<void> {
    if (this.#ahead.has(path) || !canBeReadOnce(path)) return;
    try {
      this.#ahead.set(path, { bytes: await readBytes(path, MAX_MIB) });
    } catch (error) {
      this.#ahead.set(path, { error });
    }
  }

  read(path: string): string {
    return this.readBytes(path).toString();
  }

  readBytes(path: string): Buffer {
    const ahead = this.#ahead.get(path);
    if (ahead === undefined) return readRegularFile(path, MAX_MIB);
    if ('error' in ahead) throw ahead.error;
    return ahead.bytes;
  }
}

function canBeReadOnce(path: string): boolean {
  try {
    const found = statSync(path);
    return !found.isFile() && !found.isDirectory();
  } catch {
    return false;
  }
}
