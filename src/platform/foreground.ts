import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Whether this process is in front of a terminal, which then sends its keys' signals to the processes it started too. */
export function isInForeground(): boolean {
  try {
    // The name of the program may hold anything but a newline; it ends with the last ")". Source: proc(5).
    const [, fields = ''] = /\) \S (.*)/.exec(readFileSync('/proc/self/stat', 'utf8')) ?? [];
    const [, group, , terminal, inFront] = fields.split(' ');
    return terminal !== '0' && group === inFront;
  } catch {
    return [0, 1, 2].some((handle) => isatty(handle));
  }
}
