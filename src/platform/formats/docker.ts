import { SeguraError } from '../../core/errors.js';
import { type Assignment, asFile, brokenWhere, checkNul, type Format, lines } from './format.js';

/** The longest line that Docker reads, its name and line end too. */
const MAX_LINE_BYTES = 64 * 1024 - 1;

/**
 * `NAME=value` lines for `docker run --env-file`, which takes a line as it is: no quotes, no escapes, no comments behind.
 *
 * Source: docker/cli, pkg/kvfile. It reads by Go's bufio.Scanner, which takes the CR before a line end away, and fails at a
 * line of 64 KiB.
 */
export const DOCKER: Format = {
  check: (assignments) => [
    ...checkNul(assignments),
    ...brokenWhere(
      assignments,
      (value) => /[\r\n]/.test(value),
      'has a line break, which docker run --env-file cannot read',
    ),
    ...assignments.filter((each) => Buffer.byteLength(`${line(each)}\n`) > MAX_LINE_BYTES).map(tooLong),
  ],
  render: (assignments) => lines(assignments.map(line)),
};

function line({ name, value }: Assignment): string {
  return `${name}=${value}`;
}

function tooLong(assignment: Assignment): SeguraError {
  return new SeguraError(
    'VALUE_TOO_LARGE',
    `The value of ${assignment.source} for ${assignment.name} is longer than a line that docker run --env-file reads (64 KB).`,
    asFile(assignment),
  );
}
