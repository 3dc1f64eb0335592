import type { SeguraError } from '../../core/errors.js';
import { brokenOff, RELEASE_MS, type Released, release } from '../../core/job/release.js';
import { severityIn } from '../../core/job/severity.js';
import { lostState } from '../../core/job/state/lost-state.js';
import { connectionSecretsOf } from '../../http/proxy.js';
import { openTransport } from '../../http/transport.js';
import { readInputFile } from '../../platform/github/environment.js';
import { GitHub, STATE_NAME } from '../../platform/github/github.js';
import { jobSecretOf } from '../../platform/github/job-secret.js';
import { systemClock } from '../../platform/process/clock.js';
import { leaveProcess, onUnforeseen, outliveReaders } from '../../platform/process/output.js';
import { identityOf } from '../identity.js';
import { loadPart } from './parts.js';

// A job that is being cancelled signals its post steps too: they use what time they are left.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const) process.on(signal, () => undefined);

outliveReaders();

/** Nothing holds post longer than this and a second for its last lines, whatever hangs. */
const HARD_STOP_MS = 58_000;
const LAST_LINES_MS = 1_000;
/** For each state that comes after one which takes long. */
const RESERVED_MS = 10_000;

const environment = process.env;
const github = new GitHub(environment, process.platform);
// No input is read: in nested composite actions the runner hands post those of another level, or none.
const states = (environment[`STATE_${STATE_NAME}`] ?? '').split('\n').filter((each) => each !== '');
const readFile = (path: string): string => readInputFile(path, environment);
// Shared with the main step's bundle: the HTTP client is most of both.
const loadUndici = () =>
  loadPart(import(/* webpackIgnore: true */ './undici.js'), 'undici.js', {
    code: 'RELEASE_FAILED',
    meaning: ' What this job took into custody may still be held: release it by hand in the vault.',
  });
const releaseFailure = severityIn(states.join('\n'));

const breakOff = (error?: unknown): Promise<never> =>
  leave({ problems: brokenOff(error), severity: releaseFailure }, LAST_LINES_MS);
setTimeout(() => void breakOff(), HARD_STOP_MS).unref();
onUnforeseen(breakOff);

if (states.length === 0) {
  const { problem, severity } = lostState(github.uses, environment['INPUT_RELEASE-FAILURE'] ?? '');
  await leave({ problems: [problem], severity });
}
const problems: SeguraError[] = [];
const deadlineAtMs = systemClock.nowMs() + RELEASE_MS;
// Its own is the last; those before it are of uses that the runner took for the same step.
for (const [at, sealed] of states.reverse().entries())
  problems.push(...(await releaseOne(sealed, timeUpTo(states.length - 1 - at))));
await leave({ problems, severity: releaseFailure });

/** When a release must end with `later` states after it: a vault that is gone must not take the time of another. */
function timeUpTo(later: number): number {
  const leftMs = Math.max(0, deadlineAtMs - systemClock.nowMs());
  return deadlineAtMs - Math.min(later * RESERVED_MS, (leftMs * later) / (later + 1));
}

async function releaseOne(sealed: string, endsAtMs: number): Promise<readonly SeguraError[]> {
  const { problems: found } = await release({
    state: { sealed, run: github.run, isOneOfSeveral: states.length > 1 },
    releaseFailure,
    deadlineAtMs: endsAtMs,
    platform: github,
    forget: (trace) => github.forget(trace),
    clock: systemClock,
    readFile,
    identity: identityOf({
      environment,
      readFile,
      log: github,
      loadUndici,
      jobSecret: jobSecretOf(environment),
    }),
    reach: {
      connect: (connection) => openTransport(connection, loadUndici),
      secretsOf: connectionSecretsOf,
    },
  }).catch((error: unknown): Released => ({ problems: brokenOff(error), severity: releaseFailure }));
  return found;
}

/** What still hangs, a connection that is being made for instance, must not keep the job waiting. */
function leave(
  { problems: found, severity }: Pick<Released, 'problems' | 'severity'>,
  maxMs?: number,
): Promise<never> {
  for (const problem of found) github.report(problem, severity === 'fail' ? 'error' : 'warning');
  return leaveProcess(found.length > 0 && severity === 'fail' ? 1 : 0, maxMs);
}
