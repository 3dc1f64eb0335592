import { brokenWhere, checkNul, type Format, hexOf, lines } from '../format.js';
import { printLine } from '../shell.js';

const ESCAPES: Readonly<Record<string, string>> = { '\n': '|n', '\r': '|r' };

/**
 * A script to source in a step: it prints service messages that set environment variables of the steps after it.
 *
 * A parameter's value may refer to others as `%NAME%`. Whether `%%` stands for `%` in a value that a message sets is not
 * documented, so a value with two of them is rejected: it would be right in one case and wrong in the other.
 * Source: jetbrains.com/help/teamcity, "Service Messages" and "Configuring Build Parameters";
 * JetBrains/teamcity-hashicorp-vault-plugin issue 28, the same seen with secrets.
 */
export const RUNB_TEAMCITY: Format = {
  check: (assignments) => [
    ...checkNul(assignments),
    ...brokenWhere(
      assignments,
      (value) => /%[\s\S]*%/.test(value),
      'has two percent signs, and TeamCity would read the text between them as the name of a parameter',
    ),
  ],
  render: (assignments) =>
    lines(
      assignments.map(({ name, value }) =>
        printLine(`##teamcity[setParameter name='env.${name}' value='${escapeValue(value)}']`),
      ),
    ),
};

function escapeValue(value: string): string {
  return value
    .replaceAll(/[|'[\]]/g, '|$&')
    .replaceAll(/[^\x20-\x7e]/g, (char) => ESCAPES[char] ?? `|0x${hexOf(char)}`);
}
