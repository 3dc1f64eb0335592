import { closeSync, constants, fchmodSync, fstatSync, openSync, readFileSync, unlinkSync } from 'node:fs';
import { codeOf, SeguraError } from '../core/errors.js';
import type { LedgerStore } from '../core/ports.js';
import { printable } from '../core/printable.js';
import { removeLeftover, replaceFile } from './replace-file.js';

/** The ledger in a file that only its owner can read, replaced whole at every change. */
export class StateFile implements LedgerStore {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** A new state file, or one that is there and empty. Errors: FILE_REFUSED. */
  static create(path: string): StateFile {
    let size: number;
    try {
      const flags = constants.O_CREAT | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);
      const handle = openSync(path, flags, 0o600);
      const found = fstatSync(handle);
      if (found.isFile() && found.size === 0) fchmodSync(handle, 0o600);
      size = found.isFile() ? found.size : Number.NaN;
      closeSync(handle);
    } catch (error) {
      throw refused(path, codeOf(error));
    }
    if (Number.isNaN(size)) throw refused(path, 'no regular file');
    if (size === 0) return new StateFile(path);
    throw new SeguraError(
      'FILE_REFUSED',
      `The state file ${printable(path)} holds what an earlier run took.`,
      `Give that back first: segura-secrets release --state ${path}`,
    );
  }

  /** The state file of an earlier run, to be given back. */
  static of(path: string): StateFile {
    return new StateFile(path);
  }

  /** What was saved last; empty when there is no such file. Errors: FILE_REFUSED. */
  read(): string {
    try {
      return readFileSync(this.path, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return '';
      throw refused(this.path, codeOf(error));
    }
  }

  save(sealed: string): void {
    try {
      replaceFile(this.path, sealed);
    } catch (error) {
      throw refused(this.path, codeOf(error));
    }
  }

  remove(): void {
    try {
      removeLeftover(this.path);
      unlinkSync(this.path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw refused(this.path, codeOf(error));
    }
  }
}

function refused(path: string, why: string): SeguraError {
  return new SeguraError(
    'FILE_REFUSED',
    `The state file ${printable(path)} cannot be used (${why}).`,
    'Name a file in a folder of this job alone: --state "$(mktemp -d)/state"',
  );
}
