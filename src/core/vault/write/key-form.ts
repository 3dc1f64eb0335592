import { Secret } from '../../secret.js';
import type { VaultRequest } from '../exchange.js';
import type { Prefix } from '../pam.js';
import { JSON_BODY } from './credential-form.js';

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

/** The names of the fields that are sent, in order. */
export function fieldsOfKey(form: KeyForm): string[] {
  return entriesOf(form).map(([name]) => name);
}

/**
 * The request that creates an SSH key, or updates what it has of the one of that identifier.
 *
 * Source: POST /api/pam/key, docs.senhasegura.io v3-32 and v3-33 "Create or update an SSH key".
 */
export function keyRequest(prefix: Prefix, form: KeyForm): Omit<VaultRequest, 'authorize'> {
  const entries = entriesOf(form).map(([name, value]) => [
    name,
    value instanceof Secret ? value.reveal() : value,
  ]);
  const body = JSON.stringify(Object.fromEntries(entries));
  return { method: 'POST', path: `/${prefix}/pam/key`, headers: JSON_BODY, body };
}

function entriesOf(form: KeyForm): [string, string | Secret][] {
  return Object.entries(form).flatMap(([name, value]: [string, string | Secret | undefined]) =>
    value === undefined ? [] : [[name, value] as [string, string | Secret]],
  );
}
