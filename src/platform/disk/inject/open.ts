import { accessSync, constants, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import type { OpenedFile } from '../../../core/ports.js';
import { say, word } from '../../../core/text.js';
import { isInside, type Places, resolvePath } from '../places.js';
import { attempt, refused } from './failures.js';

/**
 * The file at a path that a user names. A link is followed only to a place inside the workspace.
 *
 * Errors: FILE_REFUSED when it is not there, is no regular file, has several names, or cannot be written.
 */
export function openForChange(shown: string, places: Places, maxBytes: number): OpenedFile {
  const named = resolvePath(shown, places);
  const path = attempt(shown, () => realpathSync(named));
  if (isByLink(named, path, places.workspace) && !isInside(path, places.workspace))
    throw refused(
      say`The file ${shown} is a link that leads out of ${word('the workspace')}.`,
      'Name the file to which it leads.',
    );
  const found = attempt(shown, () => statSync(path, { bigint: true }));
  if (!found.isFile()) throw refused(`${shown} is no regular file.`, 'Name a file.');
  if (found.nlink > 1n)
    throw refused(
      `The file ${shown} has ${found.nlink} names (hard links): replacing it would part them.`,
      `Make it one of its own in a step before: cp "${shown}" "${shown}.copy" && mv "${shown}.copy" "${shown}"`,
    );
  if (found.size > BigInt(maxBytes))
    throw refused(`The file ${shown} is larger than ${maxBytes / 1024 / 1024} MiB.`, 'Name another file.');
  attempt(shown, () => accessSync(path, constants.R_OK | constants.W_OK));
  return { shown, path, found, bytes: attempt(shown, () => readFileSync(path)) };
}

/** Whether the way to a file has a link; those of the workspace's own path, or of a folder outside it, are no concern. */
function isByLink(named: string, real: string, workspace: string): boolean {
  if (lstatSync(named).isSymbolicLink()) return true;
  const way = relative(workspace, named);
  return !isAbsolute(way) && !/^\.\.(?:[/\\]|$)/.test(way) && join(realpathSync(workspace), way) !== real;
}
