import { type UseRecord, unprovenRecords } from '../../custody/account.js';
import type { ReleaseFailure } from '../../custody/ledger-data.js';
import { SeguraError } from '../../errors.js';
import type { UseStore } from '../../ports.js';
import { heldName } from '../../vault/leases/held-name.js';

const MAX_NAMES = 50;

/** What post can still report if it got no state. */
export interface LostState {
  readonly problem: SeguraError;
  readonly severity: ReleaseFailure;
}

/**
 * Main saves a state before anything else. Without it, no one knows what main took, but the accounts of the job may name it.
 *
 * `wanted` is the input of post as it was found. It may be that of another action, or missing, so it can only raise the
 * severity. So can the severity in the account of a use.
 */
export function lostState(uses: UseStore | undefined, wanted: string): LostState {
  const records = (uses?.readAll() ?? []).flatMap(runningIn);
  const claimed = records.flatMap(({ claims }) => claims.map(({ credential }) => String(credential)));
  const names = [...new Set(claimed)].slice(0, MAX_NAMES).map(heldName);
  const held =
    names.length === 0
      ? 'What this step took into custody may still be held, and files that it wrote may still be there.'
      : `Unless another post of this job releases it, this may still be held: ${names.join(', ')}. Files that this step wrote may still be there.`;
  const isGrave =
    wanted.toLowerCase() === 'fail' || records.some(({ releaseFailure }) => releaseFailure === 'fail');
  return {
    problem: new SeguraError(
      'STATE_INVALID',
      `The runner passed no state to this post step. ${held}`,
      'Look in the vault for what this job holds, and release it there by hand.',
    ),
    severity: isGrave ? 'fail' : 'warn',
  };
}

function runningIn(account: string): UseRecord[] {
  return unprovenRecords(account).filter(({ state }) => state === 'running');
}
