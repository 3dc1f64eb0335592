import { ANCHOR_BYTES } from './anchors.js';
import { FormTable } from './form-table.js';
import { Sieve } from './sieve.js';

const LONG_BLOCK = 4;
const SHORT_BLOCK = 3;

/** Forms that are searched for together. */
export class FormSet {
  readonly table: FormTable;
  readonly sieves: readonly Sieve[];

  /**
   * `sorted`: latin1 texts, each once, in the order of their characters; `anchors`: texts whose places are wanted too.
   *
   * A form shorter than an anchor would slow the search for all others: it is searched for apart.
   */
  constructor(sorted: readonly string[], anchors: readonly string[]) {
    this.table = new FormTable(sorted);
    const long = [...sorted.filter(({ length }) => length >= ANCHOR_BYTES), ...anchors];
    const short = sorted.filter(({ length }) => length < ANCHOR_BYTES);
    const span = short.reduce((least, { length }) => Math.min(least, length), ANCHOR_BYTES);
    this.sieves = [
      ...(long.length > 0 ? [new Sieve(long, ANCHOR_BYTES, LONG_BLOCK)] : []),
      ...(short.length > 0 ? [new Sieve(short, span, Math.min(span, SHORT_BLOCK))] : []),
    ];
  }
}
