import type { Clock, Platform } from '../ports.js';
import type { IdentitySource } from '../vault/auth/identity-source.js';
import type { Reach } from '../vault/client.js';
import type { Connection } from '../vault/connection/connection.js';
import type { Inputs } from './inputs.js';
import type { OwnKeys } from './login/open-client.js';
import type { EarlierTry } from './preflight.js';

export interface RunParts {
  readonly inputs: Inputs;
  readonly platform: Platform;
  readonly clock: Clock;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  /** How long a cancellation waits for the reply to a read that may take custody. Absent if the platform leaves no time. */
  readonly answerGraceMs?: number;
  readonly connection: Connection;
  readonly reach: Reach;
  readonly identity: IdentitySource;
  readonly keys?: OwnKeys | undefined;
  /** Set if the platform runs a failed step again. */
  readonly earlier?: EarlierTry | undefined;
}
