import { mkdtempSync, realpathSync, rmdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf, SeguraError } from '../../core/errors.js';
import { printable } from '../../core/printable.js';
import { diskRemedy } from '../../platform/disk/disk-remedy.js';

const PREFIX = 'segura-secrets-';

/** A new folder that only this user can enter. Errors: FILE_REFUSED. */
export function makeOwnFolder(temp: string): string {
  try {
    return realpathSync(mkdtempSync(join(temp, PREFIX)));
  } catch (error) {
    throw new SeguraError(
      'FILE_REFUSED',
      `A private folder cannot be created in ${printable(temp)} (${codeOf(error)}).`,
      diskRemedy(codeOf(error)) ?? 'Set TMPDIR to a folder where this user may write, or give --state FILE.',
    );
  }
}

/** Removes the folder of a state file if it was created here and is empty. */
export function removeOwnFolder(state: string): void {
  const folder = dirname(state);
  if (basename(state) !== 'state' || !/^segura-secrets-[A-Za-z0-9]{6}$/.test(basename(folder))) return;
  try {
    rmdirSync(folder);
  } catch {
    // Gone already, or someone keeps something in it.
  }
}
