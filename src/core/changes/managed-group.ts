import type { Fields } from '../vault/field.js';

/** The labels by which the vault lists a credential and an access key, unless they were given others. */
const MANAGED = [
  ['hostname', 'username', 'password'],
  ['access_key_id', 'secret_access_key'],
  ['aws_access_key_id', 'aws_secret_access_key', 'ttl'],
] as const;

/**
 * Whether a group looks like a credential or an access key, which the vault keeps up to date itself. No listing says what
 * kind a group is, so one with labels of its own cannot be told from plain fields.
 *
 * Source: examples of docs.senhasegura.io v3-32 "GET | Application" and "POST | Secret".
 */
export function isManaged(map: Fields): boolean {
  const labels = new Set([...map.keys()].map((label) => label.toLowerCase()));
  return MANAGED.some((all) => all.every((label) => labels.has(label)));
}
