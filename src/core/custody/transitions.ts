import { LATE_READ_WAITS_MS } from '../assumptions.js';
import type { Prefix } from '../vault/pam.js';
import type { CustodyEntry } from './ledger-data.js';

/** What an entry stands for. `none`: there is no entry. `doubted` is `asked` with a try that was given up. */
export type CustodyState = 'none' | 'doubted' | CustodyEntry['state'];

/** What becomes of a custody. `replied` and `claimed` carry what the vault said of it. */
export interface CustodyEvent {
  readonly type: keyof typeof TRANSITIONS;
  /** As the request names it. */
  readonly credential: string;
  readonly atMs: number;
  readonly id?: string | undefined;
  readonly prefix?: Prefix | undefined;
}

/**
 * The one table of what an entry becomes: a row for each event, a column for the state before it.
 *
 * - `asked`: a round of reads is about to ask for it. What an earlier round left as asked may still be held.
 * - `leaves`: a request that may take custody leaves. Beside custody that is held it may be carried out by itself, late.
 * - `replied`: its reply came, so custody is ours.
 * - `claimed`: the reply for another credential says that it took this one. A read of its own may be under way.
 * - `refused`: the vault refused the request that left last, which took nothing.
 * - `not-taken`: no request of this round can have been carried out.
 * - `given-up`: a request got no answer and may still be carried out.
 * - `released`, `not-held`: the vault said so when custody was released, and nothing is held.
 * - `unsure`: it was released once, before a request that was given up could be carried out.
 * - `failed`: the release failed.
 * - `left`: it was released, but later steps may have left theirs to this one: it is released once more.
 * - `kept`: custody outlives the job on purpose.
 *
 * A doubt stays: after `given-up` and `unsure` an entry that is held keeps the time of the doubt beside its state.
 */
export const TRANSITIONS = {
  asked: { none: 'asked', asked: 'doubted', doubted: 'doubted', held: 'held', again: 'again' },
  leaves: { none: 'asked', asked: 'asked', doubted: 'doubted', held: 'again', again: 'again' },
  replied: { none: 'held', asked: 'held', doubted: 'held', held: 'held', again: 'held' },
  claimed: { none: 'held', asked: 'again', doubted: 'again', held: 'held', again: 'again' },
  refused: { none: 'none', asked: 'asked', doubted: 'doubted', held: 'held', again: 'held' },
  'not-taken': { none: 'none', asked: 'none', doubted: 'doubted', held: 'held', again: 'again' },
  'given-up': { none: 'doubted', asked: 'doubted', doubted: 'doubted', held: 'held', again: 'again' },
  released: { none: 'none', asked: 'none', doubted: 'none', held: 'none', again: 'none' },
  'not-held': { none: 'none', asked: 'none', doubted: 'none', held: 'none', again: 'none' },
  unsure: { none: 'none', asked: 'doubted', doubted: 'doubted', held: 'held', again: 'again' },
  failed: { none: 'none', asked: 'asked', doubted: 'doubted', held: 'held', again: 'again' },
  left: { none: 'none', asked: 'doubted', doubted: 'doubted', held: 'doubted', again: 'doubted' },
  kept: { none: 'none', asked: 'none', doubted: 'none', held: 'none', again: 'none' },
} as const satisfies Record<string, Record<CustodyState, CustodyState>>;

/** A vault may send any text as an id; one that no id is would only swell the state. */
export const MAX_ID_LENGTH = 20;

/** How long after it was given up a read may be carried out. */
export const LATE_READ_MS = LATE_READ_WAITS_MS.reduce((sum, waitMs) => sum + waitMs, 0);

export function stateOf(entry: CustodyEntry | undefined): CustodyState {
  if (entry === undefined) return 'none';
  return entry.state === 'asked' && entry.doubtedAtMs !== undefined ? 'doubted' : entry.state;
}

/** The entry after `event`, as TRANSITIONS says: undefined where nothing is held, the same object where nothing changed. */
export function next(entry: CustodyEntry | undefined, event: CustodyEvent): CustodyEntry | undefined {
  const { type, credential, atMs } = event;
  const before = stateOf(entry);
  const after = TRANSITIONS[type][before];
  if (after === 'none') return undefined;
  const isNewDoubt =
    type === 'given-up' || type === 'unsure' || (after === 'doubted' && before !== 'doubted');
  const hasReply = type === 'replied' || (type === 'claimed' && entry === undefined);
  if (entry !== undefined && after === before && !isNewDoubt && !hasReply) return entry;
  return {
    ...(entry ?? { credential, sinceMs: atMs }),
    state: after === 'doubted' ? 'asked' : after,
    ...(isNewDoubt ? { doubtedAtMs: atMs } : {}),
    ...(hasReply ? replyOf(entry, event) : {}),
  };
}

function replyOf(
  entry: CustodyEntry | undefined,
  { id, prefix, atMs }: CustodyEvent,
): Pick<CustodyEntry, 'id' | 'prefix' | 'sinceMs'> {
  const isId = id !== undefined && id.length <= MAX_ID_LENGTH;
  return { prefix: prefix ?? entry?.prefix, id: isId ? id : entry?.id, sinceMs: atMs };
}

/** Whether custody may still be taken after it was released: a read without a reply may be carried out late. */
export function mayComeLate({ state, doubtedAtMs }: CustodyEntry, nowMs: number): boolean {
  return state !== 'held' || (doubtedAtMs !== undefined && nowMs - doubtedAtMs < LATE_READ_MS);
}
