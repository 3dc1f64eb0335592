import { isSteering, labelled, toVariableName } from './variable-names.js';

/** Names for the lines of remedies: each is legal, steers nothing, and is given to nothing else. */
export class FreeNames {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set([...taken].map(nameKey));
  }

  /** `wish` as a name, in another way where it is taken. */
  one(wish: string): string {
    return this.#first(toVariableName(keepingDigit(wish)) || 'NAME', '', ['']);
  }

  /** `wish` as what stands before each label; no two of the labels make one name. */
  prefix(wish: string, labels: readonly string[]): string {
    return this.#first(
      toVariableName(keepingDigit(wish)).replace(/_*$/, ''),
      '_',
      labels.length === 0 ? ['X'] : labels,
    );
  }

  #first(base: string, end: string, labels: readonly string[]): string {
    for (const start of base === '' ? ['MY'] : [base, `MY_${base}`]) {
      for (let number = 1; ; number += 1) {
        const found = `${start}${number === 1 ? '' : `_${number}`}${end}`;
        const names = labels.map((label) => labelled(found, label));
        // No number helps where a whole prefix steers; our own frees every name.
        if (names.some(isSteering)) break;
        if (names.some((name) => this.#taken.has(nameKey(name)))) continue;
        for (const name of names) this.#taken.add(nameKey(name));
        return found;
      }
    }
    throw new Error('every name steers programs');
  }
}

/** The same key for two names that GitHub's expressions, Windows or an agent of Azure Pipelines treat as one. */
export function nameKey(name: string): string {
  return name.toUpperCase().replaceAll('.', '_');
}

/** A wish that begins with a digit keeps it: for 241, `_241` is easier to recognize than `_41`. */
function keepingDigit(wish: string): string {
  return wish.replace(/^(?=[0-9])/, '_');
}
