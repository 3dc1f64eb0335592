import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { SeguraError } from '../../core/errors.js';
import { say, word } from '../../core/text.js';

export interface Places {
  /** The base of relative paths. */
  readonly workspace: string;
  /** A temporary folder that is private to the job. The platform cleans it. */
  readonly temp: string;
}

/** The path that a request means: `~/` is the home folder, other paths are relative to the workspace. */
export function resolvePath(path: string, { workspace }: Places): string {
  if (path === '~' || path.startsWith('~/') || path.startsWith('~\\')) return join(home(), path.slice(2));
  return resolve(workspace, path);
}

/** A container may run as a user that the system does not know. Errors: FILE_REFUSED. */
function home(): string {
  try {
    return homedir();
  } catch {
    throw new SeguraError(
      'FILE_REFUSED',
      'The home folder of this user is unknown, but a path begins with "~".',
      'Set HOME, or write the full path.',
    );
  }
}

/** Whether a path is below a folder. Links in the path of the folder are followed. */
export function isInside(path: string, folder: string): boolean {
  if (!existsSync(folder)) return false;
  const way = relative(realpathSync(folder), path);
  return way !== '' && way !== '..' && !/^\.\.[/\\]/.test(way) && !isAbsolute(way);
}

/**
 * Refuses a path in the workspace that a link leads out of it; `real` is where it leads. Links of the workspace's own path,
 * or of a folder outside it, are no concern. Errors: FILE_REFUSED.
 */
export function refuseLinkOut(shown: string, named: string, real: string, workspace: string): void {
  const way = relative(workspace, named);
  const isWithin = !isAbsolute(way) && !/^\.\.(?:[/\\]|$)/.test(way);
  if (isWithin && join(realpathSync(workspace), way) !== real && !isInside(real, workspace))
    throw linkLeadsOut(shown);
}

export function linkLeadsOut(shown: string): SeguraError {
  return new SeguraError(
    'FILE_REFUSED',
    say`The path ${shown} has a link that leads out of ${word('the workspace')}.`,
    'Name the file to which it leads.',
  );
}
