import type { Inputs } from '../../core/job/inputs.js';
import type { RunParts } from '../../core/job/run-parts.js';
import type { IdentitySource } from '../../core/vault/auth/identity-source.js';
import type { Connection } from '../../core/vault/connection/connection.js';
import { systemClock } from '../../platform/process/clock.js';
import type { TerminalRun } from '../../platform/terminal/terminal-run.js';
import { reachOf } from './connect.js';
import { endOfJob } from './end-of-job.js';
import type { SecretsRunParts } from './secrets-run-parts.js';

/** How long to wait after a signal for the answer to a pending read: with the answer, one release is enough. */
const ANSWER_GRACE_MS = 2_000;

/** What the job of one command works with. */
export function runPartsOf(
  { terminal, stop, keys, world }: SecretsRunParts,
  connection: Connection,
  identity: IdentitySource,
  inputs: Inputs,
  platform: TerminalRun,
): RunParts {
  const jobEndsAtMs = endOfJob(world.environment);
  const leases = { jobEndsAtMs, ...inputs.custody.leases };
  return {
    inputs: { ...inputs, custody: { ...inputs.custody, leases } },
    platform,
    clock: systemClock,
    signal: stop,
    answerGraceMs: ANSWER_GRACE_MS,
    connection,
    keys,
    reach: reachOf(terminal),
    identity,
  };
}
