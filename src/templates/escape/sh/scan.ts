import { type Doubt, reserved, unclosed } from './doubts.js';
import type { HereDocument } from './here-documents.js';
import { type Level, lowest, type Quoting } from './levels.js';

/** Scripts of people have a few. Each level costs the time of a look at the ones around it. */
const MAX_LEVELS = 100;

/** Where one reading of a script is. Whatever shells do not read alike makes all of it unsure. */
export class Scan {
  readonly text: string;
  readonly markAt: (offset: number) => number;
  readonly isOld: boolean;
  readonly levels: Level[];
  /** The here-documents whose bodies begin at the next line. */
  readonly waiting: { readonly head: HereDocument; readonly level: Level; readonly at: number }[] = [];
  readonly #found: Quoting[] = [];
  /** Where each of the levels begins. */
  readonly #starts: number[] = [0];
  #doubt: Doubt | undefined;
  #at = 0;

  /** `isOld`: as bash 3.2, which finds the end of `$(…)` without `case` and here-documents, and in quotes, comments. */
  constructor(text: string, markAt: (offset: number) => number, isOld: boolean) {
    this.text = text;
    this.markAt = markAt;
    this.isOld = isOld;
    this.levels = [lowest(isOld)];
  }

  /** Whether nothing more can be found out. */
  get isOver(): boolean {
    return this.isUnsure || this.#at >= this.text.length;
  }

  get isUnsure(): boolean {
    return this.#doubt !== undefined;
  }

  get at(): number {
    return this.#at;
  }

  /** The innermost of the open levels. */
  get level(): Level {
    return this.levels.at(-1) as Level;
  }

  /** The quoting of each mark, at the end. */
  get quotings(): readonly Quoting[] {
    return this.doubt === undefined ? this.#found : this.#found.map(() => 'nowhere');
  }

  /** What has been found so far, whatever comes of it. */
  get found(): readonly Quoting[] {
    return this.#found;
  }

  /** Why a script has none, at the end. */
  get doubt(): Doubt | undefined {
    const [, open] = this.levels;
    const [, at = 0] = this.#starts;
    if (this.#doubt !== undefined) return this.#doubt;
    if (open !== undefined) return { at, what: unclosed(open.end) };
    const [first] = this.waiting;
    return first && { at: first.at, what: 'a here-document without lines' };
  }

  /** A character, by how far it is from here. */
  char(distance = 0): string {
    return this.text.charAt(this.#at + distance);
  }

  /** `what` stands here, in the words of a person. */
  agree(isAlike: boolean, what: string): void {
    if (!isAlike) this.#doubt ??= { at: this.#at, what };
  }

  /** The same for where commands begin. Outside of quotes and expansions, a `)` changes no quoting, whatever it ends. */
  know(isKnown: boolean, what: string): void {
    if (!isKnown)
      this.agree(
        this.levels.every(({ quoting }) => quoting === 'bare'),
        what,
      );
  }

  /** Goes on to an offset; every mark on the way has that quoting. */
  pass(to: number, quoting: Quoting): void {
    // Shells differ in whether a line end between quotes begins a here-document.
    if (this.waiting.length > 0)
      this.agree(
        !this.text.slice(this.#at, to).includes('\n'),
        'a line that ends between quotes behind a here-document',
      );
    while (this.#at < to) {
      const length = this.markAt(this.#at);
      if (length > 0) this.#found.push(this.#quotingHere(quoting));
      this.#at += Math.max(1, length);
    }
  }

  #quotingHere(quoting: Quoting): Quoting {
    // In an expansion, shells differ.
    if (this.levels.some((level) => level.quoting === 'expansion')) return 'expansion';
    return quoting === 'double' && this.level.isModified ? 'parameter' : quoting;
  }

  /** A part of a word that is more than letters. */
  part(): void {
    const { quoting, commands } = this.level;
    if (quoting === 'bare' && commands.isWordStart) this.know(commands.word(), reserved(''));
  }

  /** Such a part as a whole, with its end if shells agree on one. */
  token(end: number | undefined, quoting: Quoting, what: string): void {
    this.part();
    this.agree(end !== undefined, what);
    this.pass(end ?? this.text.length, quoting);
  }

  open(inner: Level, length: number): void {
    this.part();
    this.agree(this.levels.length < MAX_LEVELS, `more than ${MAX_LEVELS} levels of quotes and parentheses`);
    this.levels.push(inner);
    this.#starts.push(this.#at);
    this.#at += length;
  }

  close(): void {
    const closed = this.levels.pop() as Level;
    this.#starts.pop();
    this.agree(
      this.waiting.every(({ level }) => level !== closed),
      'the end of what holds a here-document, in front of its lines',
    );
    this.#at += closed.end.length;
  }
}
