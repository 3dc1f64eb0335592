import { type Stats, statSync } from 'node:fs';
import { printable } from '../../core/printable.js';

/** A warning about a file that others may read or write; undefined if they may not, or on systems without modes. */
export function openToOthers(what: string, path: string): string | undefined {
  if (process.platform === 'win32') return undefined;
  const found = find(path);
  if (found === undefined || !found.isFile() || (found.mode & 0o066) === 0) return undefined;
  const may = (found.mode & 0o044) === 0 ? 'changed' : 'read';
  return `The ${what} ${printable(path)} can be ${may} by others. Run: chmod 600 ${printable(path)}`;
}

/** What cannot be looked at is reported by whoever reads it. */
function find(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
