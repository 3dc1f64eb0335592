/** With these Node prints what it starts, reads and writes: environments and data, by names that may hold wildcards. */
const VARIABLES = ['NODE_DEBUG', 'NODE_DEBUG_NATIVE'] as const;

/** The variables that make Node print what no mask hides; most often none. */
export function nodeDebugIn(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return VARIABLES.filter((name) => (environment[name] ?? '') !== '');
}

/** The warning of a run that continues anyway; undefined when nothing is set. */
export function nodeDebugWarning(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const names = nodeDebugIn(environment);
  if (names.length === 0) return undefined;
  return `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} set: Node prints what it starts, reads and writes, and masks do not hide all of that. Unset ${names.length === 1 ? 'it' : 'them'} before secrets are fetched.`;
}
