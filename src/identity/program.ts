import { codeOf, SeguraError } from '../core/errors.js';
import { throwIfCancelled } from '../core/pace.js';
import type { Text } from '../core/text.js';
import { timeLimit } from '../core/time-limit.js';
import { OddReply } from '../core/transport.js';
import { unavailable } from './claims.js';
import type { IdentityContext } from './provider.js';

/**
 * The output of a program that fetches a token, without white space around it.
 *
 * Errors: IDENTITY_UNAVAILABLE, its cause an OddReply where the program ran and failed: who releases custody tries again;
 * CANCELLED.
 */
export async function askProgram(
  command: readonly [program: string, ...args: string[]],
  remedy: Text,
  { run, clock, limits }: IdentityContext,
): Promise<string> {
  const [program, ...args] = command;
  const options = args.findIndex((each) => each.startsWith('-'));
  const shown = [program, ...args.slice(0, options === -1 ? args.length : options)].join(' ');
  const leftMs = Math.min(limits.timeoutMs, limits.deadlineAtMs - clock.nowMs());
  const limit = timeLimit(Math.max(0, Math.ceil(leftMs)), limits.signal, clock);
  try {
    const { status, stdout } = await run(program, args, limit.signal);
    if (status === 0) return stdout.trim();
    throw unavailable(
      `"${shown}" failed (${status === undefined ? 'by a signal' : `exit code ${status}`}).`,
      remedy,
      new OddReply(),
    );
  } catch (error) {
    throwIfCancelled(limits.signal);
    if (error instanceof SeguraError && !limit.signal.aborted) throw error;
    if (limit.signal.aborted) throw unavailable(`"${shown}" took too long.`, remedy, new OddReply());
    throw unavailable(`"${shown}" could not be run (${codeOf(error)}).`, remedy, error);
  } finally {
    limit.lift();
  }
}
