import { closeSync, openSync } from 'node:fs';
import { WriteStream } from 'node:tty';

/** How many columns a terminal has where it does not say. */
const USUAL = 80;

/** The width of the terminal of this process, by an open file of our own: that of Node would change the flags of others. */
export function columnsOfTerminal(environment: Readonly<Record<string, string | undefined>>): number {
  const said = Number(environment['COLUMNS'] ?? '');
  if (Number.isInteger(said) && said > 0) return said;
  try {
    const handle = openSync(process.platform === 'win32' ? '\\\\.\\CONOUT$' : '/dev/tty', 'r+');
    try {
      const [columns] = new WriteStream(handle).getWindowSize();
      return columns > 0 ? columns : USUAL;
    } finally {
      closeSync(handle);
    }
  } catch {
    return USUAL;
  }
}
