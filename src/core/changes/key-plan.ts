import { SeguraError } from '../errors.js';
import { printable } from '../printable.js';
import type { Secret } from '../secret.js';
import type { ListedItem } from '../vault/items/credential-list.js';
import { isIdentifier } from '../vault/write/form.js';
import type { KeyForm } from '../vault/write/key-form.js';
import { commandFor } from './argument.js';

/** A pair of keys. */
export interface KeyPair {
  readonly privateKey: Secret;
  /** `KIND BASE64`, with a comment or without. */
  readonly publicKey: string;
}

/** What an SSH key is to become. What is undefined stays as it is. */
export interface KeyWish {
  readonly pair?: KeyPair | undefined;
  /** Empty for none, so that a new key does not keep that of the old one. */
  readonly passphrase?: Secret | undefined;
  readonly username?: string | undefined;
  readonly hostname?: string | undefined;
  readonly ip?: string | undefined;
  readonly tags?: string | undefined;
}

export interface KeyPlan {
  readonly kind: 'create' | 'update';
  readonly before: ListedItem | undefined;
  readonly form: KeyForm;
  /** The names of the fields that are sent, apart from the identifier. */
  readonly changes: readonly string[];
}

/**
 * What is to be sent so that the SSH key `name` becomes what is wished; `before`: what the name means in the list.
 *
 * Errors: INPUT_INVALID, INPUT_MISSING, ITEM_NOT_FOUND, CHANGE_REFUSED.
 */
export function planKey(name: string, before: ListedItem | undefined, wish: KeyWish): KeyPlan {
  const { pair, passphrase, username, hostname, ip, tags } = wish;
  const identifier = before === undefined ? newIdentifier(name) : identifierOf(before);
  if (before === undefined && (pair === undefined || hostname === undefined || ip === undefined))
    throw new SeguraError(
      'INPUT_MISSING',
      `The vault lists no SSH key ${printable(name)}, and a new one needs a private key, the host name of its device and its address.`,
      `Check the name, or create it: ${commandFor('ssh-key put', name, '--generate ed25519 --hostname HOST --ip ADDRESS')}`,
    );
  const form: KeyForm = {
    ...{ identifier, username, hostname, ip },
    private_key: pair?.privateKey,
    public_key: pair?.publicKey,
    password: before === undefined && passphrase?.reveal() === '' ? undefined : passphrase,
    tags,
  };
  const changes = Object.entries(form).flatMap(([key, value]) =>
    value === undefined || key === 'identifier' ? [] : [key],
  );
  return { kind: before === undefined ? 'create' : 'update', before, form, changes };
}

/** Whether the vault, which finds a key by its identifier, can take a plan for no other key of this list. */
export function isOnlyKeyOf({ before, form }: KeyPlan, items: readonly ListedItem[]): boolean {
  const owners = items.filter(({ identifier }) => identifier === form.identifier).map(({ id }) => id);
  return before === undefined ? owners.length === 0 : owners.length === 1 && owners[0] === before.id;
}

/** Whether two private keys are one: a vault may send other line ends. */
export function isSameKey(one: string, other: string): boolean {
  const lines = (text: string): string => text.replaceAll(/\r\n?/g, '\n').trim();
  return lines(one) === lines(other);
}

function newIdentifier(name: string): string {
  if (/^\d+$/.test(name))
    throw new SeguraError(
      'ITEM_NOT_FOUND',
      `The vault lists no SSH key ${printable(name)} for this authorization, and a new one gets its number from the vault.`,
      'Write segura-secrets ssh-key put IDENTIFIER --generate ed25519 --hostname HOST --ip ADDRESS to create one.',
    );
  if (isIdentifier(name)) return name;
  throw new SeguraError(
    'INPUT_INVALID',
    `The vault lists no SSH key ${printable(name)}, and a new one is named by an identifier.`,
    'Check the name, or use letters, digits, "_", "." and "-" for a new one.',
  );
}

function identifierOf({ id, identifier }: ListedItem): string {
  if (identifier !== undefined && identifier !== '') return identifier;
  throw new SeguraError(
    'CHANGE_REFUSED',
    `SSH key ${printable(id)} has no identifier, by which alone the vault finds a key to change.`,
    'Give it an identifier in the vault.',
  );
}
