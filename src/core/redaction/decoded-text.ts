import { DecodedRun } from './decoded-run.js';
import type { FormSet } from './form-set.js';
import { codeAt, NO_CODE, PERCENT } from './percent.js';
import { type FoundField, Search } from './search.js';
import type { Window } from './window.js';

const ignore: FoundField = () => {};

/**
 * Searches one stream for forms with some percent-encoded bytes, in any mix.
 *
 * Decoding begins only at a percent sign that begins a code, or at the beginning of a form before it, and goes on only
 * while a form may still contain a code. So a log without codes costs one search for percent signs.
 */
export class DecodedText {
  readonly #forms: FormSet;
  readonly #probe: Search;
  #run: DecodedRun | undefined;
  /** Offset in the stream up to which percent signs were checked. */
  #at = 0;
  /** Offset in the stream before which all forms that go on over the next percent sign are decided. */
  #decidedTo = 0;
  #steps = 0;

  constructor(forms: FormSet) {
    this.#forms = forms;
    this.#probe = new Search(forms);
  }

  get steps(): number {
    return this.#steps + this.#probe.steps + (this.#run?.steps ?? 0);
  }

  /** Tells of what is decided, and gives the first place of the stream that is not, or infinity. */
  run(window: Window, isLast: boolean, found: FoundField): number {
    while (this.#at < window.end) {
      if (this.#run === undefined && !this.#begin(window)) break;
      if (!this.#goOn(window, isLast, found)) break;
    }
    if (isLast) this.#run?.finish(found);
    return this.#run === undefined ? Number.POSITIVE_INFINITY : this.#run.held;
  }

  /** Whether there is more to decode. */
  #goOn(window: Window, isLast: boolean, found: FoundField): boolean {
    const run = this.#run;
    if (run === undefined) return true;
    const next = run.advance(window, this.#at, isLast, found);
    const isStuck = next === this.#at;
    this.#at = next;
    if (!run.isOver) return !isStuck;
    this.#decidedTo = Math.max(this.#decidedTo, run.codeEnd);
    this.#steps += run.steps;
    this.#run = undefined;
    return true;
  }

  /** Begins to decode at the next code, or at a percent sign that may begin one; whether there is one. */
  #begin(window: Window): boolean {
    const { bytes, base } = window;
    let percent = bytes.indexOf(PERCENT, this.#at - base);
    while (percent !== -1 && codeAt(bytes, percent) === NO_CODE)
      percent = bytes.indexOf(PERCENT, percent + 1);
    if (percent === -1) {
      this.#at = window.end;
      return false;
    }
    const offset = base + percent;
    this.#probe.seek(Math.max(base, this.#decidedTo, offset - this.#forms.table.longest + 1));
    const start = this.#probe.run(window, offset, false, ignore);
    this.#run = new DecodedRun(this.#forms, bytes.subarray(start - base, percent), start);
    this.#at = offset;
    return true;
  }
}
