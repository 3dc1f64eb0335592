/** Items by a key of theirs, in their order: a look at one key takes no look at all the others. */
export function groupedBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const all = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const same = all.get(key);
    if (same === undefined) all.set(key, [item]);
    else same.push(item);
  }
  return all;
}
