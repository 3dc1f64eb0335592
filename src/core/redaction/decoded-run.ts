import type { FormSet } from './form-set.js';
import { Parts } from './parts.js';
import { CODE_BYTES, CODE_UNDECIDED, codeAt, NO_CODE, PERCENT } from './percent.js';
import { type FoundField, Search } from './search.js';
import { Window } from './window.js';

/** The bytes to decode at a time: most forms are decided by then. */
const STEP_BYTES = 64;

/** Bytes with percent-encoding decoded, from the first form that may contain a code. */
export class DecodedRun {
  /** Nothing that holds a code is undecided any more. */
  isOver = false;
  readonly #window = new Window();
  readonly #search: Search;
  readonly #parts = new Parts();
  /** Offset in the decoded bytes after the last code. */
  #codeEnd = 0;
  #held = 0;
  #rawEnd: number;

  /** `bytes`: the beginning of a form, at `offset` of the stream, right before a percent sign. */
  constructor(forms: FormSet, bytes: Buffer, offset: number) {
    this.#search = new Search(forms);
    this.#rawEnd = offset + bytes.length;
    if (bytes.length === 0) return;
    this.#parts.add(0, offset, 1);
    this.#window.append(bytes);
    this.#window.own();
  }

  get steps(): number {
    return this.#search.steps;
  }

  /** Offset in the stream of the first place that is not decided. */
  get held(): number {
    return this.#held === this.#window.end ? this.#rawEnd : this.#parts.startOf(this.#held);
  }

  /** Offset in the stream after the last code. */
  get codeEnd(): number {
    return this.#parts.endOf(this.#codeEnd);
  }

  /** Decodes some of what is at `offset` of the stream; gives the offset after it. `isLast`: nothing follows. */
  advance({ bytes, base }: Window, offset: number, isLast: boolean, found: FoundField): number {
    const step = Buffer.allocUnsafe(STEP_BYTES);
    let at = offset - base;
    let length = 0;
    let isPending = false;
    while (length < STEP_BYTES && at < bytes.length) {
      const byte = bytes[at] as number;
      let code = byte === PERCENT ? codeAt(bytes, at) : NO_CODE;
      isPending = code === CODE_UNDECIDED && !isLast;
      if (isPending) break;
      if (code === CODE_UNDECIDED) code = NO_CODE;
      const width = code === NO_CODE ? 1 : CODE_BYTES;
      this.#parts.add(this.#window.end + length, base + at, width);
      step[length] = code === NO_CODE ? byte : code;
      at += width;
      length += 1;
      if (code !== NO_CODE) this.#codeEnd = this.#window.end + length;
    }
    this.#rawEnd = base + at;
    if (length > 0) this.#window.append(step.subarray(0, length));
    this.#searchOn(isLast && at === bytes.length, found);
    this.isOver = !isPending && this.#held >= this.#codeEnd;
    return base + at;
  }

  /** Nothing follows. */
  finish(found: FoundField): void {
    this.#searchOn(true, found);
  }

  #searchOn(isLast: boolean, found: FoundField): void {
    this.#held = this.#search.run(this.#window, this.#window.end, isLast, (start, end) => {
      found(this.#parts.startOf(start), this.#parts.endOf(end));
    });
    this.#window.release(this.#held);
    this.#parts.release(Math.min(this.#held, this.#codeEnd - 1));
  }
}
