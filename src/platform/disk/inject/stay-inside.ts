import type { NewFile } from '../../../core/ports.js';
import { type Places, refuseLinkOut } from '../places.js';
import { removeEntry } from '../secret-file.js';

/**
 * Removes a new file, still empty, that is not where its path was looked at: a folder of the path may have become a link
 * since. So nothing is written elsewhere. Errors: FILE_REFUSED.
 */
export function refuseOutside(shown: string, place: string, file: NewFile, { workspace }: Places): void {
  try {
    refuseLinkOut(shown, place, file.entry.path, workspace);
  } catch (error) {
    file.write('');
    removeEntry(file.entry);
    throw error;
  }
}
