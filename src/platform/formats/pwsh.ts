import { checkNul, type Format, hexOf, lines } from './format.js';

/**
 * One `$env:NAME = …` line for each variable, for `… | Out-String | Invoke-Expression`, or line by line.
 *
 * PowerShell takes ‘ ’ ‚ ‛ for single quotes, decodes what a program prints by the console's code page, and splits it
 * into lines at CR and at LF. So only printable ASCII stands between quotes; all else, quotes too, is a UTF-16 unit by
 * its number. The parts are joined by `-join`, since a long chain of `+` is a deep tree for PowerShell.
 *
 * An empty value: PowerShell before 7.5 removes the variable, as it cannot hold an empty one.
 */
export const PWSH: Format = {
  check: checkNul,
  render: (assignments) => lines(assignments.map(({ name, value }) => `$env:${name} = ${expression(value)}`)),
};

function expression(value: string): string {
  const parts = [...value.matchAll(/[\x20-\x26\x28-\x7e]+|[\s\S]/g)].map(([part]) =>
    isPlainWord(part) ? `'${part}'` : `[char]0x${hexOf(part)}`,
  );
  if (parts.length === 0) return "''";
  return parts.length === 1 && isPlainWord(value) ? (parts[0] ?? '') : `-join (${parts.join(',')})`;
}

function isPlainWord(text: string): boolean {
  return /^[\x20-\x26\x28-\x7e]+$/.test(text);
}
