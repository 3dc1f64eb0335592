import { passBare } from './bare.js';
import type { Quoting } from './levels.js';
import { passQuotes } from './quotes.js';
import { Scan } from './scan.js';

const WRITABLE: ReadonlySet<Quoting> = new Set(['bare', 'single', 'double']);

/**
 * The quoting of each mark of a script, in their order (POSIX.1-2017, "Shell Command Language", 2.2, 2.6 and 2.7.4; and
 * `$'…'`, `<<<` of bash). A script whose quotes are left open at its end has none that is known.
 *
 * A place that bash 3.2, the `sh` of macOS, reads in another way has none that is known either.
 *
 * `markAt`: the length of the mark that begins at an offset, or 0.
 */
export function quotingOf(text: string, markAt: (offset: number) => number): Quoting[] {
  const old = read(new Scan(text, markAt, true));
  return read(new Scan(text, markAt, false)).map((quoting, index) =>
    WRITABLE.has(quoting) && old[index] !== quoting ? 'nowhere' : quoting,
  );
}

function read(scan: Scan): readonly Quoting[] {
  while (!scan.isOver) if (!passQuotes(scan)) passBare(scan);
  return scan.quotings;
}
