import { problemsOf, SeguraError } from '../errors.js';
import type { Clock } from '../ports.js';
import { say } from '../text.js';
import { inFixedTime, RELEASE_REMEDY } from '../vault/custody-release.js';
import { heldAs, isLease } from '../vault/leases/held-name.js';
import type { Pam } from '../vault/pam.js';
import { isSame } from './account.js';
import type { CustodyEntry } from './ledger-data.js';
import { type CustodyEvent, mayComeLate } from './transitions.js';

/** For the first attempt of a release: one that hangs must not use up the time of the others. */
export const FIRST_TIMEOUT_MS = 8_000;

export interface Receipt {
  readonly entry: CustodyEntry;
  /**
   * `not-held`: the vault says that this client does not hold it, or does not know it. `unsure`: the vault may still carry
   * out a read that got no reply. `failed`: it may still be held, for the reason in `error`.
   */
  readonly result: Extract<CustodyEvent['type'], 'released' | 'not-held' | 'unsure' | 'failed'>;
  readonly error?: SeguraError;
}

export interface ReleaseCustodyParts {
  readonly pam: Pick<Pam, 'release'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Waits before checking again for custody that may be taken late. Empty: such an entry stays unsure. */
  readonly lateReadWaitsMs: readonly number[];
  /** Called with each receipt as soon as there is one. */
  readonly onReceipt: (receipt: Receipt) => void;
}

type Outcome =
  | { result: Exclude<Receipt['result'], 'failed'> }
  | { result: 'failed'; problem: SeguraError | undefined };

/**
 * Releases every custody of `entries`, several at a time. One failure never strands the rest. Names that certainly mean
 * the same credential are one custody: it is released once, and each name gets that receipt.
 */
export async function releaseCustody(
  entries: readonly CustodyEntry[],
  parts: ReleaseCustodyParts,
): Promise<Receipt[]> {
  const receipts = new Map<CustodyEntry, Receipt>();
  await Promise.all(
    groupsOf(entries).map(async (group) => {
      const outcome = await releaseOne(merged(group), parts);
      for (const entry of group) {
        const receipt = receiptOf(entry, outcome);
        receipts.set(entry, receipt);
        parts.onReceipt(receipt);
      }
    }),
  );
  return entries.flatMap((entry) => receipts.get(entry) ?? []);
}

type Group = readonly [CustodyEntry, ...CustodyEntry[]];

function groupsOf(entries: readonly CustodyEntry[]): Group[] {
  return entries.reduce<Group[]>((groups, entry) => {
    const alike = groups.filter((group) => group.some((each) => isSame(each, entry)));
    const others = groups.filter((group) => !alike.includes(group));
    const [first = entry, ...more] = [...alike.flat(), entry];
    return [...others, [first, ...more]];
  }, []);
}

/** What is known about one credential under all its names; in doubt if one of them is. */
function merged(group: Group): CustodyEntry {
  const [first] = group;
  const doubts = group.flatMap(({ doubtedAtMs }) => doubtedAtMs ?? []);
  return {
    ...first,
    state: group.find(({ state }) => state !== 'held')?.state ?? 'held',
    id: group.find(({ id }) => id !== undefined)?.id,
    prefix: group.find(({ prefix }) => prefix !== undefined)?.prefix,
    doubtedAtMs: doubts.length === 0 ? undefined : Math.max(...doubts),
  };
}

function receiptOf(entry: CustodyEntry, outcome: Outcome): Receipt {
  const { result } = outcome;
  return result === 'failed'
    ? { entry, result, error: releaseFailed(entry, outcome.problem) }
    : { entry, result };
}

async function releaseOne(
  entry: CustodyEntry,
  { pam, clock, signal, lateReadWaitsMs }: ReleaseCustodyParts,
): Promise<Outcome> {
  // The vault may carry out a read without a reply after custody was released, even after a successful release: that
  // may have been the custody of another entry, if two names mean one credential. So one check is not enough.
  const isDoubted = mayComeLate(entry, clock.nowMs());
  let isReleased = false;
  try {
    for (const waitMs of [0, ...lateReadWaitsMs]) {
      if (waitMs > 0) await clock.sleep(waitMs, signal);
      const result = await pam.release(entry.id ?? entry.credential, entry.prefix, isDoubted);
      isReleased ||= result === 'released';
      if (!isDoubted || result === 'no-credential') break;
    }
  } catch (error) {
    const [problem] = problemsOf(error);
    return { result: 'failed', problem };
  }
  if (isDoubted && lateReadWaitsMs.length === 0) return { result: 'unsure' };
  return { result: isReleased ? 'released' : 'not-held' };
}

function releaseFailed(entry: CustodyEntry, problem: SeguraError | undefined): SeguraError {
  const reason = problem === undefined ? '' : say` ${problem.code}: ${problem.messageText}`;
  const what = heldAs(entry.credential).replace(/^./, (first) => first.toUpperCase());
  const verb = isLease(entry.credential) ? 'ended' : 'released';
  return new SeguraError(
    'RELEASE_FAILED',
    say`${what} could not be ${verb}.${reason}`,
    say`${RELEASE_REMEDY}${problem === undefined ? '' : say` ${inFixedTime(problem).remedyText}`}`,
    { cause: problem },
  );
}

/** The receipt in the log for custody that has ended; undefined if it may still be held. `keys`: those that are SSH keys. */
export function receiptLine(
  { entry, result }: Receipt,
  nowMs: number,
  keys: readonly string[] = [],
): string | undefined {
  const held = heldAs(entry.credential);
  const isOfLease = isLease(entry.credential);
  if (result === 'released') {
    const line = `${isOfLease ? 'ended' : 'released'} ${held} after ${duration(nowMs - entry.sinceMs)}`;
    return entry.changes ? `${line}; the vault may now change its password` : line;
  }
  if (result !== 'not-held') return undefined;
  // The read may never have been carried out, so no one else ended this custody.
  if (entry.state === 'asked' || keys.includes(entry.credential)) return `${held} was not held`;
  return isOfLease
    ? `${held} had ended already`
    : `${held} was not held any more: another job with this client id, or the vault, ended it first`;
}

/** A duration for people: `42 s`, `3 m 12 s`, `1 h 4 m`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} m ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}
