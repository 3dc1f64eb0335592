import { statSync } from 'node:fs';
import { printable } from '../core/printable.js';

/** What to say of a file that others may read or write; undefined when they may not, or modes mean nothing. */
export function openToOthers(what: string, path: string): string | undefined {
  if (process.platform === 'win32') return undefined;
  const found = statSync(path);
  if (!found.isFile() || (found.mode & 0o066) === 0) return undefined;
  const may = (found.mode & 0o044) === 0 ? 'changed' : 'read';
  return `The ${what} ${printable(path)} can be ${may} by others. Run: chmod 600 ${printable(path)}`;
}
