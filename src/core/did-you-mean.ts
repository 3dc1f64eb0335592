import { printable, unicodePattern } from './printable.js';

/** Neither a letter nor a digit. */
const NEITHER = unicodePattern(/[^A-Za-z0-9]/g, '[^\\p{L}\\p{N}]');

const simple = (text: string): string => text.toLowerCase().replaceAll(NEITHER(text), '');

/** Lists of names that were asked before: whoever asks often gives the same list again. */
const asked = new WeakMap<object, NameIndex | 'once'>();

/** The known name nearest to a wanted one, when it is near enough to be what was meant. A list must not change afterwards. */
export function closestMatch(wanted: string, known: Iterable<string> & object): string | undefined {
  const before = asked.get(known);
  const index = before === 'once' ? new NameIndex([...known]) : before;
  asked.set(known, index ?? 'once');
  const most = Math.max(1, Math.floor(wanted.length / 4));
  const best = index === undefined ? nearestOf(wanted, known, most) : index.nearest(wanted, most);
  return best === undefined ? undefined : printable(best);
}

function nearestOf(wanted: string, known: Iterable<string>, most: number): string | undefined {
  const [text, plain] = [wanted.toLowerCase(), simple(wanted)];
  let best: string | undefined;
  let bestDistance = most + 1;
  for (const name of known) {
    const isSame = plain !== '' && simple(name) === plain;
    const other = name.toLowerCase();
    // The distance is at least the difference in length, and takes time as the product of both.
    if (!isSame && Math.abs(other.length - text.length) >= bestDistance) continue;
    const distance = isSame ? 0 : editDistance(other, text);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Many names in the order of their letters: what begins alike is compared once, and left out at once where it is too far. */
class NameIndex {
  readonly #names: readonly string[];
  /** The first name of each simple text. */
  readonly #same = new Map<string, number>();
  readonly #sorted: readonly { readonly text: string; readonly at: number }[];
  /** How many letters each sorted name has in common with the one before. */
  readonly #shared: readonly number[];

  constructor(names: readonly string[]) {
    this.#names = names;
    for (const [at, name] of names.entries()) {
      const key = simple(name);
      if (key !== '' && !this.#same.has(key)) this.#same.set(key, at);
    }
    this.#sorted = names
      .map((name, at) => ({ text: name.toLowerCase(), at }))
      .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : a.at - b.at));
    this.#shared = this.#sorted.map(({ text }, index) => sharedBy(text, this.#sorted[index - 1]?.text ?? ''));
  }

  nearest(wanted: string, most: number): string | undefined {
    // A search for what is very near takes the least time, and often finds it.
    const at = this.#same.get(simple(wanted)) ?? this.#search(wanted, 1) ?? this.#search(wanted, most);
    return at === undefined ? undefined : this.#names[at];
  }

  /** Of the names at the least distance, the first one. The rows are those of editDistance, one for each letter of a name. */
  #search(wanted: string, most: number): number | undefined {
    const text = wanted.toLowerCase();
    const rows = [Array.from({ length: text.length + 1 }, (_, index) => index)];
    let [best, limit]: [number | undefined, number] = [undefined, most];
    for (let index = 0; index < this.#sorted.length; index += 1) {
      const { text: name, at } = this.#sorted[index] as { text: string; at: number };
      let depth = this.#shared[index] ?? 0;
      let isNear = true;
      for (; isNear && depth < name.length; depth += 1) {
        const row = nextRow(rows[depth] ?? [], rows[depth - 1] ?? [], [name, depth], text);
        rows[depth + 1] = row;
        isNear = Math.min(...row) <= limit;
      }
      const distance = isNear ? (rows[name.length]?.[text.length] ?? 0) : Number.POSITIVE_INFINITY;
      if (distance < limit || (distance === limit && at < (best ?? Number.POSITIVE_INFINITY)))
        [best, limit] = [at, distance];
      // Whatever begins with the same letters is as far.
      if (!isNear) while ((this.#shared[index + 1] ?? 0) >= depth) index += 1;
    }
    return best;
  }
}

function sharedBy(a: string, b: string): number {
  let count = 0;
  while (count < a.length && a[count] === b[count]) count += 1;
  return count;
}

/** Letters to add, leave out, change, or exchange with their neighbour, to get from one text to the other. */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i += 1) [before, row] = [row, nextRow(row, before, [a, i], b)];
  return row[b.length] ?? 0;
}

/** The distances of the first letters of `a`, with that at `i`, from each beginning of `b`; `row` and `before`: with one and two less. */
function nextRow(
  row: readonly number[],
  before: readonly number[],
  [a, i]: readonly [string, number],
  b: string,
): number[] {
  const next = [i + 1];
  for (let j = 1; j <= b.length; j += 1) {
    const substitute = (row[j - 1] ?? 0) + (a[i] === b[j - 1] ? 0 : 1);
    const isSwapped = i > 0 && j > 1 && a[i] === b[j - 2] && a[i - 1] === b[j - 1];
    const swap = isSwapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
    next.push(Math.min(substitute, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
  }
  return next;
}
