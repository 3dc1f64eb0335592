import { ANCHOR_BYTES } from './anchors.js';
import { FormTable } from './form-table.js';
import { Sieve } from './sieve.js';

const LONG_BLOCK = 4;
const SHORT_BLOCK = 3;
/** Longer steps gain little, and mark more blocks of each form. */
const LONGEST_SPAN = 16;
/** A form that is at most this much shorter than an anchor is searched for together with all others. */
const MAX_MISSING = 2;

/** Forms that are searched for together. */
export class FormSet {
  readonly table: FormTable;
  readonly sieves: readonly Sieve[];

  /**
   * `sorted`: latin1 texts, each once, in the order of their characters; `anchors`: texts whose places are also wanted.
   *
   * A form that is much shorter than an anchor would slow down the search for all others, so it has a separate search.
   */
  constructor(sorted: readonly string[], anchors: readonly string[]) {
    this.table = new FormTable(sorted);
    const least = ANCHOR_BYTES - MAX_MISSING;
    const long = [...sorted.filter(({ length }) => length >= least), ...anchors];
    const short = sorted.filter(({ length }) => length < least);
    const longSpan = Math.max(ANCHOR_BYTES, shortestOf(long, LONGEST_SPAN));
    const shortSpan = shortestOf(short, least);
    this.sieves = [
      ...(long.length > 0 ? [new Sieve(long, longSpan, LONG_BLOCK)] : []),
      ...(short.length > 0 ? [new Sieve(short, shortSpan, Math.min(shortSpan, SHORT_BLOCK))] : []),
    ];
  }
}

function shortestOf(texts: readonly string[], most: number): number {
  let least = most;
  for (const { length } of texts) if (length < least) least = length;
  return least;
}
