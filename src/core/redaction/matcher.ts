import type { FormTable } from './form-table.js';

/** The bytes up to the end may be the beginning of a form: more bytes are needed to decide. */
export const UNDECIDED = -1;

/** Forms that match the stream this far are remembered, so that a repeating stream is not compared again. */
const MIN_REMEMBERED = 64;

/** Bytes of the stream known to be the beginning of a form. */
interface Agreement {
  /** Offset in the stream. */
  readonly start: number;
  readonly length: number;
}

/** Compares one stream with all forms. Callers must ask for places in ascending order. */
export class Matcher {
  /** Steps of comparison so far, for tests. */
  steps = 0;
  readonly #table: FormTable;
  readonly #agreements = new Map<number, Agreement>();

  constructor(table: FormTable) {
    this.#table = table;
  }

  /**
   * The length of the longest form that begins at `at`, 0 when there is none.
   *
   * `bytes` begin at `base` of the stream. UNDECIDED when what stands from `at` to `end` is the beginning of a longer
   * form, unless the stream ends there.
   */
  match(bytes: Uint8Array, at: number, end: number, base: number, isLast: boolean): number {
    const { firstOf, singles, starts, parents, bytes: formBytes } = this.#table;
    const first = bytes[at] ?? 0;
    const single = singles[first] ?? 0;
    const isAlone = end - at === 1;
    const pair = (first << 8) | (isAlone ? 0 : (bytes[at + 1] ?? 0));
    let low = firstOf[pair] ?? 0;
    let high = firstOf[isAlone ? pair + 0x1_00 : pair + 1] ?? 0;
    if (low === high) return single;
    if (isAlone) return isLast ? single : UNDECIDED;
    let before = -1;
    let common = 0;
    while (low < high) {
      const form = (low + high) >>> 1;
      const start = starts[form] ?? 0;
      const same = this.#common(form, bytes, at, end, base);
      const isForm = start + same === starts[form + 1];
      if (!isForm && at + same === end) {
        if (!isLast) return UNDECIDED;
        high = form;
      } else if (isForm || (formBytes[start + same] ?? 0) < (bytes[at + same] ?? 0)) {
        before = form;
        common = same;
        low = form + 1;
      } else {
        high = form;
      }
    }
    // A form that begins here is the greatest that is not after these bytes, or one that this one begins with.
    const lengthOf = (form: number): number => (starts[form + 1] ?? 0) - (starts[form] ?? 0);
    while (before !== -1 && lengthOf(before) > common) before = parents[before] ?? -1;
    return before === -1 ? single : lengthOf(before);
  }

  /** How many bytes from `at` on are the first bytes of the form. */
  #common(form: number, bytes: Uint8Array, at: number, end: number, base: number): number {
    const formBytes = this.#table.bytes;
    const start = this.#table.starts[form] ?? 0;
    const most = Math.min(end - at, (this.#table.starts[form + 1] ?? 0) - start);
    const earlier = most < MIN_REMEMBERED ? undefined : this.#agreements.get(form);
    const known = earlier === undefined ? 0 : earlier.start + earlier.length - base - at;
    const shift = earlier === undefined ? 0 : base + at - earlier.start;
    let same = 0;
    if (known > 0 && shift >= 0) {
      same = shift === 0 ? known : Math.min(known, this.#table.selfOverlap(form)[shift] ?? 0);
    }
    const from = same;
    while (same < most && formBytes[start + same] === bytes[at + same]) same += 1;
    this.steps += 1 + same - from;
    // The match that reaches furthest is remembered.
    if (same >= MIN_REMEMBERED && same >= known)
      this.#agreements.set(form, { start: base + at, length: same });
    return same;
  }
}
