import type { Ledger } from '../custody/ledger.js';
import { codeOf } from '../errors.js';
import type { FileEntry, Platform } from '../ports.js';
import { printable } from '../printable.js';

/** Removes every file in the ledger, files before the folder they are in; what cannot be removed is reported. */
export function removeFiles(ledger: Pick<Ledger, 'files' | 'strikeFiles'>, platform: Platform): void {
  if (ledger.files.length > 0 && removeEntries(ledger.files, platform)) ledger.strikeFiles();
}

export function removeEntries(
  entries: readonly FileEntry[],
  platform: Pick<Platform, 'files' | 'warning' | 'info'>,
): boolean {
  return remove(entries, platform, 'The secret file', (path) => platform.info(`removed file ${path}`));
}

/** Removes a file that a run keeps for itself, such as certificates: no one requested it, so the log does not mention it. */
export function removeOwnFile(entry: FileEntry, platform: Pick<Platform, 'files' | 'warning'>): void {
  remove([entry], platform, 'The file', () => undefined);
}

function remove(
  entries: readonly FileEntry[],
  platform: Pick<Platform, 'files' | 'warning'>,
  kind: string,
  onRemoved: (path: string) => void,
): boolean {
  let isClean = true;
  for (const entry of [...entries].reverse()) {
    const path = printable(entry.path);
    try {
      const result = platform.files.remove(entry);
      if (result === 'removed' && !entry.folder) onRemoved(path);
      if (result === 'other')
        platform.warning(`${path} is not the file that was written: it is not removed.`);
    } catch (error) {
      isClean = false;
      const what = entry.folder ? 'The folder of private files' : kind;
      platform.warning(`${what} ${path} could not be removed (${codeOf(error)}): remove it by hand.`);
    }
  }
  return isClean;
}
