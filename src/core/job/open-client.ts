import type { Masking } from '../masking/masker.js';
import type { Clock, Log } from '../ports.js';
import { clientSecretAuth } from '../vault/auth/client-secret.js';
import { Client, type Reach } from '../vault/client.js';
import type { Connection } from '../vault/connection/connection.js';
import type { Inputs } from './inputs.js';

export interface OpeningParts {
  readonly connection: Connection;
  readonly reach: Reach;
  readonly clock: Clock;
  readonly log: Log;
  readonly masking: Masking;
  readonly deadlineAtMs: number;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  readonly answerGraceMs?: number | undefined;
}

/** A client as the inputs say, with all that it logs in with masked; to be closed. */
export function openClient(
  { login, endpoints, limits }: Pick<Inputs, 'login' | 'endpoints' | 'limits'>,
  parts: OpeningParts,
): Promise<Client> {
  const { connection, reach, clock, log, masking, deadlineAtMs, signal, answerGraceMs } = parts;
  const { timeoutMs, retries } = limits;
  return Client.open({
    connection,
    reach,
    auth: clientSecretAuth(login.clientId, login.clientSecret),
    endpoints,
    limits: { timeoutMs, retries, deadlineAtMs, signal, answerGraceMs },
    clock,
    log,
    hide: (secret, user) => masking.maskCredential(secret, user),
  });
}
