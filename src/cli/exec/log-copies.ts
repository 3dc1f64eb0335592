import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { fileOf } from './secret-descriptors.js';

/**
 * Which of `inherited` lead to the same pipe or file as `descriptor`, as after `exec 3>&1`: what is written there is in the same
 * log. A terminal is none of them, since such a descriptor may be there to read from it.
 */
export function copiesOf(descriptor: number, inherited: readonly number[]): number[] {
  const file = fileOf(descriptor);
  if (file === undefined || isatty(descriptor)) return [];
  return inherited.filter((number) => fileOf(number) === file && !isReadOnly(number));
}

/** Both ends of a pipe are one file. Only Linux shows which end it is: proc_pid_fdinfo(5). */
function isReadOnly(descriptor: number): boolean {
  try {
    const [, flags] =
      /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8')) ?? [];
    return flags !== undefined && (Number.parseInt(flags, 8) & 3) === 0;
  } catch {
    return false;
  }
}
