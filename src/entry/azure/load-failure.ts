import type { ErrorCode } from '../../core/error-codes.js';
import { codeOf } from '../../core/errors.js';

export interface LoadFailure {
  readonly code: ErrorCode;
  readonly what: string;
  readonly error: unknown;
  readonly remedy: string;
}

/**
 * Tells why a step could not even be loaded, and ends it with a result and exit code 0.
 *
 * The Azure library, which writes all else that an agent reads, is what did not load: it keeps a key in the agent's
 * temporary folder, for instance. The message of the error may quote anything, its code does not.
 */
export function endUnloaded(
  { code, what, error, remedy }: LoadFailure,
  result: 'Failed' | 'SucceededWithIssues',
): void {
  const kind = codeOf(error).replaceAll(/\W/g, '');
  const type = result === 'Failed' ? 'error' : 'warning';
  process.exitCode = 0;
  process.stdout.write(
    `##vso[task.issue type=${type}]${code}: ${what} (${kind}).%0A${remedy}\n##vso[task.complete result=${result}]\n`,
  );
}
