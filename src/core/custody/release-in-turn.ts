import type { Clock, Platform } from '../ports.js';
import type { Secret } from '../secret.js';
import { heldAs, heldName } from '../vault/leases/held-name.js';
import type { CustodyEntry, LedgerData } from './ledger-data.js';
import type { Receipt } from './release.js';
import { LATE_READ_MS, mayComeLate, next } from './transitions.js';
import { type Turn, turnOf } from './turn.js';
import { type Account, Uses } from './uses.js';

export interface TurnParts {
  /** The key of the account; undefined for a login that has none. */
  readonly key: Secret | undefined;
  readonly platform: Pick<Platform, 'info' | 'warning' | 'debug' | 'uses'>;
  readonly clock: Clock;
  readonly deadlineAtMs: number;
  readonly isRetry?: boolean;
  readonly isOneOfSeveral?: boolean;
}

const NEVER = new AbortController().signal;

/**
 * Releases by `walk` what no other step of the job still uses. Gives the receipts of what may still be held. For an earlier
 * attempt of a step, also those that the account could not drop: posts of later steps may leave their custody to it.
 */
export async function inTurn(
  data: LedgerData,
  parts: TurnParts,
  walk: (entries: readonly CustodyEntry[]) => Promise<Receipt[]>,
): Promise<readonly Receipt[]> {
  const { platform, key, isRetry = false } = parts;
  const { use } = data;
  if (platform.uses === undefined || use === undefined || key === undefined)
    return failedOf(await walk(data.custody));
  const { clock, deadlineAtMs } = parts;
  const counted = { store: platform.uses, use, of: data, key };
  const uses = new Uses({ ...counted, log: platform, clock, deadlineAtMs, signal: NEVER });
  return uses.exclusively(async (account) => {
    const turn = turnOf(data.custody, account?.records ?? [], use, isRetry);
    tell(turn, data, account, parts);
    const receipts = turn.entries.length > 0 ? await walk(turn.entries) : [];
    await outlast(turn.left, parts);
    const failed = failedOf(receipts);
    const custody = failed.map(({ entry }) => entry);
    // All attempts of a step are one use: the next attempt continues it.
    const own = { state: isRetry ? 'running' : 'ended', custody } as const;
    const isWritten = account !== undefined && uses.write(after(account, turn, custody.length > 0), own);
    if (!isRetry || isWritten) return failed;
    return data.custody.flatMap(
      (entry) => failed.find((each) => each.entry === entry) ?? asLeft(entry, clock.nowMs()),
    );
  });
}

/** Released, but kept in the ledger: another release only costs a harmless request. */
function asLeft(entry: CustodyEntry, atMs: number): Receipt[] {
  const left = next(entry, { type: 'left', credential: entry.credential, atMs });
  return left === undefined ? [] : [{ entry: left, result: 'unsure' }];
}

function failedOf(receipts: readonly Receipt[]): Receipt[] {
  return receipts.filter(({ error }) => error !== undefined);
}

function tell(turn: Turn, data: LedgerData, account: Account | undefined, parts: TurnParts): void {
  const { left, kept, takenOver, isRepeated } = turn;
  const { platform, isOneOfSeveral = false } = parts;
  for (const entry of left) {
    const why = kept.includes(entry)
      ? 'another step of this job keeps it on purpose, and no post releases it'
      : 'another step of this job uses it, and its post releases it';
    platform.info(`${heldAs(entry.credential)} stays: ${why}`);
  }
  const others = takenOver.map(heldName).join(', ');
  if (isRepeated && isOneOfSeveral) {
    platform.info('Another post of this job has released what this state names.');
  } else if (isRepeated) {
    platform.warning(
      `The runner passed one state to two post steps, so the state of another step is lost. What that step took may still be held, and its files may still be there. ${others === '' ? 'The account of this job names nothing that is held.' : `The account of this job names what is held, and it is released here: ${others}.`}`,
    );
  } else if (others !== '') {
    platform.warning(
      `The post of a later step did not release what that step took. It is released here: ${others}.`,
    );
  }
  const hasRead = data.custody.some(({ state }) => state !== 'asked');
  if (account !== undefined && account.own === undefined && hasRead) {
    platform.warning(
      'The account of what the steps of this job hold is missing. This step releases what it took, even if another step still uses it.',
    );
  }
}

/** The vault may carry out late a read that was given up. Whoever releases the credential next must come after that. */
async function outlast(left: readonly CustodyEntry[], { clock, deadlineAtMs }: TurnParts): Promise<void> {
  const nowMs = clock.nowMs();
  if (left.some((entry) => mayComeLate(entry, nowMs)))
    await clock.sleep(Math.min(LATE_READ_MS, Math.max(0, deadlineAtMs - nowMs)), NEVER);
}

/** The other records after this turn. A use with something that could not be released stays for the posts that follow. */
function after({ records }: Account, { overdue }: Turn, isFailed: boolean): Pick<Account, 'records'> {
  return {
    records: records.map((each) =>
      overdue.includes(each) && !isFailed ? { ...each, state: 'taken-over' } : each,
    ),
  };
}
