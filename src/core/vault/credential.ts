import { AUTOMATIC_CHANGE_FIELD, AUTOMATIC_CHANGE_ON } from '../assumptions.js';
import { englishName } from '../credential-name.js';
import { SeguraError } from '../errors.js';
import { printable } from '../printable.js';
import { option, say } from '../text.js';
import { type Decrypt, type Field, type Fields, fieldAt, textOfField } from './field.js';
import { child, isObject, type JsonObject, malformed, type Node, optionalTextAt } from './json.js';

export interface Credential {
  /** Digits, or nothing: it becomes part of a path. */
  readonly id: string | undefined;
  /** What the vault says that it took besides the requested one, or in its place: numbers, or names of leases. */
  readonly otherIds?: readonly string[] | undefined;
  /** Why the reply is not to be believed, though it was read and took custody. */
  readonly fault?: SeguraError | undefined;
  /** Every field that is text, under its English name; null where the vault holds no value. */
  readonly fields: Fields;
  readonly expires: string | undefined;
  /** The reply says that automatic change is configured: a release may start a change of the password. */
  readonly changes?: true | undefined;
}

/**
 * The credential of a reply, in any of the documented and observed shapes.
 *
 * Errors: REPLY_MALFORMED. Source: protocol.md 7.2 (`credential`), 7.5 (`senha`).
 */
export function readCredential(body: Node, decrypt?: Decrypt): Credential {
  const places = [
    child(body, 'credential'),
    child(body, 'senha'),
    child(child(body, 'response'), 'credential'),
    child(body, 'data'),
  ];
  const found = places.find(({ value }) => value !== undefined && value !== null);
  const node = found !== undefined && Array.isArray(found.value) ? child(found, 0) : found;
  if (node === undefined || !isObject(node.value))
    throw malformed(body.endpoint, '$.credential is not there');
  const fields = new Map<string, Field>();
  for (const name of Object.keys(node.value)) {
    const field = child(node, name);
    if (typeof field.value === 'object' && field.value !== null) continue;
    const english = englishName(name);
    const value = fieldAt(field, decrypt);
    if (isBetter(value, fields.get(english), name === english)) fields.set(english, value);
  }
  const id = child(node, 'id');
  const fault = isId(id.value)
    ? undefined
    : malformed(id.endpoint, `${id.path} is not the number of a credential`);
  return {
    id: fault === undefined ? optionalTextAt(id) : undefined,
    ...(fault === undefined ? {} : { fault }),
    fields,
    expires: textOfField(fields.get('expiration_time')) || undefined,
    ...(AUTOMATIC_CHANGE_ON.includes(child(node, AUTOMATIC_CHANGE_FIELD).value) ? { changes: true } : {}),
  };
}

/** No more digits than any vault counts to. */
const ID = /^\d{1,20}$/;

/** True for the number of a credential, and for a missing number, as in some replies. */
function isId(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0;
  return typeof value === 'string' && ID.test(value);
}

/**
 * The credential, if it is the requested one, as far as its number shows. A reply about a different one may have taken
 * custody of either, and its number is needed to release the other.
 */
export function checkIdentity(credential: Credential, asked: string, endpoint: string): Credential {
  const { id } = credential;
  if (id === undefined || !/^\d+$/.test(asked) || withoutZeros(id) === withoutZeros(asked)) return credential;
  const fault = new SeguraError(
    'REPLY_MALFORMED',
    `${endpoint}: the reply is about a different credential than ${asked}.`,
    'Ask for it by its number as the vault lists it, or as user@host; look in the vault for what holds custody of either.',
  );
  return { ...credential, id: undefined, otherIds: id === undefined ? [] : [id], fault };
}

/** A number as it is compared: a vault may read `094` as 94. */
export function withoutZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '');
}

/** Of twins, one that is empty does not hide the one that has a value; of two values the English name's counts. */
function isBetter(value: Field, known: Field | undefined, isEnglish: boolean): boolean {
  if (known === undefined) return true;
  return !isEmpty(value) && (isEnglish || isEmpty(known));
}

function isEmpty(field: Field): boolean {
  return field === null || textOfField(field) === '';
}

export function hasPassword(credential: Credential): boolean {
  return !isEmpty(credential.fields.get('password') ?? null);
}

/** The credential, unless its password is wanted and missing. Errors: FIELD_NULL. */
export function requirePassword(
  read: Credential | undefined,
  wanted: boolean,
  credential: string,
): Credential {
  if (read !== undefined && (!wanted || hasPassword(read))) return read;
  throw new SeguraError(
    'FIELD_NULL',
    `The vault sends no password for credential ${printable(credential)}.`,
    say`Check that it has one, that the authorization may see it, and try another ${option.pamEndpoint}.`,
  );
}

/** The credential of a reply that took custody, which is reported even when the reply cannot be read or believed. */
export function readTaken(
  body: JsonObject,
  { asked, endpoint, decrypt }: { asked: string; endpoint: string; decrypt?: Decrypt | undefined },
  taken: (credential: Credential | undefined) => void,
): Credential {
  let credential: Credential | undefined;
  try {
    const read = readCredential({ value: body, path: '$', endpoint }, decrypt);
    credential = checkIdentity(read, asked, endpoint);
  } finally {
    taken(credential);
  }
  if (credential.fault !== undefined) throw credential.fault;
  return credential;
}
