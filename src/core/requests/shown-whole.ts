import { printable } from '../printable.js';
import { plain, type Text } from '../text.js';

/** A request line; undefined where the log would show another one, which then asks for something else. */
export function shownWhole(line: Text): Text | undefined {
  return printable(plain(line)) === plain(line) ? line : undefined;
}
