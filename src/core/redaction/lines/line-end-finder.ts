import type { Window } from '../window.js';
import { CARRIAGE_RETURN, encodedRunEnd, isEncodedByte, LINE_FEED, prefixStart } from './line-ends.js';

/** From a line end and its prefix to the place of the anchor after it there are at most so many characters. */
const MAX_BEFORE_ANCHOR = 8;

/**
 * The line ends of one stream that a form may cross: those next to an anchor.
 *
 * Checking every line end of a log would take as long as searching it.
 */
export class LineEndFinder {
  #found: number[] = [];
  /** Offset in the stream up to which all bytes since the last checked place are encoded. */
  #runEnd = 0;

  /** To be called with each place where a form or an anchor may begin, in ascending order. */
  lookAround({ bytes, base }: Window, at: number): void {
    const from = at - MAX_BEFORE_ANCHOR;
    let before = at - 1;
    while (before >= from && isEncodedByte(bytes[before])) before -= 1;
    before = prefixStart(bytes, before + 1) - 1;
    if (before >= 0 && bytes[before] === LINE_FEED) this.#add(base + lineEndOf(bytes, before));
    const known = Math.max(at, this.#runEnd - base);
    const end = encodedRunEnd(bytes, known, bytes.length);
    this.#runEnd = base + end;
    if (bytes[end] === LINE_FEED || bytes[end] === CARRIAGE_RETURN) this.#add(base + lineEndOf(bytes, end));
  }

  /** The line ends found since the last time, in rising order. */
  take(): readonly number[] {
    const found = this.#found;
    if (found.length > 0) this.#found = [];
    return found;
  }

  #add(offset: number): void {
    if (offset > (this.#found.at(-1) ?? -1)) this.#found.push(offset);
  }
}

/** Where the line end begins that the byte at `at` belongs to. */
function lineEndOf(bytes: Uint8Array, at: number): number {
  return at > 0 && bytes[at] === LINE_FEED && bytes[at - 1] === CARRIAGE_RETURN ? at - 1 : at;
}
