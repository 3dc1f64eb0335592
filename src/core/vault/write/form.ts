import { Secret } from '../../secret.js';
import type { VaultRequest } from '../exchange.js';
import type { Prefix } from '../pam.js';

export const JSON_BODY = { accept: 'application/json', 'content-type': 'application/json' };

/** Source: version 4.0 of the vault rejects other characters (SSGR-3368). */
const IDENTIFIER = /^[A-Za-z0-9_.-]+$/;

/** Whether an identifier has only characters that every version of the vault takes. */
export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text);
}

/** What is sent of a credential or an SSH key. What is undefined is left out, and stays as it is in the vault. */
type Form<Name extends string> = Readonly<Partial<Record<Name, string | Secret | undefined>>>;

/** The names of the fields that are sent, in order. */
export function fieldsOfForm<Name extends string>(form: Form<Name>): string[] {
  return entriesOf(form).map(([name]) => name);
}

/** The request that creates an item of PAM, or updates what the form has of it. */
export function formRequest<Name extends string>(
  prefix: Prefix,
  item: 'credential' | 'key',
  form: Form<Name>,
): Omit<VaultRequest, 'authorize'> {
  const entries = entriesOf(form).map(([name, value]) => [
    name,
    value instanceof Secret ? value.reveal() : value,
  ]);
  const body = JSON.stringify(Object.fromEntries(entries));
  return { method: 'POST', path: `/${prefix}/pam/${item}`, headers: JSON_BODY, body };
}

function entriesOf(form: object): [string, string | Secret][] {
  return Object.entries(form).flatMap(([name, value]: [string, string | Secret | undefined]) =>
    value === undefined ? [] : [[name, value] as [string, string | Secret]],
  );
}
