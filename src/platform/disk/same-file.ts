import { fstatSync, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** A link to a link is followed; past that something turns in a circle. */
const MAX_LINKS = 40;

/** A place where a file is or may come to be: a path, or a descriptor that is open. */
export type FilePlace = string | number;

/**
 * Whether two places are one regular file, or would become one, through links and under several names. What is no regular
 * file (a terminal, a pipe, `/dev/null`) may be read and written at once, and is never the same.
 */
export function isSameFile(one: FilePlace, other: FilePlace): boolean {
  const [a, b] = [keyOf(one), keyOf(other)];
  return a !== undefined && a === b;
}

/** What two names of one file have in common; undefined for what is no file. */
function keyOf(place: FilePlace): string | undefined {
  try {
    const options = { bigint: true } as const;
    const found = typeof place === 'number' ? fstatSync(place, options) : statSync(place, options);
    return found.isFile() && found.ino !== 0n ? `${found.dev}:${found.ino}` : undefined;
  } catch {
    return typeof place === 'number' ? undefined : folded(wherePathLeads(place));
  }
}

/** The path without links, as far as there is anything at it. */
function wherePathLeads(path: string, links = 0): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    if (parent === path || links > MAX_LINKS) return path;
    // A link whose target is not there yet: what is written through it makes the target.
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

/** These systems mostly take names that differ in case or in Unicode normalization for one. */
function folded(path: string): string {
  return process.platform === 'win32' || process.platform === 'darwin'
    ? path.normalize('NFC').toLowerCase()
    : path;
}
