import { type Format, lines } from '../format.js';
import { addMask, GITHUB_ENV } from '../github-env.js';
import { printLine, shellQuote } from '../shell.js';

/** A script to source in a step: it has the runner hide every mask, then sets the variables for the steps after it. */
export const RUNB_GITHUB: Format = {
  check: GITHUB_ENV.check,
  render: (assignments, masks) => {
    if (assignments.length === 0) return '';
    // The runner answers a blank mask with a warning, and masks nothing.
    const told = masks.filter((mask) => mask.trim() !== '').map((mask) => printLine(addMask(mask)));
    const written = shellQuote(GITHUB_ENV.render(assignments, masks));
    return lines([...told, `printf '%s' ${written} >> "\${GITHUB_ENV:?}"`]);
  },
};
