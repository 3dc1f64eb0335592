import type { FormSet } from '../form-set.js';
import { type FoundField, Search } from '../search.js';
import type { Window } from '../window.js';
import { JoinedRun } from './joined-run.js';
import { encodedRunBefore, isAfterEncoded, MIN_WRAPPED_LINE } from './line-ends.js';

const ignore: FoundField = () => {};

/**
 * Searches one stream for encoded forms that soft line ends divide.
 *
 * Joining begins only at a soft line end with the beginning of a form before it, and goes on only while a form may still
 * continue over the last one. So an ordinary log costs nothing.
 */
export class JoinedLines {
  readonly #forms: FormSet;
  readonly #probe: Search;
  #run: JoinedRun | undefined;
  /** Offset in the stream up to which line ends were checked. */
  #at = 0;
  /** Encoded characters right before the window. */
  #runBefore = 0;

  constructor(forms: FormSet) {
    this.#forms = forms;
    this.#probe = new Search(forms);
  }

  get steps(): number {
    return this.#probe.steps + (this.#run?.steps ?? 0);
  }

  /**
   * Tells of what is decided, and gives the first place of the stream that is not, or infinity.
   *
   * `lineEnds`: offsets in the stream of the line ends that a form may reach over, in rising order.
   */
  run(window: Window, lineEnds: readonly number[], isLast: boolean, found: FoundField): number {
    this.#goOn(window, found);
    for (const lineEnd of lineEnds) {
      if (this.#run !== undefined || lineEnd < this.#at) continue;
      this.#begin(window, lineEnd);
      this.#goOn(window, found);
    }
    if (isLast) this.#run?.finish(found);
    return this.#run === undefined ? Number.POSITIVE_INFINITY : this.#run.held;
  }

  #goOn(window: Window, found: FoundField): void {
    while (this.#run !== undefined && this.#at < window.end) {
      const next = this.#run.advance(window, this.#at, found);
      if (this.#run.isOver) this.#run = undefined;
      else if (next === this.#at) return;
      this.#at = next;
    }
  }

  /** To be called before the window lets go of what is before `offset`. */
  release(window: Window, offset: number): void {
    const count = offset - window.base;
    this.#runBefore = encodedRunBefore(window.bytes, count, this.#runBefore, MIN_WRAPPED_LINE);
  }

  /** Begins to join lines at a line end, if it is a soft one that the beginning of a form stands before. */
  #begin(window: Window, offset: number): void {
    const { bytes, base } = window;
    const lineEnd = offset - base;
    if (lineEnd < 0 || !isAfterEncoded(bytes, lineEnd, this.#runBefore)) return;
    const length = encodedRunBefore(bytes, lineEnd, 0, this.#forms.table.longest - 1);
    this.#probe.seek(offset - length);
    const start = this.#probe.run(window, offset, false, ignore);
    if (start === offset) return;
    this.#run = new JoinedRun(this.#forms, bytes.subarray(start - base, lineEnd), start);
    this.#at = offset;
  }
}
