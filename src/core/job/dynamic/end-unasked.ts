import type { CustodyParts } from '../../custody/release-all.js';
import { codeOf } from '../../errors.js';
import type { Log } from '../../ports.js';
import { printable } from '../../printable.js';
import type { Client } from '../../vault/client.js';
import { endEach } from '../../vault/leases/deprovision.js';
import { isOwnPod, type Lease, nameOfLease } from '../../vault/leases/lease-name.js';

/** The time in which main ends what one request made unasked. Post ends the rest. */
const UNASKED_MS = 30_000;

/** A lease, and what the vault made for the same pod besides, unasked. */
export interface Unasked {
  readonly lease: Lease;
  /** What of that has not ended yet, as far as the reply has its numbers. */
  readonly others: readonly Lease[];
  /** Whether there is more, without a number: only post finds that. */
  readonly hasMore: boolean;
}

interface EndParts extends Pick<CustodyParts, 'ledger' | 'signal' | 'clock'> {
  readonly client: Client;
  readonly log: Pick<Log, 'info'>;
}

/**
 * Ends at once what the vault made beside a lease: one that reads no identity in the request provisions every secret that it
 * has. Gives whether that is done; what is left stays in the ledger, for post. A pod name that a user chose may have such
 * leases of another run, which are only told.
 */
export async function endUnasked(
  { lease, others, hasMore }: Unasked,
  { client, ledger, clock, log, signal }: EndParts,
): Promise<boolean> {
  if (others.length === 0 || hasMore || !isOwnPod(lease.pod) || signal.aborted) return false;
  const deadlineAtMs = Math.min(client.exchange.deadlineAtMs, clock.nowMs() + UNASKED_MS);
  const what = `${printable(lease.identity)}: the vault also provisioned what no one requested (${others.length})`;
  try {
    const { exchange, session } = await client.within({ deadlineAtMs, signal });
    await endEach(others, exchange, session);
  } catch (error) {
    log.info(`${what}, and not all of it could be ended now: ${codeOf(error)}`);
    return false;
  }
  const credential = nameOfLease({ ...lease, isOthers: true });
  ledger.note({ type: 'released', credential, atMs: clock.nowMs() });
  log.info(`${what}; these leases are ended`);
  return true;
}
