import type { Clock, Log } from '../ports.js';
import type { Credential } from '../vault/credential.js';
import type { Pam } from '../vault/pam.js';
import type { Ledger } from './ledger.js';
import type { Uses } from './uses.js';

/** What custody is taken and released with. */
export interface CustodyParts {
  readonly pam: Pam;
  readonly ledger: Ledger;
  /** Where the platform counts the uses of one job. */
  readonly uses?: Uses | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  readonly custodyWaitMs: number;
  /** No wait goes past it. */
  readonly deadlineAtMs: number;
  /** Resolves when what the ledger saved has left this process. */
  readonly flush: () => Promise<void>;
  /** Called with each credential before anything else can see it. */
  readonly onRead: (name: string, credential: Credential) => void;
}
