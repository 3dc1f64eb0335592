import { isSteering, labelled, toVariableName } from './variable-names.js';

const NOTHING: ReadonlySet<string> = new Set();

/** Names for the lines of remedies: each is legal, steers nothing, and is given to nothing else. */
export class FreeNames {
  readonly #taken: Set<string>;
  readonly #given = new Set<string>();
  /** By its text, the number from which on a wish may be free: those before are taken, and none becomes free again. */
  readonly #next = new Map<string, number>();

  constructor(taken: Iterable<string>) {
    this.#taken = new Set([...taken].map(nameKey));
  }

  /** `wish` as a name, in another way where it is taken. `but`: keys of names that are free for this one, although taken. */
  one(wish: string, but = NOTHING): string {
    return this.#first({ base: toVariableName(keepingDigit(wish)) || 'NAME', end: '', labels: [''] }, but);
  }

  /** `wish` as what stands before each label; no two of the labels make one name. */
  prefix(wish: string, labels: readonly string[], but = NOTHING): string {
    const base = toVariableName(keepingDigit(wish)).replace(/_*$/, '');
    return this.#first({ base, end: '_', labels: labels.length === 0 ? ['X'] : labels }, but);
  }

  /** Takes a name that was given elsewhere. */
  take(name: string): void {
    this.#given.add(nameKey(name));
  }

  #first({ base, end, labels }: Wish, but: ReadonlySet<string>): string {
    for (const start of base === '' ? ['MY'] : [base, `MY_${base}`]) {
      const wish = JSON.stringify([start, end, ...labels]);
      const next = this.#next.get(wish) ?? 1;
      for (const number of numbers(next, numbersIn(but, start))) {
        const found = `${start}${number === 1 ? '' : `_${number}`}${end}`;
        const names = labels.map((label) => labelled(found, label));
        // No number helps where a whole prefix steers; our own frees every name.
        if (names.some(isSteering)) break;
        const keys = names.map(nameKey);
        if (keys.some((key) => this.#isTaken(key, but))) continue;
        for (const key of keys) this.#given.add(key);
        if (number >= next) this.#next.set(wish, number + 1);
        return found;
      }
    }
    throw new Error('every name steers programs');
  }

  #isTaken(key: string, but: ReadonlySet<string>): boolean {
    return this.#given.has(key) || (this.#taken.has(key) && !but.has(key));
  }
}

/** What is wished for: a number goes between the base and the end, and the labels behind them. */
interface Wish {
  readonly base: string;
  readonly end: string;
  readonly labels: readonly string[];
}

/** First those of `own` that come before `next`, then all from that on. */
function* numbers(next: number, own: readonly number[]): Generator<number> {
  yield* own.filter((number) => number < next).sort((one, other) => one - other);
  for (let number = next; ; number += 1) yield number;
}

/** The numbers behind `start` in those keys. */
function numbersIn(keys: ReadonlySet<string>, start: string): number[] {
  const before = nameKey(start);
  return [...keys].flatMap((key) =>
    key.startsWith(before) ? [Number(/^_(\d{1,9})/.exec(key.slice(before.length))?.[1] ?? 1), 1] : [],
  );
}

/** The same key for two names that GitHub's expressions, Windows or an agent of Azure Pipelines treat as one. */
export function nameKey(name: string): string {
  return name.toUpperCase().replaceAll('.', '_');
}

/** A wish that begins with a digit keeps it: for 241, `_241` is easier to recognize than `_41`. */
function keepingDigit(wish: string): string {
  return wish.replace(/^(?=[0-9])/, '_');
}
