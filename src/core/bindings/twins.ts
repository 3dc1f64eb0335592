/** Names with different code points than `wanted` that are the same text in Unicode, and to a reader. */
export function twinsOf(wanted: string, known: Iterable<string>): string[] {
  const normal = wanted.normalize('NFC');
  const twins = new Set<string>();
  for (const name of known) if (name !== wanted && name.normalize('NFC') === normal) twins.add(name);
  return [...twins];
}

/** The name that is meant: `wanted` where it is known, else its one twin. */
export function knownAs(wanted: string, known: Iterable<string>): string {
  const names = [...known];
  if (names.includes(wanted)) return wanted;
  const [twin, ...others] = twinsOf(wanted, names);
  return twin === undefined || others.length > 0 ? wanted : twin;
}
