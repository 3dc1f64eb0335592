import { SeguraError } from '../../core/errors.js';
import { FreeNames } from '../../core/requests/free-names.js';
import { type Assignment, checkNul, type Format, lines } from './format.js';
import { exportLine } from './shell.js';

/** Variables that a shell keeps for itself: it takes another value without a word, or stops. `BASH*` is any ending. */
const KEPT_BY_SHELLS =
  /^(?:_|UID|EUID|PPID|GROUPS|S?RANDOM|SECONDS|EPOCHSECONDS|EPOCHREALTIME|LINENO|BASH.*|FUNCNAME|DIRSTACK|OPTIND|OPTARG|OPTERR|HISTCMD|PIPESTATUS|COMP_.*|TMOUT)$/;

/**
 * `export NAME='…'` lines for a POSIX shell, sourced or by `eval "$(…)"`.
 *
 * `$(…)` takes the newlines off the end of the whole text: behind the last quote, so no value loses its own. Without the
 * double quotes around it, `eval` gets the text in words, and a value with spaces or line ends is another one.
 */
export const SH: Format = {
  check: (assignments) => [...checkNul(assignments), ...keptNames(assignments)],
  render: (assignments) => lines(assignments.map(exportLine)),
};

/** True for a variable that a shell does not let be set. */
export function isKeptByShells(name: string): boolean {
  return KEPT_BY_SHELLS.test(name);
}

/** Why names cannot be variables of a shell, each with one that can. */
export function keptNames(assignments: readonly Assignment[]): SeguraError[] {
  const free = new FreeNames(assignments.map(({ name }) => name));
  return assignments
    .filter(({ name }) => isKeptByShells(name))
    .map(
      ({ name, source }) =>
        new SeguraError(
          'NAME_RESERVED',
          `${source} would be the variable ${name}, which shells reserve.`,
          `Give it another name: ${source} > ${free.one(`MY_${name}`)}`,
        ),
    );
}
