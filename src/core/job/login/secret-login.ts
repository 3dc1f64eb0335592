import { collect, type SeguraError } from '../../errors.js';
import type { RawInputs } from '../../input-names.js';
import { Secret } from '../../secret.js';
import { type AuthSettings, NO_PARAMETERS } from '../../vault/auth/auth-settings.js';
import { type EnvironmentInputs, requireClientSecret, required } from '../read-input.js';

/** What the environment may say of a login where an input is empty. */
export type LoginFallbacks = Pick<EnvironmentInputs, 'clientId' | 'clientSecret' | 'untrusted' | 'isUnused'>;

/**
 * Reads how the job logs in, `vault` being where. Errors, in `problems`: INPUT_MISSING, INPUT_INVALID for what contradicts,
 * FORK_WITHOUT_SECRETS.
 */
export type ReadLogin = (
  raw: RawInputs,
  fallbacks: LoginFallbacks,
  problems: SeguraError[],
  vault?: URL,
) => AuthSettings;

/** The login with a client id and its secret. */
export function readSecretLogin(
  raw: RawInputs,
  { clientId: fallbackId, clientSecret: fallbackSecret, untrusted }: LoginFallbacks,
  problems: SeguraError[],
): Extract<AuthSettings, { method: 'client-secret' }> {
  const clientId = raw['client-id'] || fallbackId?.trim() || '';
  collect(problems, () => required('client-id', clientId));
  const clientSecret = raw['client-secret'] || fallbackSecret?.trim() || '';
  collect(problems, () => requireClientSecret(clientSecret, untrusted));
  return {
    method: 'client-secret',
    clientId,
    clientSecret: new Secret(clientSecret),
    parameters: NO_PARAMETERS,
  };
}
