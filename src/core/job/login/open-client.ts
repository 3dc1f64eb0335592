import type { Masking } from '../../masking/masker.js';
import type { Clock, Log } from '../../ports.js';
import type { Secret } from '../../secret.js';
import { authOf } from '../../vault/auth/auth-of.js';
import type { AuthParts } from '../../vault/auth/auth-parts.js';
import type { ClientAuth } from '../../vault/auth/client-auth.js';
import type { IdentitySource } from '../../vault/auth/identity-source.js';
import { Client, type Reach } from '../../vault/client.js';
import type { Connection } from '../../vault/connection/connection.js';
import type { Decrypt } from '../../vault/field.js';
import type { Inputs } from '../inputs.js';
import type { CarriedLogin } from './packed-login.js';

/** Keys of this client beside its login. */
export interface OwnKeys {
  readonly decrypt?: Decrypt | undefined;
  /** The texts in them that must not be shown. */
  readonly secrets: readonly Secret[];
}

export interface OpeningParts {
  readonly connection: Connection;
  readonly reach: Reach;
  readonly clock: Clock;
  readonly log: Log;
  readonly masking: Masking;
  readonly identity: IdentitySource;
  readonly keys?: OwnKeys | undefined;
  readonly deadlineAtMs: number;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  readonly answerGraceMs?: number | undefined;
}

/** A client as the inputs say, with all that it logs in with masked; to be closed. */
export async function openClient(
  { login, endpoints, limits }: Pick<Inputs, 'login' | 'endpoints' | 'limits'>,
  parts: OpeningParts,
): Promise<Client> {
  const { connection, reach, clock, log, masking, deadlineAtMs, signal, answerGraceMs, keys } = parts;
  for (const each of keys?.secrets ?? []) masking.maskCredential(each);
  const { timeoutMs, retries } = limits;
  return Client.open({
    connection,
    reach,
    auth: await openAuth(login, parts),
    endpoints: { ...endpoints, decrypt: keys?.decrypt },
    limits: { timeoutMs, retries, deadlineAtMs, signal, answerGraceMs },
    clock,
    log,
    hide: (secret, user) => masking.maskCredential(secret, user),
    isSecretIn: (text) => masking.isSecretIn(text),
  });
}

/** The login that settings mean, for one connection. */
export function openAuth(
  { auth, found }: CarriedLogin,
  {
    connection,
    identity,
    clock,
    log,
    masking,
  }: Pick<OpeningParts, 'connection' | 'identity' | 'clock' | 'masking'> & Pick<AuthParts, 'log'>,
): Promise<ClientAuth> {
  return authOf(auth, {
    baseUrl: connection.url,
    clock,
    log,
    grants: identity.grants,
    identityToken: (wanted, { deadlineAtMs, signal }) =>
      identity.token(
        { ...wanted, found },
        { connection, deadlineAtMs, signal, hide: (secret) => masking.maskCredential(secret) },
      ),
  });
}
