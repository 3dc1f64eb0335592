import type { ReleaseFailure } from '../custody/ledger-data.js';

/** The `release-failure` of main, from a state as it was found: even a damaged state may still say it. */
export function severityIn(state: string): ReleaseFailure {
  // A quote inside a text of the state has a backslash before it.
  return state.includes('"releaseFailure":"fail"') ? 'fail' : 'warn';
}
