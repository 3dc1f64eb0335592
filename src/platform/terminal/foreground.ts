import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Whether this process is in front of a terminal, which then sends its keys' signals to the processes it started too. */
export function isInForeground(): boolean {
  const { group, terminal, inFront } = readStat() ?? {};
  if (terminal === undefined) return [0, 1, 2].some((handle) => isatty(handle));
  return terminal !== '0' && group === inFront;
}

/** Whether a terminal controls this process, be it in front or behind. */
export function hasTerminal(): boolean {
  const { terminal } = readStat() ?? {};
  if (terminal !== undefined) return terminal !== '0';
  try {
    closeSync(openSync('/dev/tty', constants.O_RDONLY | constants.O_NOCTTY | constants.O_NONBLOCK));
    return true;
  } catch {
    return false;
  }
}

function readStat(): Partial<Record<'group' | 'terminal' | 'inFront', string>> | undefined {
  try {
    // The name of the program may hold anything but a newline; it ends with the last ")". Source: proc(5).
    const [, fields = ''] = /\) \S (.*)/.exec(readFileSync('/proc/self/stat', 'utf8')) ?? [];
    const [, group, , terminal, inFront] = fields.split(' ');
    return { group, terminal, inFront } as Record<'group' | 'terminal' | 'inFront', string>;
  } catch {
    return undefined;
  }
}
