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
  readonly waiting: { readonly head: HereDocument; readonly level: Level }[] = [];
  readonly #found: Quoting[] = [];
  #isUnsure = false;
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
    return this.#isUnsure || this.#at >= this.text.length;
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
    const isKnown = this.levels.length === 1 && this.waiting.length === 0 && !this.#isUnsure;
    return isKnown ? this.#found : this.#found.map(() => 'nowhere');
  }

  /** A character, by how far it is from here. */
  char(distance = 0): string {
    return this.text.charAt(this.#at + distance);
  }

  agree(isAlike: boolean): void {
    if (!isAlike) this.#isUnsure = true;
  }

  /** The same for where commands begin. Outside of quotes and expansions, a `)` changes no quoting, whatever it ends. */
  know(isKnown: boolean): void {
    if (!isKnown) this.agree(this.levels.every(({ quoting }) => quoting === 'bare'));
  }

  /** Goes on to an offset; every mark on the way has that quoting. */
  pass(to: number, quoting: Quoting): void {
    // Shells differ in whether a line end between quotes begins a here-document.
    if (this.waiting.length > 0) this.agree(!this.text.slice(this.#at, to).includes('\n'));
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
    if (quoting === 'bare' && commands.isWordStart) this.know(commands.word());
  }

  /** Such a part as a whole, with its end if shells agree on one. */
  token(end: number | undefined, quoting: Quoting): void {
    this.part();
    this.agree(end !== undefined);
    this.pass(end ?? this.text.length, quoting);
  }

  open(inner: Level, length: number): void {
    this.part();
    this.agree(this.levels.length < MAX_LEVELS);
    this.levels.push(inner);
    this.#at += length;
  }

  close(): void {
    const closed = this.levels.pop() as Level;
    this.agree(this.waiting.every(({ level }) => level !== closed));
    this.#at += closed.end.length;
  }
}
