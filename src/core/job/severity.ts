import type { ReleaseFailure } from '../custody/ledger-data.js';

/** What main was told that a failure is to the job, from a state as it was found: one that is broken may still say it. */
export function severityIn(state: string): ReleaseFailure {
  // A quote inside a text of the state has a backslash before it.
  return state.includes('"releaseFailure":"fail"') ? 'fail' : 'warn';
}
