import type { Secret } from '../../secret.js';
import { FORM } from '../dsm.js';
import type { VaultRequest } from '../exchange.js';

/** The groups of values that a secret is to have: label to value, null for none. */
export type ValueGroups = readonly ReadonlyMap<string, Secret | null>[];

/** A DSM secret as it is sent. What is undefined is left out, and stays as it is in the vault. */
export interface SecretForm {
  readonly identity: string;
  readonly name: string;
  readonly engine: string;
  /** `YYYY-MM-DD HH:MM:SS`, in the time zone of the vault. */
  readonly expires?: string | undefined;
  readonly description?: string | undefined;
  readonly groups: ValueGroups;
}

export const SECRET_PATH = '/iso/sctm/secret';

/** The names of the fields of the form, in order. */
export function namesOfForm(form: SecretForm): string[] {
  return [...entriesOf(form).map(([name]) => name), 'data'];
}

/**
 * The request that creates a secret, or updates the one of the same identity.
 *
 * Shape: a form, whose `data` is base64 of JSON: one group is an object with `fields`, as the one public client writes it;
 * several are a list of such, as the documents have it for the other kinds of groups.
 * Source: POST /iso/sctm/secret, docs.senhasegura.io v3-32 and v3-33 "POST | Secret"; `key_value` from a public client.
 */
export function secretRequest(form: SecretForm): Omit<VaultRequest, 'authorize'> {
  const groups = form.groups.map((group) => ({
    fields: Object.fromEntries([...group].map(([label, value]) => [label, value?.reveal() ?? null])),
  }));
  const [first, ...more] = groups;
  const keyValue =
    more.length === 0 ? (first ?? { fields: {} }) : groups.map((each) => ({ key_value: each }));
  const data = Buffer.from(JSON.stringify({ key_value: keyValue })).toString('base64');
  const body = new URLSearchParams([...entriesOf(form), ['data', data]]).toString();
  return { method: 'POST', path: SECRET_PATH, headers: FORM, body };
}

function entriesOf({ identity, name, engine, expires, description }: SecretForm): [string, string][] {
  const all: [string, string | undefined][] = [
    ['name', name],
    ['identity', identity],
    ['engine', engine],
    ['expiration_date', expires],
    ['description', description],
  ];
  return all.flatMap(([key, value]): [string, string][] => (value === undefined ? [] : [[key, value]]));
}
