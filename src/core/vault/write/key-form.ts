import type { Secret } from '../../secret.js';
import type { VaultRequest } from '../exchange.js';
import type { Prefix } from '../pam.js';
import { formRequest } from './form.js';

/** An SSH key of PAM as it is sent. What is undefined is left out, and stays as it is in the vault. */
export interface KeyForm {
  /** By which the vault finds the key to update. */
  readonly identifier: string;
  readonly username?: string | undefined;
  readonly hostname?: string | undefined;
  readonly ip?: string | undefined;
  readonly private_key?: Secret | undefined;
  readonly public_key?: string | undefined;
  /** The passphrase of the private key. */
  readonly password?: Secret | undefined;
  /** With commas between them. */
  readonly tags?: string | undefined;
}

/**
 * The request that creates an SSH key, or updates what it has of the one of that identifier.
 *
 * Source: POST /api/pam/key, docs.senhasegura.io v3-32 and v3-33 "Create or update an SSH key".
 */
export function keyRequest(prefix: Prefix, form: KeyForm): Omit<VaultRequest, 'authorize'> {
  return formRequest(prefix, 'key', form);
}
