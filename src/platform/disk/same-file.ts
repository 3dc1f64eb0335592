import { fstatSync, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** A link to a link is followed. More than this is a circle. */
const MAX_LINKS = 40;

/** A place where a file is, or may be created: a path, or an open descriptor. */
export type FilePlace = string | number;

/**
 * Whether two places are the same regular file, or would become it, through links and under several names. A terminal, a
 * pipe or `/dev/null` can be read and written at once, so it never counts as the same.
 */
export function isSameFile(one: FilePlace, other: FilePlace): boolean {
  const [a, b] = [keyOf(one), keyOf(other)];
  return a !== undefined && a === b;
}

/** A key that all names of one file share; undefined for anything but a file. */
function keyOf(place: FilePlace): string | undefined {
  try {
    const options = { bigint: true } as const;
    const found = typeof place === 'number' ? fstatSync(place, options) : statSync(place, options);
    return found.isFile() && found.ino !== 0n ? `${found.dev}:${found.ino}` : undefined;
  } catch {
    return typeof place === 'number' ? undefined : folded(wherePathLeads(place));
  }
}

/** The path without links, as far as it exists. */
function wherePathLeads(path: string, links = 0): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    if (parent === path || links > MAX_LINKS) return path;
    // A link whose target does not exist yet: writing through it creates the target.
    if (lstatOrNone(path)?.isSymbolicLink())
      return wherePathLeads(resolve(parent, readlinkSync(path)), links + 1);
    return join(wherePathLeads(parent, links), basename(path));
  }
}

function lstatOrNone(path: string): ReturnType<typeof lstatSync> | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

/** These systems mostly treat names that differ in case or in Unicode normalization as the same. */
function folded(path: string): string {
  return process.platform === 'win32' || process.platform === 'darwin'
    ? path.normalize('NFC').toLowerCase()
    : path;
}
