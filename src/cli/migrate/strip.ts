import { resolve } from 'node:path';
import type { Decided } from '../../core/entries/migration.js';
import { codeOf, SeguraError } from '../../core/errors.js';
import { printable } from '../../core/printable.js';
import { diskRemedy } from '../../platform/disk/disk-remedy.js';
import { probeReplaceAlike, refuseShared, replaceAlike } from '../../platform/disk/replace-alike.js';
import type { ProcessContext } from '../process.js';
import { backupFolder, backupPath, probeBackup, writeBackup } from './backup.js';
import type { SettingsFile } from './file.js';

/** A file as it is to become, and where its old text is kept. */
export interface Strip {
  readonly file: string;
  readonly path: string;
  readonly from: string;
  readonly to: string;
  readonly backup: string;
}

/** What is to be written. Nothing is, for a file whose entries all stay. Errors: FILE_REFUSED. */
export function planStrips(
  world: ProcessContext,
  files: readonly SettingsFile[],
  decided: readonly (readonly Decided[])[],
  folder: string,
): Strip[] {
  return files.flatMap((each, index) => {
    const places = new Set(
      (decided[index] ?? []).flatMap(({ outcome }, at) => (outcome === 'stays' ? [] : [at])),
    );
    if (places.size === 0) return [];
    const path = resolve(world.directory, each.file);
    refuseShared(printable(each.file), path);
    const to = each.without(places);
    if (to === undefined)
      throw new SeguraError(
        'FILE_REFUSED',
        `The secrets cannot be taken out of ${printable(each.file)} without changing other entries.`,
        'Leave --strip out, and remove them by hand after the run.',
      );
    const backup = backupPath(backupFolder(world, folder), path, each.text);
    return [{ file: each.file, path, from: each.text, to, backup }];
  });
}

/** What would fail once the vault has the secrets fails here before. Leaves nothing but the folder of the backup. Errors: FILE_REFUSED. */
export function probeStrip({ file, path, backup }: Strip): void {
  probeReplaceAlike(printable(file), path);
  probeBackup(backup);
}

/** Writes the backup, then the file. Errors: FILE_REFUSED. */
export function strip({ file, path, from, to, backup }: Strip): void {
  writeBackup(backup, from);
  try {
    replaceAlike(path, from, to);
  } catch (error) {
    throw new SeguraError(
      'FILE_REFUSED',
      `${printable(file)} could not be written (${codeOf(error)}). The secrets are in the vault, and the file is as it was.`,
      diskRemedy(codeOf(error)) ?? remedyFor(codeOf(error)),
    );
  }
}

function remedyFor(code: string): string {
  if (!['EACCES', 'EPERM', 'EBUSY'].includes(code)) return 'Run the same command again.';
  return 'Remove the secrets from the file by hand, or let this user replace it, and run the same command again.';
}
