import { accessSync, constants, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { OpenedFile } from '../../../core/ports.js';
import { stagingPathOf } from '../atomic-write.js';
import { isInside, linkLeadsOut, type Places, refuseLinkOut, resolvePath } from '../places.js';
import { attempt, refused } from './failures.js';

/**
 * The file at a path that a user names. A link is followed only to a place inside the workspace.
 *
 * Errors: FILE_REFUSED when it is not there, is no regular file, has several names, or cannot be written.
 */
export function openForChange(shown: string, places: Places, maxBytes: number): OpenedFile {
  const named = resolvePath(shown, places);
  refuseFolderOut(shown, named, places.workspace);
  const path = attempt(shown, () => realpathSync(named));
  refuseLinkOut(shown, named, path, places.workspace);
  // Outside the workspace too, what is named must be the file itself.
  if (lstatSync(named).isSymbolicLink() && !isInside(path, places.workspace)) throw linkLeadsOut(shown);
  const found = attempt(shown, () => statSync(path, { bigint: true }));
  if (!found.isFile()) throw refused(`${shown} is no regular file.`, 'Name a file.');
  if (found.nlink > 1n)
    throw refused(
      `The file ${shown} has ${found.nlink} names (hard links): replacing it would part them.`,
      `Make it one of its own in a step before: cp "${shown}" "${shown}.copy" && mv "${shown}.copy" "${shown}"`,
    );
  // The new bytes are first beside it, under a longer name.
  attempt(shown, () => lstatSync(stagingPathOf(path), { throwIfNoEntry: false }));
  if (found.size > BigInt(maxBytes))
    throw refused(`The file ${shown} is larger than ${maxBytes / 1024 / 1024} MiB.`, 'Name another file.');
  attempt(shown, () => accessSync(path, constants.R_OK | constants.W_OK));
  return { shown, path, found, bytes: attempt(shown, () => readFileSync(path)) };
}

/** The folder of a file that is not there yet counts too: a template makes the file. */
function refuseFolderOut(shown: string, named: string, workspace: string): void {
  let folder: string;
  try {
    folder = realpathSync(dirname(named));
  } catch {
    // What is wrong with the folder, the file's own path says.
    return;
  }
  refuseLinkOut(shown, dirname(named), folder, workspace);
}
