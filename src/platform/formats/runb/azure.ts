import { AZURE, azureCommands } from '../azure.js';
import { type Format, lines } from '../format.js';
import { printLine } from '../shell.js';

/**
 * A script to source in a step: it prints the logging commands that hide every mask and set the variables.
 *
 * Under `set -x` the shell prints its own form of each command first, which the agent takes for the command.
 */
export const RUNB_AZURE: Format = {
  check: AZURE.check,
  render: (assignments, masks) =>
    assignments.length === 0 ? '' : lines(azureCommands(assignments, masks).map(printLine)),
};
