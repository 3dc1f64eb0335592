/**
 * Whether a stream gets colours: FORCE_COLOR decides where it is set, then NO_COLOR, then whether a terminal shows them.
 *
 * Sources: no-color.org; force-color.org; nodejs.org, "FORCE_COLOR".
 */
export function isColored(
  isTerminal: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const force = environment['FORCE_COLOR'] ?? '';
  if (force !== '') return force !== '0' && force.toLowerCase() !== 'false';
  if ((environment['NO_COLOR'] ?? '') !== '') return false;
  return isTerminal && environment['TERM'] !== 'dumb';
}
