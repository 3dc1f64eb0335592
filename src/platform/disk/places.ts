import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { SeguraError } from '../../core/errors.js';

export interface Places {
  /** What relative paths are relative to. */
  readonly workspace: string;
  /** Private to the job, and cleaned by the platform. */
  readonly temp: string;
}

/** The path a request means: `~/` is the home folder, the rest is relative to the workspace. */
export function resolvePath(path: string, { workspace }: Places): string {
  if (path === '~' || path.startsWith('~/') || path.startsWith('~\\')) return join(home(), path.slice(2));
  return resolve(workspace, path);
}

/** A container may run as a user of whom the system knows nothing. Errors: FILE_REFUSED. */
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

/** Whether a path leads below a folder, whatever links the folder's own path has. */
export function isInside(path: string, folder: string): boolean {
  if (!existsSync(folder)) return false;
  const way = relative(realpathSync(folder), path);
  return way !== '' && way !== '..' && !/^\.\.[/\\]/.test(way) && !isAbsolute(way);
}
