import { UsageError } from '../../options/usage-error.js';
import { lastOf, type NounCall } from '../verb.js';

const DEFAULT_TIMEOUT_SECONDS = 60;
const MAX_TIMEOUT_SECONDS = 86_400;

/** The command of the user that sets what is new where it is used, and tries it. */
export interface Verify {
  /** A line for the shell; empty for none. */
  readonly line: string;
  /** How long it may take each time that it runs. */
  readonly timeoutMs: number;
}

/** What `--verify` and `--verify-timeout` say. Errors: UsageError. */
export function verifyOf(call: NounCall): Verify {
  const line = lastOf(call, 'verify');
  const given = lastOf(call, 'verify-timeout');
  if (call.context.arguments.options.has('verify-timeout') && line === '')
    throw new UsageError('Option --verify-timeout is for --verify.', 'Leave it out, or give both.');
  const seconds = /^\d{1,5}$/.test(given) ? Number(given) : given === '' ? DEFAULT_TIMEOUT_SECONDS : 0;
  if (seconds < 1 || seconds > MAX_TIMEOUT_SECONDS)
    throw new UsageError(
      `Option --verify-timeout is not a whole number of seconds from 1 to ${MAX_TIMEOUT_SECONDS}.`,
      `Write --verify-timeout ${DEFAULT_TIMEOUT_SECONDS}.`,
    );
  return { line, timeoutMs: seconds * 1_000 };
}
