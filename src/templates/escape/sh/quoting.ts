import { passBare } from './bare.js';
import { type Doubt, readByOld } from './doubts.js';
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

/**
 * Where the reading of a script is first in doubt that has a place with no known quoting. It is read as bash 3.2 does and
 * as other shells do, side by side, up to the first doubt or the first place that differs.
 */
export function doubtOf(text: string, markAt: (offset: number) => number): Doubt {
  const [old, scan] = [new Scan(text, markAt, true), new Scan(text, markAt, false)];
  let agreed = 0;
  const differs = (): Doubt => ({ at: agreed, what: readByOld(text.charAt(agreed)) });
  let count = 0;
  while (!old.isOver || !scan.isOver) {
    step(scan.isOver || (!old.isOver && old.at <= scan.at) ? old : scan);
    if (scan.isUnsure) break;
    if (old.isUnsure) return old.doubt?.at === agreed ? old.doubt : differs();
    for (; count < Math.min(old.found.length, scan.found.length); count += 1)
      if (old.found[count] !== scan.found[count]) return differs();
    if (old.at === scan.at && isAlike(old, scan)) agreed = scan.at;
  }
  return scan.doubt ?? differs();
}

function isAlike(one: Scan, other: Scan): boolean {
  return one.levels.length === other.levels.length && one.level.end === other.level.end;
}

function read(scan: Scan): readonly Quoting[] {
  while (!scan.isOver) step(scan);
  return scan.quotings;
}

function step(scan: Scan): void {
  if (!passQuotes(scan)) passBare(scan);
}
