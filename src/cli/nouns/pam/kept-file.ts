import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { codeOf, SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import { removeLeftover, replaceFile } from '../../../platform/disk/atomic-write.js';
import { diskRemedy } from '../../../platform/disk/disk-remedy.js';
import { readRegularFile } from '../../../platform/disk/read-text.js';
import type { Context } from '../../context.js';
import { takeLock } from './run-lock.js';

/** What a file is kept for. */
export interface KeptFor {
  /** Host and port of the vault. */
  readonly host: string;
  /** The item, by what the vault finds it. */
  readonly item: string;
  /** In a sentence: `a new password`. */
  readonly what: string;
  /** The end of its name. */
  readonly ending: string;
}

/**
 * The file of what is new and may be in use before the vault has it. Only its owner can read it, and its place follows from
 * the item: a run after a kill finds it.
 */
export class KeptFile {
  readonly path: string;
  readonly #what: string;

  constructor({ world, arguments: given }: Context, { host, item, what, ending }: KeptFor) {
    this.#what = what;
    const mark = createHash('sha256').update(`${host}\n${item}`).digest('hex').slice(0, 16);
    const state = given.options.get('state')?.at(-1) ?? '';
    this.path =
      state === ''
        ? join(ownFolder(world, what), `${mark}${ending}`)
        : join(dirname(resolve(world.directory, state)), `segura-secrets-rotation-${mark}${ending}`);
  }

  /** As a message names it. */
  get shown(): string {
    return printable(this.path);
  }

  /** What an earlier run left; undefined if there is no such file. Errors: FILE_REFUSED. */
  read(): string | undefined {
    try {
      const found = lstatSync(this.path, { throwIfNoEntry: false });
      if (found === undefined) return undefined;
      // Whoever can write it says what becomes of the item.
      const isOwn = process.geteuid === undefined || found.uid === process.geteuid();
      const isPrivate = process.platform === 'win32' || (found.mode & 0o077) === 0;
      if (!found.isFile() || !isOwn || !isPrivate) throw this.refused('another program wrote it');
      return readRegularFile(this.path, 1).toString();
    } catch (error) {
      throw error instanceof SeguraError ? error : this.refused(codeOf(error));
    }
  }

  /** Errors: FILE_REFUSED. */
  save(text: string): void {
    try {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      replaceFile(this.path, text);
    } catch (error) {
      throw this.refused(codeOf(error));
    }
  }

  /** Errors: FILE_REFUSED. */
  remove(): void {
    try {
      removeLeftover(this.path);
      rmSync(this.path, { force: true });
    } catch (error) {
      throw this.refused(codeOf(error));
    }
  }

  /**
   * Keeps other runs on this machine away from the item until the result is called, or this process ends. `shown`: the item as
   * a message names it. Errors: CHANGED_MEANWHILE while another one holds it, FILE_REFUSED.
   */
  lock(shown: string): () => void {
    const path = `${this.path}.lock`;
    let unlock: (() => void) | undefined;
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      unlock = takeLock(path);
    } catch (error) {
      throw this.refused(codeOf(error));
    }
    if (unlock !== undefined) return unlock;
    throw new SeguraError(
      'CHANGED_MEANWHILE',
      `Another run on this machine changes ${shown} at the same time. This one changed nothing.`,
      `Wait until it ends, and run the same command again. If there is no such run any more, remove ${printable(path)}.`,
    );
  }

  refused(why: string): SeguraError {
    return new SeguraError(
      'FILE_REFUSED',
      `The file ${this.shown}, which keeps ${this.#what} until the vault has it, cannot be used (${why}).`,
      diskRemedy(why) ??
        `Look at it, and remove it if ${this.#what} in it is not in use. For another place, name a state file in a folder that only this user can enter: --state FILE`,
    );
  }
}

/** Where programs of this user keep what they need again. Errors: FILE_REFUSED. */
function ownFolder({ environment, home, system }: Context['world'], what: string): string {
  const own = system === 'win32' ? environment['LOCALAPPDATA'] : environment['XDG_STATE_HOME'];
  const state = own === undefined || own === '' ? (home === '' ? '' : join(home, '.local', 'state')) : own;
  if (state !== '') return join(state, 'segura-secrets', 'rotations');
  throw new SeguraError(
    'FILE_REFUSED',
    `There is no home folder for the file that keeps ${what} until the vault has it.`,
    'Name a state file in a folder that only this user can enter: --state FILE',
  );
}
