/** This many bits for each mark keep most bits zero. */
const BITS_PER_MARK = 32;
const MIN_BITS_LOG = 14;
const MAX_BITS_LOG = 23;
/** 2^32 divided by the golden ratio: spreads similar blocks over the marks. */
const SPREAD = 0x9e3779b1;
const WORD_BYTES = 4;

/**
 * Finds, in long steps, the few places where one of many forms may begin.
 *
 * In the first `span` bytes of each form, every block is marked with one bit. Wherever a form begins, one of any
 * `span - blockBytes + 1` places in a row has such a block, so the search checks only one in that many places. If one is
 * marked, that many in a row must be.
 *
 * A form that is one or two bytes shorter than `span` is marked with every byte that may be next to it: its last block ends
 * one byte after it. If it is two bytes shorter, its first block also begins one byte before it.
 */
export class Sieve {
  /** Signed, since the processor's own words are: unsigned ones cost a conversion each. */
  readonly #bits: Int32Array;
  readonly #shift: number;
  /** What a word of four bytes is multiplied by; bytes of it after the block leave no trace. */
  readonly #spread: number;
  readonly #step: number;
  readonly #reach: number;
  readonly #blockBytes: number;
  /** Whether a form may begin one place after the first of its blocks. */
  readonly #hasLater: boolean;

  /** `forms`: latin1 texts of at least `span - 2` characters; `blockBytes`: 1 to 4, at most `span`. */
  constructor(forms: readonly string[], span: number, blockBytes: number) {
    this.#step = span - blockBytes + 1;
    this.#reach = Math.max(span, this.#step + WORD_BYTES);
    this.#blockBytes = blockBytes;
    this.#spread = SPREAD << (8 * (WORD_BYTES - blockBytes));
    this.#hasLater = forms.some(({ length }) => length < span - 1);
    const short = forms.filter(({ length }) => length < span).length;
    const marks = forms.length * this.#step + short * 2 * 256;
    const wanted = Math.ceil(Math.log2(Math.max(1, marks) * BITS_PER_MARK));
    const bitsLog = Math.min(MAX_BITS_LOG, Math.max(MIN_BITS_LOG, wanted));
    this.#shift = 32 - bitsLog;
    this.#bits = new Int32Array(1 << (bitsLog - 5));
    for (const form of forms) this.#add(form, span);
  }

  #add(form: string, span: number): void {
    if (form.length < span) {
      const before = form.length < span - 1 ? 1 : 0;
      for (let place = 0; place < this.#step; place += 1) this.#markAt(form, place - before);
      return;
    }
    // Each block is the last one without its first byte, and with one more.
    const top = 8 * (this.#blockBytes - 1);
    let block = 0;
    for (let at = 0; at < span; at += 1) {
      block = (block >>> 8) | (form.charCodeAt(at) << top);
      if (at >= this.#blockBytes - 1) this.#mark(block);
    }
  }

  #mark(block: number): void {
    const slot = Math.imul(block, this.#spread) >>> this.#shift;
    this.#bits[slot >>> 5] = (this.#bits[slot >>> 5] as number) | (1 << (slot & 31));
  }

  /** Marks the block at `place` of a form. If one byte of the block is outside of the form, marks it with every byte. */
  #markAt(form: string, place: number): void {
    let block = 0;
    let unknown = -1;
    for (let at = 0; at < this.#blockBytes; at += 1) {
      const code = form.charCodeAt(place + at);
      if (Number.isNaN(code)) unknown = at;
      else block |= code << (8 * at);
    }
    for (let byte = 0; byte < (unknown === -1 ? 1 : 256); byte += 1) {
      this.#mark(unknown === -1 ? block : block | (byte << (8 * unknown)));
    }
  }

  /**
   * The first place at or after `from` where a form may begin, reading nothing at or after `end`.
   *
   * Too near to the end to be judged, a place counts as one: there are `span` of them or a few more.
   */
  next(view: DataView, from: number, end: number): number {
    const bits = this.#bits;
    const shift = this.#shift;
    const spread = this.#spread;
    const step = this.#step;
    const limit = end - this.#reach + 1;
    if (from >= limit || (this.#hasLater && this.#isMarked(view, from, from + step - 2))) return from;
    const last = limit + step - 2;
    const lastOfFour = last - 3 * step;
    let at = from + step - 1;
    while (at <= last) {
      // Four steps with one decision: most of them lead on, and a wrong guess of the processor costs as much as ten.
      while (at <= lastOfFour) {
        const one = Math.imul(view.getInt32(at, true), spread) >>> shift;
        const two = Math.imul(view.getInt32(at + step, true), spread) >>> shift;
        const three = Math.imul(view.getInt32(at + 2 * step, true), spread) >>> shift;
        const four = Math.imul(view.getInt32(at + 3 * step, true), spread) >>> shift;
        const marks =
          ((bits[one >>> 5] as number) >>> one) |
          ((bits[two >>> 5] as number) >>> two) |
          ((bits[three >>> 5] as number) >>> three) |
          ((bits[four >>> 5] as number) >>> four);
        if ((marks & 1) !== 0) break;
        at += 4 * step;
      }
      for (const stop = Math.min(last, at + 3 * step); at <= stop; at += step) {
        if (!this.#isMarked(view, at, at)) continue;
        const start = this.#startAround(view, at, last);
        if (start !== -1) return start;
      }
    }
    return limit;
  }

  /** The first place from which on so many blocks in a row are marked, the one at `at` among them; -1 when there is none. */
  #startAround(view: DataView, at: number, last: number): number {
    const step = this.#step;
    let start = at;
    while (start > at - step + 1 && this.#isMarked(view, start - 1, start - 1)) start -= 1;
    const stop = start + step - 1;
    return stop <= last && this.#isMarked(view, at + 1, stop) ? start : -1;
  }

  /** Whether all blocks from `from` to `to` are marked. */
  #isMarked(view: DataView, from: number, to: number): boolean {
    for (let at = from; at <= to; at += 1) {
      const slot = Math.imul(view.getInt32(at, true), this.#spread) >>> this.#shift;
      if ((((this.#bits[slot >>> 5] as number) >>> slot) & 1) === 0) return false;
    }
    return true;
  }
}
