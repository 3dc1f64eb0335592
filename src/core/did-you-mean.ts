import { printable, unicodePattern } from './printable.js';

/** Neither a letter nor a digit. */
const NEITHER = unicodePattern(/[^A-Za-z0-9]/g, '[^\\p{L}\\p{N}]');

/** The known name nearest to a wanted one, when it is near enough to be what was meant. */
export function closestMatch(wanted: string, known: Iterable<string>): string | undefined {
  const simple = (text: string): string => text.toLowerCase().replaceAll(NEITHER(text), '');
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 4)) + 1;
  for (const name of known) {
    const isSame = simple(name) === simple(wanted) && simple(name) !== '';
    // The distance is at least the difference in length, and takes time as the product of both.
    if (!isSame && Math.abs(name.length - wanted.length) >= bestDistance) continue;
    const distance = isSame ? 0 : editDistance(name.toLowerCase(), wanted.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best === undefined ? undefined : printable(best);
}

/** Letters to add, leave out, change, or exchange with their neighbour, to get from one text to the other. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwapped ? (before[j - 2] ?? Number.POSITIVE_INFINITY) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(substitute, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
