import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { pathArgument } from '../../core/changes/argument.js';
import { codeOf, SeguraError } from '../../core/errors.js';
import type { LedgerStore } from '../../core/ports.js';
import { printable } from '../../core/printable.js';
import { removeLeftover, replaceFile } from './atomic-write.js';
import { diskRemedy } from './disk-remedy.js';
import { readRegularFile } from './read-text.js';

/** Larger than any saved state. */
const MAX_MIB = 32;

/** The content of the file until something is taken: the file belongs to one run from the start. */
const UNUSED = '\n';

/** The ledger in a file that only its owner can read. Every change replaces the whole file. */
export class StateFile implements LedgerStore {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** A new state file. It may replace an existing one that is empty. Errors: FILE_REFUSED. */
  static create(path: string): StateFile {
    try {
      claim(path);
    } catch (error) {
      if (error instanceof SeguraError) throw error;
      throw codeOf(error) === 'EEXIST' ? taken(path) : stateRefused(path, codeOf(error));
    }
    return new StateFile(path);
  }

  /** The state file of an earlier run, to be released. */
  static of(path: string): StateFile {
    return new StateFile(path);
  }

  /** What was saved last; empty when there is no such file. Errors: FILE_REFUSED. */
  read(): string {
    try {
      // Only a regular file: a FIFO would wait for a writer, and a device may have no end.
      return readRegularFile(this.path, MAX_MIB).toString().trim();
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return '';
      throw stateRefused(this.path, codeOf(error));
    }
  }

  save(sealed: string): void {
    try {
      replaceFile(this.path, sealed);
    } catch (error) {
      throw stateRefused(this.path, codeOf(error));
    }
  }

  remove(): void {
    try {
      removeLeftover(this.path);
      unlinkSync(this.path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw stateRefused(this.path, codeOf(error));
    }
  }
}

/** Puts our file at `path`, where there may be none or an empty one. If several processes try, only one succeeds. */
function claim(path: string): void {
  const ours = `${path}.${randomUUID()}`;
  const earlier = `${ours}.old`;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) throw stateRefused(path, 'it is not a regular file');
  if (found !== undefined && found.size > 0) throw taken(path);
  try {
    // A full disk may accept the file but not its content.
    writeFileSync(ours, UNUSED, { flag: 'wx', mode: 0o600 });
    chmodSync(ours, 0o600);
    if (found !== undefined) renameSync(path, earlier);
    // The file that was empty a moment ago may belong to another process now. It goes back, unless that one saved again.
    const isOthers = found !== undefined && lstatSync(earlier).size > 0;
    place(isOthers ? earlier : ours, path);
    if (isOthers) throw taken(path);
  } finally {
    rmSync(ours, { force: true });
    rmSync(earlier, { force: true });
  }
}

/** Gives the file a second name, which must be free. Makes a copy if the disk has no hard links. */
function place(file: string, path: string): void {
  try {
    linkSync(file, path);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(error))) throw error;
    try {
      copyFileSync(file, path, constants.COPYFILE_EXCL);
    } catch (failure) {
      // Half a copy is not a valid state.
      if (codeOf(failure) !== 'EEXIST') rmSync(path, { force: true });
      throw failure;
    }
  }
}

function taken(path: string): SeguraError {
  return new SeguraError(
    'FILE_REFUSED',
    `The state file ${printable(path)} holds what another run took.`,
    `Release that first: segura-secrets release --state ${pathArgument(path)}`,
  );
}

function stateRefused(path: string, why: string): SeguraError {
  return new SeguraError(
    'FILE_REFUSED',
    `The state file ${printable(path)} cannot be used (${why}).`,
    diskRemedy(why) ?? 'Name a file in a folder that only this job uses: --state "$(mktemp -d)/state"',
  );
}
