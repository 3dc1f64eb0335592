import type { SeguraError } from '../../errors.js';
import type { Masking } from '../../masking/masker.js';
import type { Clock, Platform } from '../../ports.js';
import type { Client } from '../../vault/client.js';
import type { Application } from '../../vault/dsm.js';

/** What a step saves values with. */
export interface SavingParts {
  readonly client: Client;
  /** Host and port of the vault, for the audit. */
  readonly vault: string;
  /** The application whose own login writes; undefined for the login of the client. */
  readonly application: Application | undefined;
  readonly platform: Pick<Platform, 'info' | 'warning' | 'files'>;
  readonly masking: Masking;
  readonly clock: Clock;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
}

/** Values of this job on their way into DSM secrets. */
export interface Saver {
  readonly problems: readonly SeguraError[];
  /** Masks the values that are known already: those of variables. */
  hide(masking: Masking): void;
  /**
   * Reads the files, masks their values, and writes everything. Each secret is written once and read back.
   *
   * Errors (together, as Problems): INPUT_INVALID, FILE_REFUSED, those of planSecret, CHANGE_UNCERTAIN, and what the vault
   * rejects a change with.
   */
  save(parts: SavingParts): Promise<void>;
}
