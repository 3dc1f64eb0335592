import './azure-quiet.js';
import { brokenOff } from '../core/release.js';
import { Secret } from '../core/secret.js';
import type { Result, StateName } from '../platform/azure.js';
import { readClientSecret, readReleaseFailure } from '../platform/azure-inputs.js';
import { azure, giveBack, leave, start, states } from './azure-task.js';

// A job that is being cancelled signals its post steps too: they use what time they are left.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const) process.on(signal, () => undefined);

/** Nothing holds post longer than this, whatever hangs. */
const HARD_STOP_MS = 58_000;
setTimeout(() => void breakOff(), HARD_STOP_MS).unref();

start(async () => {
  const clientSecret = new Secret(readClientSecret());
  let result: Result = 'Succeeded';
  for (const state of ['files', 'ledger'] as const satisfies readonly StateName[]) {
    if (states[state] === '') continue;
    const { problems, severity } = await giveBack(states[state], clientSecret);
    for (const problem of problems) azure.report(problem, severity === 'fail' ? 'error' : 'warning');
    if (problems.length > 0 && result !== 'Failed')
      result = severity === 'fail' ? 'Failed' : 'SucceededWithIssues';
  }
  return result;
}, breakOff);

function breakOff(error?: unknown): Promise<never> {
  const isFailure = readReleaseFailure() === 'fail';
  for (const problem of brokenOff(error)) azure.report(problem, isFailure ? 'error' : 'warning');
  return leave(isFailure ? 'Failed' : 'SucceededWithIssues');
}
