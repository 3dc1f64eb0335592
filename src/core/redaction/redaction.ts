import { anchorsOf } from './anchors.js';
import { DecodedText } from './decoded-text.js';
import { FormSet } from './form-set.js';
import { piecesOf } from './forms.js';
import { JoinedLines } from './lines/joined-lines.js';
import { LineEndFinder } from './lines/line-end-finder.js';
import { Search } from './search.js';
import { Stretches } from './stretches.js';
import { Window } from './window.js';

/** This much of a chunk is copied to the held bytes. That mostly decides them, and the rest is not copied. */
const SEAM_BYTES = 512;
/** Above this number, parts are copied into one: each part costs the writer more than its bytes do. */
const MAX_PARTS = 64;
const MASK = Buffer.from('***');

/** The texts to hide, compiled once. Any number of streams can share them. */
export class Redaction {
  readonly forms: FormSet;
  /** Those that a tool may have wrapped; undefined when there are none. */
  readonly wrapped: FormSet | undefined;

  /** `forms`: texts of any length, in any order, those of several lines as their lines. */
  constructor(forms: Iterable<string>) {
    const { all, wrapped } = piecesOf(forms);
    this.forms = new FormSet(all, wrapped.flatMap(anchorsOf));
    this.wrapped = wrapped.length === 0 ? undefined : new FormSet(wrapped, []);
  }
}

/**
 * One stream, with every occurrence of every form hidden.
 *
 * All bytes of an occurrence are hidden; occurrences that overlap or touch are one, and each becomes one `***`. All
 * other bytes pass as they are, UTF-8 or not. What comes out does not depend on how the stream is divided into chunks.
 *
 * Any bytes of a form may be percent-encoded.
 *
 * A form of at least 8 encoded characters (letters, digits, `+/_=-`) is also found when it is wrapped: a soft line end may
 * be between any two of its characters. That is LF or CRLF right after at least 16 encoded characters of the stream, as
 * they came in, hidden or not. An indent or quotation marks may follow it: up to 64 of space, tab and `>|#*`. All of this
 * is hidden with the form.
 *
 * Bytes are held back only from the first place where everything that follows may be the beginning of a form.
 */
export class Redactor {
  readonly #window = new Window();
  readonly #search: Search;
  readonly #lineEnds = new LineEndFinder();
  readonly #lines: JoinedLines | undefined;
  readonly #decoded: DecodedText;
  readonly #stretches = new Stretches();
  /** Offset in the stream up to which the last `***` that was passed on stands for it. */
  #hiddenTo = -1;

  constructor({ forms, wrapped }: Redaction) {
    this.#search = new Search(forms);
    this.#decoded = new DecodedText(forms);
    this.#lines = wrapped === undefined ? undefined : new JoinedLines(wrapped);
  }

  /** Steps of comparison so far, for tests. */
  get steps(): number {
    return this.#search.steps + this.#decoded.steps + (this.#lines?.steps ?? 0);
  }

  /**
   * What can be passed on, in order; the chunk itself when nothing of it is hidden or held.
   *
   * The parts belong together: a writer should cork, because separate writes take longer than the search itself.
   */
  push(chunk: Buffer): Buffer[] {
    if (chunk.length === 0) return [];
    const window = this.#window;
    if (window.bytes.length === 0 || chunk.length < 2 * SEAM_BYTES) {
      window.append(chunk);
      return fewOf(this.#passOn(false));
    }
    window.append(chunk.subarray(0, SEAM_BYTES));
    const seam = this.#passOn(false);
    if (!window.adopt(chunk, SEAM_BYTES)) window.append(chunk.subarray(SEAM_BYTES));
    return fewOf([...seam, ...this.#passOn(false)]);
  }

  /** The rest; what was held is the beginning of a form at most. */
  end(): Buffer[] {
    return fewOf(this.#passOn(true));
  }

  #passOn(isLast: boolean): Buffer[] {
    const window = this.#window;
    const found = (start: number, end: number): void => this.#stretches.add(start, end);
    const lineEnds = this.#lines === undefined ? undefined : this.#lineEnds;
    const visit = lineEnds && ((at: number): void => lineEnds.lookAround(window, at));
    const searched = this.#search.run(window, window.end, isLast, found, visit);
    const joined = this.#lines?.run(window, this.#lineEnds.take(), isLast, found) ?? searched;
    const decoded = this.#decoded.run(window, isLast, found);
    const held = isLast ? window.end : Math.min(searched, joined, decoded);
    const parts = this.#partsUpTo(held);
    this.#lines?.release(window, held);
    window.release(held);
    return parts;
  }

  #partsUpTo(offset: number): Buffer[] {
    const { bytes, base } = this.#window;
    const parts: Buffer[] = [];
    const whole = this.#window.end;
    const pass = (from: number, to: number): void => {
      if (from < to)
        parts.push(from === base && to === whole ? bytes : bytes.subarray(from - base, to - base));
    };
    for (const [start, end] of this.#stretches.take(offset)) {
      if (start > this.#hiddenTo) {
        pass(Math.max(base, this.#hiddenTo), start);
        parts.push(MASK);
      }
      this.#hiddenTo = Math.max(this.#hiddenTo, end);
    }
    pass(Math.max(base, this.#hiddenTo), offset);
    return parts;
  }
}

function fewOf(parts: Buffer[]): Buffer[] {
  return parts.length > MAX_PARTS ? [Buffer.concat(parts)] : parts;
}
