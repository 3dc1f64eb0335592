import { join } from 'node:path';
import { COMMAND_LINE, type Desk, type Ended } from './command-line.js';
import { lacks } from './skips.js';

export const NODE = process.env['SEGURA_TEST_NODE'] ?? process.execPath;
export const lacksPython = lacks('python3');

const scriptOf = (name: string): string => join(import.meta.dirname, name);

/** Runs a command in the foreground of a new terminal; each text is typed once the one before it was shown. */
export function onTerminal(
  desk: Desk,
  typed: readonly (readonly [shown: string, keys: string])[],
  command: readonly string[],
): Promise<Ended> {
  return desk.spawn('python3', [scriptOf('terminal.py'), ...typed.flat(), '--', ...command], {});
}

/** How the command line ended, and the flags that an open file had which it shared, as a line of text. */
export async function flagsDuring(desk: Desk, kind: string, args: readonly string[]): Promise<string> {
  const ended = await desk.spawn('python3', [scriptOf('flags.py'), kind, NODE, COMMAND_LINE, ...args], {});
  return ended.stdout.toString() + ended.stderr;
}
