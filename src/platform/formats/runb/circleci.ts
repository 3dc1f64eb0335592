import { type Format, lines } from '../format.js';
import { SH } from '../sh.js';
import { exportLine, printLine } from '../shell.js';

/** A script to source in a step: it appends `export` lines to what CircleCI has bash read before each later step. */
export const RUNB_CIRCLECI: Format = {
  check: SH.check,
  render: (assignments) =>
    lines(assignments.map((assignment) => `${printLine(exportLine(assignment))} >> "\${BASH_ENV:?}"`)),
};
