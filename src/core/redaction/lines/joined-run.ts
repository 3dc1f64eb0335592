import type { FormSet } from '../form-set.js';
import { Parts } from '../parts.js';
import { type FoundField, Search } from '../search.js';
import { Window } from '../window.js';
import {
  CARRIAGE_RETURN,
  encodedRunEnd,
  isEncodedByte,
  LINE_FEED,
  MAX_PREFIX,
  MIN_WRAPPED_LINE,
  prefixEnd,
} from './line-ends.js';

/** So much of a long line is joined at a time: most forms are decided by then. */
const STEP_BYTES = 1_024;

/** Encoded lines without the soft line ends between them, from the first form that may reach over one. */
export class JoinedRun {
  /** Nothing that reaches over a line end is undecided any more. */
  isOver = false;
  readonly #window = new Window();
  readonly #search: Search;
  readonly #parts = new Parts();
  /** Encoded characters of the present line; the first line has enough of them. */
  #lineLength = MIN_WRAPPED_LINE;
  /** Offset in the joined bytes of the last line end; infinity before there is one. */
  #lastLineEnd = Number.POSITIVE_INFINITY;
  /** Characters of the prefix of the present line so far; it has none any more once an encoded one came. */
  #prefixLength = MAX_PREFIX;
  #held = 0;

  /** `bytes`: the beginning of a form, at `offset` of the stream, right before a soft line end. */
  constructor(forms: FormSet, bytes: Buffer, offset: number) {
    this.#search = new Search(forms);
    this.#append(bytes, offset);
    this.#window.own();
  }

  get steps(): number {
    return this.#search.steps;
  }

  /** Offset in the stream of the first place that is not decided. */
  get held(): number {
    return this.#parts.startOf(this.#held);
  }

  /** Takes a line end or some of a line, which are at `offset` of the stream; gives the offset after them. */
  advance({ bytes, base }: Window, offset: number, found: FoundField): number {
    const at = offset - base;
    if (isEncodedByte(bytes[at])) {
      const end = encodedRunEnd(bytes, at, Math.min(bytes.length, at + STEP_BYTES));
      this.#append(bytes.subarray(at, end), offset);
      this.#lineLength += end - at;
      this.#prefixLength = MAX_PREFIX;
      this.#searchOn(false, found);
      return base + end;
    }
    const afterPrefix = prefixEnd(bytes, at, at + MAX_PREFIX - this.#prefixLength);
    if (afterPrefix > at) {
      this.#prefixLength += afterPrefix - at;
      return base + afterPrefix;
    }
    const length = this.#lineLength < MIN_WRAPPED_LINE ? 0 : lineEndLength(bytes, at);
    if (length === 0) this.finish(found);
    this.isOver = length === 0 || this.#held === this.#window.end;
    if (this.isOver || length === undefined) return offset;
    this.#lastLineEnd = this.#window.end;
    this.#lineLength = 0;
    this.#prefixLength = 0;
    return offset + length;
  }

  /** Nothing follows that could be joined. */
  finish(found: FoundField): void {
    this.#searchOn(true, found);
  }

  #append(bytes: Buffer, offset: number): void {
    this.#parts.add(this.#window.end, offset, 1);
    this.#window.append(bytes);
  }

  #searchOn(isLast: boolean, found: FoundField): void {
    this.#held = this.#search.run(this.#window, this.#window.end, isLast, (start, end) => {
      found(this.#parts.startOf(start), this.#parts.endOf(end));
    });
    this.isOver = this.#held >= this.#lastLineEnd;
    this.#window.release(this.#held);
    this.#parts.release(this.#held);
  }
}

/** 0 where there is none, undefined where the next byte tells. */
function lineEndLength(bytes: Uint8Array, at: number): number | undefined {
  if (bytes[at] === LINE_FEED) return 1;
  if (bytes[at] !== CARRIAGE_RETURN) return 0;
  if (at + 1 === bytes.length) return undefined;
  return bytes[at + 1] === LINE_FEED ? 2 : 0;
}
