import { type Format, lines, refuseNul } from './format.js';
import { exportLine } from './shell.js';

/**
 * `export NAME='…'` lines for a POSIX shell, sourced or by `eval "$(…)"`.
 *
 * `$(…)` takes the newlines off the end of the whole text: behind the last quote, so no value loses its own. Without the
 * double quotes around it, `eval` gets the text in words, and a value with spaces or line ends is another one.
 */
export const SH: Format = {
  refusals: refuseNul,
  render: (assignments) => lines(assignments.map(exportLine)),
};
