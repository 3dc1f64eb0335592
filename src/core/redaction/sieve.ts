/** Bits of the marks of one block: more places than these in a form are not told apart. */
const MOST_PLACES = 8;
const WORD_BYTES = 4;
/** Each mark is a byte; so many of them for each block keep most of them zero. */
const MARKS_PER_BLOCK = 32;
const LEAST_MARK_BITS = 14;
const MOST_MARK_BITS = 21;
/** 2^32 divided by the golden ratio: spreads similar blocks over the marks. */
const SPREAD = 0x9e3779b1;

/**
 * Finds, in long steps, the few places where one of many forms may begin.
 *
 * Of the first `span` bytes of each form every block is marked with its place in them. Wherever a form begins, one of
 * any `span - blockBytes + 1` places in a row holds such a block: so only each of so many places is looked at.
 */
export class Sieve {
  readonly #marks: Uint8Array;
  readonly #shift: number;
  readonly #mask: number;
  readonly #step: number;
  readonly #reach: number;

  /** `forms`: latin1 texts of at least `span` characters; `blockBytes`: 1 to 4, at most `span`. */
  constructor(forms: readonly string[], span: number, blockBytes: number) {
    this.#step = Math.min(MOST_PLACES, span - blockBytes + 1);
    this.#reach = Math.max(span, this.#step + WORD_BYTES);
    this.#mask = blockBytes === WORD_BYTES ? -1 : (1 << (8 * blockBytes)) - 1;
    const wanted = Math.ceil(Math.log2(Math.max(1, forms.length) * this.#step * MARKS_PER_BLOCK));
    const bits = Math.min(MOST_MARK_BITS, Math.max(LEAST_MARK_BITS, wanted));
    this.#shift = 32 - bits;
    this.#marks = new Uint8Array(1 << bits);
    for (const form of forms) this.#add(form, blockBytes);
  }

  #add(form: string, blockBytes: number): void {
    for (let place = 0; place < this.#step; place += 1) {
      let block = 0;
      for (let at = 0; at < blockBytes; at += 1) block |= form.charCodeAt(place + at) << (8 * at);
      const slot = Math.imul(block, SPREAD) >>> this.#shift;
      this.#marks[slot] = (this.#marks[slot] ?? 0) | (1 << place);
    }
  }

  /**
   * The first place at or after `from` where a form may begin, reading nothing at or after `end`.
   *
   * Too near to the end to be judged, a place counts as one: there are `span` of them or a few more.
   */
  next(view: DataView, from: number, end: number): number {
    const marks = this.#marks;
    const shift = this.#shift;
    const mask = this.#mask;
    const step = this.#step;
    const limit = end - this.#reach + 1;
    if (from >= limit) return from;
    const last = limit + step - 2;
    const lastOfFour = last - 3 * step;
    let at = from + step - 1;
    while (at <= last) {
      // Four steps with one decision: most of them lead on, and a wrong guess of the processor costs as much as ten.
      while (
        at <= lastOfFour &&
        ((marks[Math.imul(view.getInt32(at, true) & mask, SPREAD) >>> shift] as number) |
          (marks[Math.imul(view.getInt32(at + step, true) & mask, SPREAD) >>> shift] as number) |
          (marks[Math.imul(view.getInt32(at + 2 * step, true) & mask, SPREAD) >>> shift] as number) |
          (marks[Math.imul(view.getInt32(at + 3 * step, true) & mask, SPREAD) >>> shift] as number)) ===
          0
      ) {
        at += 4 * step;
      }
      for (const stop = Math.min(last, at + 3 * step); at <= stop; at += step) {
        const start = this.#startAround(view, at, limit);
        if (start !== -1) return start;
      }
    }
    return limit;
  }

  /** The first place before `limit` where a form may begin that has its block at `at`; -1 when there is none. */
  #startAround(view: DataView, at: number, limit: number): number {
    const step = this.#step;
    let places = this.#placesAt(view, at);
    if (places === 0) return -1;
    // The blocks beside it tell most words that are in no form; the first and the last place have one beside them only.
    if (step > 1) places &= (this.#placesAt(view, at - 1) << 1) | 1;
    places &= (this.#placesAt(view, at + 1) >>> 1) | (1 << (step - 1));
    for (let place = step - 1; places !== 0 && place >= 0; place -= 1) {
      const start = at - place;
      if (((places >>> place) & 1) === 1 && start < limit && this.#isWhole(view, start)) return start;
    }
    return -1;
  }

  #isWhole(view: DataView, start: number): boolean {
    for (let place = 0; place < this.#step; place += 1) {
      if (((this.#placesAt(view, start + place) >>> place) & 1) === 0) return false;
    }
    return true;
  }

  #placesAt(view: DataView, at: number): number {
    return this.#marks[Math.imul(view.getInt32(at, true) & this.#mask, SPREAD) >>> this.#shift] as number;
  }
}
