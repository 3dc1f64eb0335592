import { onceForEach } from '../lookup/once-for-each.js';

/** Known names, and by the same text in Unicode all that have it. */
const indexOf = onceForEach((names: readonly string[]) => {
  const byNormal = new Map<string, Set<string>>();
  for (const name of names) {
    const normal = name.normalize('NFC');
    byNormal.set(normal, (byNormal.get(normal) ?? new Set()).add(name));
  }
  return { names: new Set(names), byNormal };
});

/** Names with different code points than `wanted` that are the same text in Unicode, and to a reader. */
export function twinsOf(wanted: string, known: readonly string[]): string[] {
  const all = indexOf(known).byNormal.get(wanted.normalize('NFC')) ?? [];
  return [...all].filter((name) => name !== wanted);
}

/** The name that is meant: `wanted` where it is known, else its one twin. */
export function knownAs(wanted: string, known: readonly string[]): string {
  if (indexOf(known).names.has(wanted)) return wanted;
  const [twin, ...others] = twinsOf(wanted, known);
  return twin === undefined || others.length > 0 ? wanted : twin;
}
