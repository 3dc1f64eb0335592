import { LATE_READ_WAITS_MS } from '../assumptions.js';
import type { Prefix } from '../vault/pam.js';
import type { CustodyEntry } from './ledger-data.js';

/** The state of an entry. `none`: there is no entry. `doubted` is `asked` with an attempt that was given up. */
export type CustodyState = 'none' | 'doubted' | CustodyEntry['state'];

/** What happens to a custody. `replied` and `claimed` carry what the vault said about it. */
export interface CustodyEvent {
  readonly type: keyof typeof TRANSITIONS;
  /** As the request names it. */
  readonly credential: string;
  readonly atMs: number;
  readonly id?: string | undefined;
  readonly prefix?: Prefix | undefined;
  readonly changes?: true | undefined;
}

/**
 * The only table of state changes: a row for each event, a column for the state before it.
 *
 * - `asked`: a round of reads is about to request it. What an earlier round left as asked may still be held.
 * - `leaves`: a request that may take custody is sent. If custody is already held, the vault may still carry it out late.
 * - `replied`: its reply arrived, so custody is ours.
 * - `claimed`: the reply for another credential says that it took this one. Its own read may be in progress.
 * - `refused`: the vault rejected the request that was sent last, which took nothing.
 * - `not-taken`: no request of this round can have been carried out.
 * - `given-up`: a request got no reply, and the vault may still carry it out.
 * - `released`, `not-held`: the reply of the vault to a release. Nothing is held.
 * - `unsure`: it was released, but the vault may carry out a request that was given up after that.
 * - `failed`: the release failed.
 * - `left`: it was released, but later steps may have left theirs to this one: it is released again.
 * - `kept`: custody outlives the job on purpose.
 *
 * A doubt stays: after `given-up` and `unsure`, an entry that is held keeps the time of the doubt with its state.
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

/** A vault may send any text as an id. A longer one is not an id, and would only bloat the state. */
export const MAX_ID_LENGTH = 20;

/** How long after a read was given up the vault may still carry it out. */
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
  { id, prefix, changes, atMs }: CustodyEvent,
): Pick<CustodyEntry, 'id' | 'prefix' | 'changes' | 'sinceMs'> {
  const isId = id !== undefined && id.length <= MAX_ID_LENGTH;
  const isChanged = changes ?? entry?.changes;
  return {
    prefix: prefix ?? entry?.prefix,
    id: isId ? id : entry?.id,
    ...(isChanged === undefined ? {} : { changes: isChanged }),
    sinceMs: atMs,
  };
}

/** Whether custody may still be taken after the release: the vault may carry out a read without a reply late. */
export function mayComeLate({ state, doubtedAtMs }: CustodyEntry, nowMs: number): boolean {
  return state !== 'held' || (doubtedAtMs !== undefined && nowMs - doubtedAtMs < LATE_READ_MS);
}
