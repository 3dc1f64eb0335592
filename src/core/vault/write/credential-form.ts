import type { Secret } from '../../secret.js';
import type { VaultRequest } from '../exchange.js';
import type { Prefix } from '../pam.js';
import { formRequest } from './form.js';

/** A PAM credential as it is sent. What is undefined is left out, and stays as it is in the vault. */
export interface CredentialForm {
  readonly identifier?: string | undefined;
  readonly username: string;
  readonly hostname: string;
  readonly ip: string;
  /** The password. */
  readonly content?: Secret | undefined;
  readonly additional?: Secret | undefined;
  readonly credential_type?: string | undefined;
  readonly domain?: string | undefined;
  /** With commas between them. */
  readonly tags?: string | undefined;
}

/**
 * The request that creates a credential, or updates the one of that identifier, else the one of that host name, address and
 * user name.
 *
 * Source: POST /api/pam/credential, docs.senhasegura.io v3-32 and v3-33 "Create or update credential": JSON, the password is
 * `content`.
 */
export function credentialRequest(prefix: Prefix, form: CredentialForm): Omit<VaultRequest, 'authorize'> {
  return formRequest(prefix, 'credential', form);
}
