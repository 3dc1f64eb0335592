import { SeguraError } from '../errors.js';
import { type Setting, say, settings, word } from '../text.js';
import { OR_TOGETHER } from '../vault/errors/credential-error.js';
import { type Inputs, MAX_DEADLINE_SECONDS } from './inputs.js';

/** A reasonable first wait, for a person or a short job to finish. */
const FIRST_WAIT_SECONDS = 60;
/** The part of the deadline for everything but the wait: with less, the step may end before the wait is over. */
const REST_SECONDS = 30;
/** The same, if the remedy offers a deadline too. */
const LONG_REST_SECONDS = 60;

const ONE_BY_ONE = word('put the jobs that share it in one `concurrency:` group');

/** The settings that limit the wait. */
interface WaitInputs {
  readonly custody: Pick<Inputs['custody'], 'waitMs'>;
  readonly limits: Pick<Inputs['limits'], 'deadlineMs'>;
}

/** The problem that another client holds custody, with settings for a longer wait that are accepted as they are. */
export function withWait(problem: SeguraError, { custody, limits }: WaitInputs): SeguraError {
  if (problem.code !== 'CUSTODY_HELD') return problem;
  const waited = custody.waitMs / 1_000;
  const most = MAX_DEADLINE_SECONDS - LONG_REST_SECONDS;
  const wait = Math.min(most, waited === 0 ? FIRST_WAIT_SECONDS : 2 * waited);
  if (wait <= waited) return problem;
  const needsDeadline = limits.deadlineMs / 1_000 < wait + REST_SECONDS;
  const all: Setting[] = [
    { key: 'custodyWait', value: String(wait) },
    ...(needsDeadline ? [{ key: 'deadline', value: String(wait + LONG_REST_SECONDS) } as const] : []),
  ];
  const wish = waited === 0 ? 'to wait for it' : 'to wait longer for it';
  return new SeguraError(
    problem.code,
    problem.messageText,
    say`${settings('Set', ...all)} ${wish}, ${ONE_BY_ONE}, ${OR_TOGETHER}`,
    { cause: problem },
  );
}
