import { SeguraError } from '../../core/errors.js';
import { throwIfCancelled } from '../../core/pace.js';
import { isInCi } from '../exec/in-ci.js';
import { isUntrustedJob } from './untrusted.js';
import { isGiven, type NounCall } from './verb.js';

/**
 * Makes sure that a change is wanted: by `--yes`, by a job of a CI system that runs for its own repository, or by a person
 * at the terminal. True when a person was asked, which may have taken long.
 *
 * `what` is a sentence without names of values, such as "Update the secret app/db: 2 fields change".
 * Errors: NOT_CONFIRMED, CANCELLED.
 */
export async function confirm(call: NounCall, what: string): Promise<boolean> {
  const { world, signals } = call.context;
  const isCi = isInCi(world.environment);
  const isUntrusted = isUntrustedJob(world.environment);
  if (isGiven(call, 'yes') || (isCi && !isUntrusted)) return false;
  const answer = isCi ? undefined : await world.ask(`${what}. Go on? [y/N] `, signals.stop);
  throwIfCancelled(signals.stop);
  if (answer !== undefined && /^\s*y(?:es)?\s*$/i.test(answer)) return true;
  const why = isUntrusted
    ? 'This job runs for a fork or for Dependabot, so a change has to be confirmed in the command itself.'
    : answer === undefined
      ? 'There is no terminal to ask at whether to go on.'
      : 'The question was not answered with yes.';
  throw new SeguraError(
    'NOT_CONFIRMED',
    `${what}: not sent. ${why}`,
    'Add --yes to go on without a question, or --dry-run to see what would be sent.',
  );
}
