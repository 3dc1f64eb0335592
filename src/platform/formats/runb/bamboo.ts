import { checkNul, type Format, hexOf, lines } from '../format.js';

/**
 * Properties for Bamboo's task "Inject Bamboo variables"; a variable is `bamboo_inject_NAME` in the environment then.
 *
 * Assumption: the task reads the file by java.util.Properties, of which Atlassian's "How to use Backslashes in Injected
 * Variables" says no more than "Java libraries". All but printable ASCII is escaped, so the encoding it reads by does not
 * matter. In a `${bamboo.inject.NAME}` reference Bamboo takes backslashes away once more; in the environment it does not.
 */
export const RUNB_BAMBOO: Format = {
  check: checkNul,
  render: (assignments) => lines(assignments.map(({ name, value }) => `${name}=${escapeValue(value)}`)),
};

/** The first and the last space too: the one would be skipped, and the other someone may trim. */
function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll(/^ | $|[^\x20-\x7e]/g, (char) => `\\u${hexOf(char)}`);
}
