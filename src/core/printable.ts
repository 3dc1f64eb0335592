/**
 * A name from elsewhere, fit for one line of a log: no control characters, nothing that a CI system reads as a command
 * (`::` and `##[` of GitHub, `##vso[` of Azure), no more than 200 characters.
 */
export function printable(text: string): string {
  return printableUpTo(200, text);
}

/** The same with another limit, for what has to be copied whole. */
export function printableUpTo(most: number, text: string): string {
  const line = text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
    .replaceAll(/:(?=:)/g, ': ')
    .replaceAll(/#(?=#)/g, '# ');
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
