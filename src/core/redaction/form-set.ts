import { FormTable } from './form-table.js';
import { Sieve } from './sieve.js';

/** From here on a form has enough bytes to skip well; a shorter one would slow the search for all others. */
const LONG_SPAN = 8;
const LONG_BLOCK = 4;
const SHORT_BLOCK = 3;

/** Forms that are searched for together. */
export class FormSet {
  readonly table: FormTable;
  readonly sieves: readonly Sieve[];

  /** `sorted`: latin1 texts, each once, in the order of their characters. */
  constructor(sorted: readonly string[]) {
    this.table = new FormTable(sorted);
    const long = sorted.filter(({ length }) => length >= LONG_SPAN);
    const short = sorted.filter(({ length }) => length < LONG_SPAN);
    const span = short.reduce((least, { length }) => Math.min(least, length), LONG_SPAN);
    this.sieves = [
      ...(long.length > 0 ? [new Sieve(long, LONG_SPAN, LONG_BLOCK)] : []),
      ...(short.length > 0 ? [new Sieve(short, span, Math.min(span, SHORT_BLOCK))] : []),
    ];
  }
}
