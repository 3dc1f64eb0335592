import type { Clock, Log } from '../ports.js';
import type { Credential } from '../vault/credential.js';
import type { Pam } from '../vault/pam.js';
import type { Ledger } from './ledger.js';
import type { CustodyEntry } from './ledger-data.js';
import { type Receipt, releaseCustody } from './release.js';
import type { Shared, Uses } from './uses.js';

/** The parts that releasing custody needs. */
export interface CustodyParts {
  readonly pam: Pick<Pam, 'read' | 'release'>;
  readonly ledger: Ledger;
  /** Where the platform counts the uses of one job. */
  readonly uses?: Uses | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  readonly custodyWaitMs: number;
  /** No wait goes beyond it. */
  readonly deadlineAtMs: number;
  /** Resolves when everything that the ledger saved has left this process. */
  readonly flush: () => Promise<void>;
  /** Called with each credential before anything else can see it. */
  readonly onRead: (name: string, credential: Credential) => void;
}

/**
 * Releases what the ledger holds, with one attempt each. What is then left in the ledger is for post.
 *
 * So is what another step of this job may rely on: its values are in use, and a release can change the password.
 */
export async function releaseAll(
  parts: Pick<CustodyParts, 'ledger' | 'uses' | 'clock'> & {
    /** Opens the client for the release only when its turn has come, so that its time limits do not run before. */
    readonly open: () => Promise<Pick<CustodyParts, 'pam' | 'signal'>>;
  },
): Promise<{ receipts: readonly Receipt[]; shared: readonly Shared[] }> {
  const { ledger, uses, clock, open } = parts;
  // If the account of the job may still say that this step holds it, post releases it again: a later step may have left
  // its own custody of it to this step. Otherwise post must not: another job may hold it by then.
  const release = async (entries: readonly CustodyEntry[], isLetGo: boolean): Promise<Receipt[]> => {
    const { pam, signal } = await open();
    return releaseCustody(entries, {
      pam,
      clock,
      signal,
      lateReadWaitsMs: [],
      onReceipt: ({ entry, result }) => {
        const isOver = result === 'released' || result === 'not-held';
        if (isLetGo || !isOver)
          ledger.note({ type: result, credential: entry.credential, atMs: clock.nowMs() });
      },
    });
  };
  if (uses === undefined) return { receipts: await release(ledger.custody, true), shared: [] };
  return uses.apart(
    ledger.custody,
    () => ledger.custody,
    async ({ own, shared, isLetGo }) => ({ receipts: await release(own, isLetGo), shared }),
  );
}
