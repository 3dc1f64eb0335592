import { printable } from '../printable.js';

/** A name as an argument of a command that a message offers to copy: one word of a POSIX shell, bare where it takes it so. */
export function argument(name: string): string {
  const text = printable(name);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
