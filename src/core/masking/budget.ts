import { SeguraError } from '../errors.js';
import type { FoundField } from '../requests/found-field.js';
import type { Text } from '../text.js';
import { jsonLeaves } from './json-leaves.js';

/**
 * What one run may mask. Beyond these limits, no runner can search its lines for the masks, and making them would take
 * longer than a cancelled job has left. A JSON document with more leaves is data, not credentials.
 */
export const MAX_MASKED = {
  values: 10_000,
  characters: 2 * 1024 * 1024,
  leaves: 10_000,
  lines: 20_000,
  masks: 350_000,
  bytes: 176 * 1024 * 1024,
} as const;

/** The limit for one value. Its forms are made without a pause, and a signal must wait for that. */
const MAX_CHARACTERS_OF_ONE = 1024 * 1024;

type Measure = keyof typeof MAX_MASKED;

const WORDS: Readonly<Record<Measure, string>> = {
  values: '10,000 values',
  characters: '2 MB of values, and 1 MB of one',
  leaves: '10,000 texts and numbers in JSON',
  lines: '20,000 lines',
  masks: '350,000 masks',
  bytes: '176 MB of masks',
};

/** Counts what a run masks. The cost of a value is known before its forms are made. */
export class MaskBudget {
  readonly #spent: Record<Measure, number> = {
    ...{ values: 0, characters: 0, leaves: 0, lines: 0 },
    ...{ masks: 0, bytes: 0 },
  };
  #problem: SeguraError | undefined;

  /** Why masking stopped; undefined as long as everything was masked. */
  get problem(): SeguraError | undefined {
    return this.#problem;
  }

  /** Whether the forms of a value may be made. `remedy` is what to do when they may not. */
  admits(found: FoundField, remedy: () => Text): boolean {
    const value = found.value.reveal();
    const left = MAX_MASKED.leaves - this.#spent.leaves;
    if (value.length > MAX_CHARACTERS_OF_ONE)
      return this.#spend({ characters: MAX_MASKED.characters + 1 }, found, remedy);
    const costs = {
      values: 1,
      characters: value.length,
      leaves: leavesIn(value, left),
      lines: linesIn(value),
    };
    return this.#spend(costs, found, remedy);
  }

  /** Whether the forms of a value may be handed to the platform. */
  takes(forms: readonly string[], found: FoundField, remedy: () => Text): boolean {
    const bytes = forms.reduce((sum, form) => sum + Buffer.byteLength(form), 0);
    return this.#spend({ masks: forms.length, bytes }, found, remedy);
  }

  #spend(costs: Partial<Record<Measure, number>>, { source }: FoundField, remedy: () => Text): boolean {
    for (const [measure, cost = 0] of Object.entries(costs) as [Measure, number | undefined][]) {
      this.#spent[measure] += cost;
      if (this.#spent[measure] <= MAX_MASKED[measure]) continue;
      this.#problem ??= new SeguraError(
        'VALUE_TOO_LARGE',
        `With the value of ${source} there is more to mask than one run can handle. The limit is ${WORDS[measure]}.`,
        remedy(),
      );
    }
    return this.#problem === undefined;
  }
}

/** The least number of masks for a text of several lines. */
function linesIn(value: string): number {
  let count = 1;
  for (let at = value.indexOf('\n'); at !== -1; at = value.indexOf('\n', at + 1)) count += 1;
  return count === 1 ? 0 : count;
}

/** The number of texts and numbers in a value that is JSON. Counts no further than `most` + 1. */
function leavesIn(value: string, most: number): number {
  let count = 0;
  for (const _leaf of jsonLeaves(value)) {
    count += 1;
    if (count > most) break;
  }
  return count;
}
