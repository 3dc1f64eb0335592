import type { FormSet } from './form-set.js';
import { Matcher, UNDECIDED } from './matcher.js';
import type { Sieve } from './sieve.js';
import type { Window } from './window.js';

/** Called with an occurrence: the offsets in the stream of its first byte and of the byte after its last. */
export type FoundField = (start: number, end: number) => void;

/** Called with a place in the window where a form or an anchor may begin. */
export type Visit = (at: number) => void;

/** Searches one stream for all forms, and each place of it only once. */
export class Search {
  readonly #sieves: readonly Sieve[];
  readonly #matcher: Matcher;
  /** For each sieve the place it gave last: none is before it. */
  readonly #candidates: number[];
  #at = 0;

  constructor({ table, sieves }: FormSet) {
    this.#sieves = sieves;
    this.#matcher = new Matcher(table);
    this.#candidates = sieves.map(() => -1);
  }

  /** Steps of comparison so far, for tests. */
  get steps(): number {
    return this.#matcher.steps;
  }

  /** Goes on at `offset` of the stream, or again from it. */
  seek(offset: number): void {
    this.#at = offset;
    this.#candidates.fill(-1);
  }

  /**
   * Tells of the longest form at every place whose form is decided, and gives the first place that is not: the offset
   * `end` when all are. `isLast`: nothing follows, so all are.
   */
  run(window: Window, end: number, isLast: boolean, found: FoundField, visit?: Visit): number {
    const { bytes, base, view } = window;
    const length = end - base;
    let at = this.#at - base;
    while (at < length) {
      at = this.#candidate(view, at, length, base);
      if (at >= length) break;
      visit?.(at);
      const matched = this.#matcher.match(bytes, at, length, base, isLast);
      if (matched === UNDECIDED) break;
      if (matched > 0) found(base + at, base + at + matched);
      at += 1;
    }
    this.#at = base + at;
    return this.#at;
  }

  #candidate(view: DataView, at: number, length: number, base: number): number {
    let closestMatch = length;
    for (let each = 0; each < this.#sieves.length; each += 1) {
      let place = (this.#candidates[each] ?? 0) - base;
      if (place < at) {
        place = this.#sieves[each]?.next(view, at, length) ?? length;
        this.#candidates[each] = base + place;
      }
      if (place < closestMatch) closestMatch = place;
    }
    return closestMatch;
  }
}
