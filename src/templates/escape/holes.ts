import { randomInt } from 'node:crypto';

/** An output in a rendered text, where a mark stands for it until it is known how its place is written. */
export interface Hole {
  readonly value: string;
  /** What its last filter wrote for the format of the target; it is one whole value there. */
  readonly literal: string | undefined;
  /** Its filters, by name. */
  readonly filters: readonly string[];
  /** Its place in the template, as the first words of a sentence. */
  readonly where: () => string;
}

/** Marks of one rendering: digits, or letters and digits, that stand for values wherever a format takes a word. */
export class Holes {
  readonly #prefix: string;
  readonly #holes: Hole[] = [];
  readonly #filled = new Set<Hole>();

  /** `beside`: a text in which no mark may be by chance. `isName`: marks begin with a letter, and not with a digit. */
  constructor(beside: string, isName: boolean) {
    do {
      const digits = Array.from({ length: 3 }, () => randomInt(100_000, 1_000_000)).join('');
      this.#prefix = `${isName ? 'S' : '9'}${digits}`;
    } while (beside.includes(this.#prefix));
  }

  add(hole: Hole): string {
    this.#holes.push(hole);
    return `${this.#prefix}${String(this.#holes.length - 1).padStart(8, '0')}`;
  }

  get all(): readonly Hole[] {
    return this.#holes;
  }

  isIn(text: string): boolean {
    return text.includes(this.#prefix);
  }

  /** The holes of a text that is nothing but marks; undefined for any other. */
  only(text: string): readonly Hole[] | undefined {
    if (!this.isIn(text) || text.replaceAll(this.#pattern, '') !== '') return undefined;
    return this.in(text);
  }

  in(text: string): readonly Hole[] {
    return [...text.matchAll(this.#pattern)].map(([, index]) => this.#holeOf(index));
  }

  /** The length of the mark that begins at an offset of a text, or 0. */
  startsAt(text: string, offset: number): number {
    return text.startsWith(this.#prefix, offset) ? this.#prefix.length + 8 : 0;
  }

  /** A text with something else for each mark; those are filled from then on. */
  fill(text: string, write: (hole: Hole) => string): string {
    return this.#replaced(text, (hole) => {
      this.#filled.add(hole);
      return write(hole);
    });
  }

  /** A text as it reads with the values in it, or what else `show` makes of each hole. */
  read(text: string, show = ({ value }: Hole): string => value): string {
    return this.#replaced(text, show);
  }

  /** Those whose place no value can have. */
  get left(): readonly Hole[] {
    return this.#holes.filter((hole) => !this.#filled.has(hole));
  }

  #replaced(text: string, write: (hole: Hole) => string): string {
    if (!this.isIn(text)) return text;
    return text.replaceAll(this.#pattern, (_mark, index: string) => write(this.#holeOf(index)));
  }

  get #pattern(): RegExp {
    return new RegExp(`${this.#prefix}(\\d{8})`, 'g');
  }

  #holeOf(index: string | undefined): Hole {
    return this.#holes[Number(index)] as Hole;
  }
}
