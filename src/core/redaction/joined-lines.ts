import type { FormSet } from './form-set.js';
import { JoinedRun } from './joined-run.js';
import {
  CARRIAGE_RETURN,
  encodedRunBefore,
  encodedRunEnd,
  isAfterEncoded,
  LEAST_WRAPPED_LINE,
  LINE_FEED,
} from './line-ends.js';
import { Matcher, UNDECIDED } from './matcher.js';
import { type Found, Search } from './search.js';
import type { Window } from './window.js';

/** Forms that begin earlier than this before a line end are few. */
const MOST_BEFORE = 32;

const ignore: Found = () => {};

/**
 * Searches one stream for encoded forms that soft line ends divide.
 *
 * Lines are only joined from a soft line end that the beginning of a form stands before, and only for as long as a form
 * may still go on over the last one: so an ordinary log costs little more than looking for its line ends.
 */
export class JoinedLines {
  readonly #forms: FormSet;
  readonly #probe: Search;
  readonly #matcher: Matcher;
  readonly #seam = new Uint8Array(MOST_BEFORE + LEAST_WRAPPED_LINE);
  #run: JoinedRun | undefined;
  /** Offset in the stream up to which line ends were looked at. */
  #at = 0;
  /** Encoded characters right before the window. */
  #runBefore = 0;

  constructor(forms: FormSet) {
    this.#forms = forms;
    this.#probe = new Search(forms);
    this.#matcher = new Matcher(forms.table);
  }

  get steps(): number {
    return this.#probe.steps + (this.#run?.steps ?? 0);
  }

  /** Tells of what is decided, and gives the first place of the stream that is not, or infinity. */
  run(window: Window, isLast: boolean, found: Found): number {
    // What was waited for has left the window: nothing began before it.
    if (this.#at < window.base) this.#run = undefined;
    let at = Math.max(this.#at, window.base);
    while (at < window.end) {
      if (this.#run === undefined) {
        at = this.#begin(window, at);
      } else {
        const next = this.#run.advance(window, at, found);
        if (this.#run.isOver) this.#run = undefined;
        else if (next === at) break;
        at = next;
      }
    }
    this.#at = at;
    if (isLast) this.#run?.finish(found);
    return this.#run === undefined ? Number.POSITIVE_INFINITY : this.#run.held;
  }

  /** To be called before the window lets go of what is before `offset`. */
  release(window: Window, offset: number): void {
    const count = offset - window.base;
    this.#runBefore = encodedRunBefore(window.bytes, count, this.#runBefore, LEAST_WRAPPED_LINE);
  }

  /** Goes to the next soft line end that a form may reach over, and begins to join there; to the end without one. */
  #begin(window: Window, from: number): number {
    const { bytes, base, end } = window;
    for (let feed = bytes.indexOf(LINE_FEED, from - base); feed !== -1; ) {
      const lineEnd = feed > 0 && bytes[feed - 1] === CARRIAGE_RETURN ? feed - 1 : feed;
      if (this.#beginAt(window, lineEnd)) return base + lineEnd;
      // A shorter line has no soft end.
      feed = bytes.indexOf(LINE_FEED, feed + 1 + LEAST_WRAPPED_LINE);
    }
    const last = bytes.length - 1;
    return bytes[last] === CARRIAGE_RETURN && this.#beginAt(window, last) ? base + last : end;
  }

  #beginAt(window: Window, lineEnd: number): boolean {
    const { bytes, base } = window;
    if (!isAfterEncoded(bytes, lineEnd, this.#runBefore)) return false;
    const length = encodedRunBefore(bytes, lineEnd, 0, this.#forms.table.longest - 1);
    this.#probe.seek(base + lineEnd - length);
    const start = this.#probe.run(window, base + lineEnd, false, ignore);
    if (start === base + lineEnd || !this.#mayGoOn(bytes, start - base, lineEnd)) return false;
    this.#run = new JoinedRun(this.#forms, bytes.subarray(start - base, lineEnd), start);
    return true;
  }

  /** Whether a form that begins at `start` or after it may go on after the line end, as far as is quickly told. */
  #mayGoOn(bytes: Uint8Array, start: number, lineEnd: number): boolean {
    const before = lineEnd - start;
    const next = lineEnd + (bytes[lineEnd] === CARRIAGE_RETURN ? 2 : 1);
    const end = encodedRunEnd(bytes, next, Math.min(bytes.length, next + LEAST_WRAPPED_LINE));
    if (before > MOST_BEFORE || end >= bytes.length) return true;
    const seam = this.#seam;
    for (let at = 0; at < before; at += 1) seam[at] = bytes[start + at] ?? 0;
    for (let at = next; at < end; at += 1) seam[before + at - next] = bytes[at] ?? 0;
    const length = before + end - next;
    // A shorter line has no soft end: then nothing follows.
    const isLast = end - next < LEAST_WRAPPED_LINE;
    for (let at = 0; at < before; at += 1) {
      const matched = this.#matcher.match(seam, at, length, 0, isLast);
      if (matched === UNDECIDED || at + matched > before) return true;
    }
    return false;
  }
}
