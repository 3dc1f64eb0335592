import './before-library.js';
import { brokenOff } from '../../core/job/release.js';
import { severityIn } from '../../core/job/severity.js';
import { azure, leave, releaseCustody, start, state } from './task.js';

// A job that is being cancelled signals its post steps too: they use what time they are left.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const) process.on(signal, () => undefined);

/** Nothing holds post longer than this and a second for its last lines, whatever hangs. */
const HARD_STOP_MS = 58_000;
const LAST_LINES_MS = 1_000;
setTimeout(() => void breakOff(), HARD_STOP_MS).unref();

// No input is read: a variable that it names may hold another text by now.
const severity = severityIn(state);

start(async () => {
  const released = await releaseCustody(state, false);
  const isFailure = released.severity === 'fail';
  for (const problem of released.problems) azure.report(problem, isFailure ? 'error' : 'warning');
  if (released.problems.length === 0) return 'Succeeded';
  return isFailure ? 'Failed' : 'SucceededWithIssues';
}, breakOff);

function breakOff(error?: unknown): Promise<never> {
  const isFailure = severity === 'fail';
  for (const problem of brokenOff(error)) azure.report(problem, isFailure ? 'error' : 'warning');
  return leave(isFailure ? 'Failed' : 'SucceededWithIssues', LAST_LINES_MS);
}
