import type { Secret } from '../../secret.js';
import type { VaultRequest } from '../exchange.js';
import { inPath } from '../items/pam-get.js';
import { type SafeKind, safePath } from '../mysafe/safe-items.js';
import type { Prefix } from '../pam.js';
import { JSON_BODY } from './form.js';

/** The fields of an item of MySafe as they are sent. What is not in it stays as it is in the vault. */
export type SafeForm = ReadonlyMap<string, Secret>;

/** What each kind can have, and what a new one has to have, under the names of its requests. */
export const FIELDS_OF_SAFE: Readonly<
  Record<SafeKind, { all: readonly string[]; required: readonly string[] }>
> = {
  password: {
    all: ['name', 'username', 'password', 'url', 'secret_key', 'notes', 'tags'],
    required: ['name', 'username', 'password'],
  },
  note: { all: ['name', 'note', 'tags'], required: ['name', 'note'] },
  api: {
    all: ['name', 'url', 'client_id', 'client_secret', 'identifier_code', 'method', 'notes', 'tags'],
    required: ['name', 'url', 'client_id', 'client_secret'],
  },
};

/** The fields that say what an item is. Every other one is a value. */
export const PLAIN_OF_SAFE: readonly string[] = [
  'name',
  'url',
  'username',
  'client_id',
  'identifier_code',
  'method',
  'tags',
];

/**
 * The request that creates an item, or updates the one of that number. Who may use it is never sent: an empty list would end
 * every share.
 *
 * Source: POST /api/mysafe/password and PUT /api/mysafe/password/update/[identifier], and the same of notes and API secrets,
 * docs.senhasegura.io v3-32, v3-33 and v4. Where a page has POST for an update, its example has PUT.
 */
export function safeRequest(
  prefix: Prefix,
  kind: SafeKind,
  identifier: string | undefined,
  form: SafeForm,
): Omit<VaultRequest, 'authorize'> {
  const path = `/${prefix}${safePath(kind)}`;
  const body = JSON.stringify(Object.fromEntries([...form].map(([name, value]) => [name, value.reveal()])));
  return identifier === undefined
    ? { method: 'POST', path, headers: JSON_BODY, body }
    : { method: 'PUT', path: `${path}/update/${inPath(identifier)}`, headers: JSON_BODY, body };
}
