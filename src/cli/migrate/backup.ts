import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf, SeguraError } from '../../core/errors.js';
import { printable } from '../../core/printable.js';
import { probeReplace, replaceFile } from '../../platform/disk/atomic-write.js';
import { diskRemedy } from '../../platform/disk/disk-remedy.js';
import type { ProcessContext } from '../process.js';

/** The folder for backups: the given one, or one for the state of programs of this user. */
export function backupFolder(
  { environment, home, directory, system }: ProcessContext,
  given: string,
): string {
  if (given !== '') return resolve(directory, given);
  const own = system === 'win32' ? environment['LOCALAPPDATA'] : environment['XDG_STATE_HOME'];
  const state = own === undefined || own === '' ? (home === '' ? '' : join(home, '.local', 'state')) : own;
  if (state === '') throw refused('There is no home folder for the backup.');
  return join(state, 'segura-secrets', 'backups');
}

/**
 * Where the backup of a file goes: the same text has the same place, so that a second run makes no second one.
 *
 * Errors: FILE_REFUSED for a place inside a checkout, of the file or of anything else.
 */
export function backupPath(folder: string, path: string, text: string): string {
  const checkout = checkoutOf(existing(folder));
  if (checkout !== undefined)
    throw refused(
      `The folder ${printable(folder)} for backups is inside the checkout ${printable(checkout)}, where it could be committed.`,
    );
  const mark = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return join(folder, `${mark}-${basename(path)}`);
}

/** Writes the text to a file that only its owner can read. Errors: FILE_REFUSED. */
export function writeBackup(path: string, text: string): void {
  atBackup(path, () => replaceFile(path, text));
}

/** Makes the folder of a backup, and fails as writeBackup would, as far as that can be known before. Errors: FILE_REFUSED. */
export function probeBackup(path: string): void {
  atBackup(path, () => probeReplace(path));
}

function atBackup(path: string, operation: () => void): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    operation();
  } catch (error) {
    throw refused(
      `The backup ${printable(path)} cannot be written (${codeOf(error)}).`,
      diskRemedy(codeOf(error)) ?? 'Name a folder where this user may write: --backup FOLDER',
    );
  }
}

/** The nearest folder above with a repository of git. */
function checkoutOf(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder;
  return dirname(folder) === folder ? undefined : checkoutOf(dirname(folder));
}

/** The true path of a folder that may not be there yet. */
function existing(folder: string): string {
  if (existsSync(folder)) return realpathSync(folder);
  const above = dirname(folder);
  return above === folder ? folder : join(existing(above), basename(folder));
}

function refused(
  message: string,
  remedy = 'Name a folder outside of every checkout: --backup FOLDER',
): SeguraError {
  return new SeguraError('FILE_REFUSED', message, remedy);
}
