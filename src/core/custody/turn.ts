import { type CustodyClaim, entryOf, isSame, type UseRecord } from './account.js';
import type { CustodyEntry } from './ledger-data.js';

/** What post releases in its turn, and what it leaves. */
export interface Turn {
  readonly entries: readonly CustodyEntry[];
  /** Used by a step whose post runs later and releases it, or kept on purpose. */
  readonly left: readonly CustodyEntry[];
  /** Those of `left` that a step keeps beyond the job: no post releases them. */
  readonly kept: readonly CustodyEntry[];
  /** Uses that hold something and whose posts should already have run, but did not. */
  readonly overdue: readonly UseRecord[];
  /** What is released here on their behalf, by the names that they used. */
  readonly takenOver: readonly string[];
  /** Another post had the same state before: the runner passed one state to two posts. */
  readonly isRepeated: boolean;
}

/**
 * Posts run in the reverse order of their main steps. So the posts of uses that began earlier have not run yet, and release
 * what both hold. A use that began later and is still recorded as running has lost its post or its state, and what it
 * holds is released here. The first use of a job leaves nothing to any other, so everything ends with it.
 *
 * Only what is certainly the same credential is left to another use: otherwise no one would release it. `isRetry`: an
 * earlier attempt of a task, while main steps still run, leaves custody to every other use and takes nothing over.
 */
export function turnOf(
  custody: readonly CustodyEntry[],
  records: readonly UseRecord[],
  use: string | undefined,
  isRetry = false,
): Turn {
  const at = records.findIndex((each) => each.use === use);
  const isRepeated = records[at]?.state === 'ended';
  const unreleased = custody.filter((entry) => !isReleased(entry, records[at]));
  const stays = records.filter(
    ({ state }, index) =>
      index !== at && (state === 'kept' || (state === 'running' && (isRetry || (index < at && !isRepeated)))),
  );
  const overdue =
    at === -1 || isRetry
      ? []
      : records.filter(
          ({ state, claims }, index) =>
            state === 'running' && claims.length > 0 && index !== at && (index > at || isRepeated),
        );
  const isHeldBy = (uses: readonly UseRecord[], entry: Pick<CustodyClaim, 'credential' | 'id'>): boolean =>
    uses.some(({ claims }) => claims.some((claim) => claim.isHeld && isSame(claim, entry)));
  const isCounted = (entry: Pick<CustodyClaim, 'credential' | 'id'>): boolean => isHeldBy(stays, entry);
  const keeping = stays.filter(({ state }) => state === 'kept');
  const left = unreleased.filter(isCounted);
  const own = unreleased.filter((entry) => !left.includes(entry));
  const orphans = overdue
    .flatMap(({ claims }) => claims.map(entryOf))
    .filter((entry) => !isCounted(entry) && !own.some((each) => isSame(each, entry)));
  const entries = [...own, ...distinct(orphans)];
  const lost = overdue.flatMap(({ claims }) => claims).filter((claim) => !isCounted(claim));
  return {
    entries,
    left,
    kept: left.filter((entry) => isHeldBy(keeping, entry)),
    overdue,
    takenOver: [...new Set(lost.map(({ credential }) => credential))],
    isRepeated,
  };
}

/** Custody that was released once is not released again: another job may hold it by now. */
function isReleased(entry: CustodyEntry, record: UseRecord | undefined): boolean {
  const isNamed = record?.claims.some((claim) => isSame(claim, entry)) ?? false;
  if (record?.state === 'ended') return !isNamed;
  return record?.state === 'taken-over' && isNamed;
}

function distinct(entries: readonly CustodyEntry[]): CustodyEntry[] {
  return entries.filter((entry, index) => entries.findIndex((each) => isSame(each, entry)) === index);
}
