import { type CustodyClaim, entryOf, isSame, type UseRecord } from './account.js';
import type { CustodyEntry } from './ledger-data.js';

/** What post releases at its turn, and what it leaves. */
export interface Turn {
  readonly entries: readonly CustodyEntry[];
  /** In use by a step whose post comes later, which releases it, or kept on purpose. */
  readonly left: readonly CustodyEntry[];
  /** Those of `left` that a step keeps beyond the job: no post releases them. */
  readonly kept: readonly CustodyEntry[];
  /** Uses whose posts should have been here and were not, though they hold something. */
  readonly overdue: readonly UseRecord[];
  /** What of theirs is released here, by the names that they gave it. */
  readonly takenOver: readonly string[];
  /** Another post had the same state before: the runner handed one state to two. */
  readonly isRepeated: boolean;
}

/**
 * Posts run in the reverse order of their main steps. So the posts of uses that began earlier are still to come, and
 * release what both hold; uses that began later and still stand as running have lost their post, or its state, and what
 * they hold is released here. The first use of a job leaves nothing to any other, so everything ends with it.
 *
 * Only what is surely the same credential is left to another: what is not, would be released by no one. `isRetry`: an
 * earlier try of a task, while main steps still run, leaves to each other use and takes nothing over.
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

/** What is released once is not released again: another job may hold it by now. */
function isReleased(entry: CustodyEntry, record: UseRecord | undefined): boolean {
  const isNamed = record?.claims.some((claim) => isSame(claim, entry)) ?? false;
  if (record?.state === 'ended') return !isNamed;
  return record?.state === 'taken-over' && isNamed;
}

function distinct(entries: readonly CustodyEntry[]): CustodyEntry[] {
  return entries.filter((entry, index) => entries.findIndex((each) => isSame(each, entry)) === index);
}
