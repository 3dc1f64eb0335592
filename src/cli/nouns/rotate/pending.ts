import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { codeOf, SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import { Secret } from '../../../core/secret.js';
import { removeLeftover, replaceFile } from '../../../platform/disk/atomic-write.js';
import { readRegularFile } from '../../../platform/disk/read-text.js';
import type { Context } from '../../context.js';

/** Which credential of which vault. */
export interface PendingTarget {
  /** Host and port. */
  readonly host: string;
  readonly id: string;
}

/**
 * The file of a new password that may be in use before the vault has it. Only its owner can read it, and its place follows
 * from the credential: a run after a kill finds it.
 */
export class PendingPassword {
  readonly path: string;
  readonly #target: PendingTarget;

  constructor({ world, arguments: given }: Context, target: PendingTarget) {
    const { host, id } = target;
    this.#target = target;
    const mark = createHash('sha256').update(`${host}\n${id}`).digest('hex').slice(0, 16);
    const state = given.options.get('state')?.at(-1) ?? '';
    this.path =
      state === ''
        ? join(ownFolder(world), `${mark}.json`)
        : join(dirname(resolve(world.directory, state)), `segura-secrets-rotation-${mark}.json`);
  }

  /** As a message names it. */
  get shown(): string {
    return printable(this.path);
  }

  /** What an earlier run left; undefined if there is no such file. Errors: FILE_REFUSED. */
  read(): Secret | undefined {
    try {
      const found = lstatSync(this.path, { throwIfNoEntry: false });
      if (found === undefined) return undefined;
      // Whoever can write it says what the password becomes.
      const isOwn = process.geteuid === undefined || found.uid === process.geteuid();
      const isPrivate = process.platform === 'win32' || (found.mode & 0o077) === 0;
      if (!found.isFile() || !isOwn || !isPrivate) throw this.#refused('another program wrote it');
      const data: unknown = JSON.parse(readRegularFile(this.path, 1).toString());
      const text = (name: string): unknown => Reflect.get(Object(data), name);
      const password = text('password');
      const { host, id } = this.#target;
      if (
        text('vault') !== host ||
        text('credential') !== id ||
        typeof password !== 'string' ||
        password === ''
      )
        throw this.#refused('it is of another credential, or is damaged');
      return new Secret(password);
    } catch (error) {
      throw error instanceof SeguraError ? error : this.#refused(codeOf(error));
    }
  }

  /** Errors: FILE_REFUSED. */
  save(password: Secret): void {
    const { host, id } = this.#target;
    const data = { version: 1, vault: host, credential: id, password: password.reveal() };
    try {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      replaceFile(this.path, `${JSON.stringify(data)}\n`);
    } catch (error) {
      throw this.#refused(codeOf(error));
    }
  }

  /** Errors: FILE_REFUSED. */
  remove(): void {
    try {
      removeLeftover(this.path);
      rmSync(this.path, { force: true });
    } catch (error) {
      throw this.#refused(codeOf(error));
    }
  }

  #refused(why: string): SeguraError {
    return new SeguraError(
      'FILE_REFUSED',
      `The file ${this.shown}, which keeps a new password until the vault has it, cannot be used (${why}).`,
      `Look at it, and remove it if no password of it is in use. For another place, name a state file in a folder that only this user can enter: --state FILE`,
    );
  }
}

/** Where programs of this user keep what they need again. Errors: FILE_REFUSED. */
function ownFolder({ environment, home, system }: Context['world']): string {
  const own = system === 'win32' ? environment['LOCALAPPDATA'] : environment['XDG_STATE_HOME'];
  const state = own === undefined || own === '' ? (home === '' ? '' : join(home, '.local', 'state')) : own;
  if (state !== '') return join(state, 'segura-secrets', 'rotations');
  throw new SeguraError(
    'FILE_REFUSED',
    'There is no home folder for the file that keeps a new password until the vault has it.',
    'Name a state file in a folder that only this user can enter: --state FILE',
  );
}
