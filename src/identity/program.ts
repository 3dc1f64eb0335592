import { codeOf, SeguraError } from '../core/errors.js';
import { throwIfCancelled } from '../core/pace.js';
import type { Text } from '../core/text.js';
import { timeLimit } from '../core/time-limit.js';
import { OddReply } from '../core/transport.js';
import { unavailable } from './claims.js';
import type { IdentityContext } from './provider.js';

/** Why a program does not start that may start a moment later: the system is short of something, or replaces the program. */
const PASSING: readonly string[] = ['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM', 'EBUSY', 'ETXTBSY', 'ENOENT'];

/**
 * The output of a program that fetches a token, without white space around it.
 *
 * Errors: IDENTITY_UNAVAILABLE, its cause an OddReply where the program ran and failed, or another start may succeed: who
 * releases custody tries again; CANCELLED.
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
    const code = codeOf(error);
    const cause = PASSING.includes(code) ? new OddReply() : error;
    throw unavailable(`"${shown}" could not be run (${code}).`, remedy, cause);
  } finally {
    limit.lift();
  }
}
