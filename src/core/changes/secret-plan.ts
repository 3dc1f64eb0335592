import { SeguraError } from '../errors.js';
import { printable } from '../printable.js';
import { Secret } from '../secret.js';
import { option, say } from '../text.js';
import { looksEncrypted } from '../vault/ciphertext.js';
import type { DsmSecret } from '../vault/dsm.js';
import { EncryptedSecret, type Field, type Fields } from '../vault/field.js';
import type { SecretForm, ValueGroups } from '../vault/write/secret-form.js';
import { commandFor } from './argument.js';
import { isOnlyLookAlike } from './find-secret.js';
import { isManaged } from './managed-group.js';

/** What a secret is to become. What is undefined stays as it is. */
export interface SecretWish {
  readonly identity: string;
  readonly fields: ReadonlyMap<string, Secret>;
  /** True to remove the fields that are not in `fields`. */
  readonly isReplacing: boolean;
  readonly expires?: string | undefined;
  readonly engine?: string | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
}

/** The names of fields, by what happens to them. */
export interface FieldChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly kept: readonly string[];
  readonly removed: readonly string[];
}

export interface SecretPlan {
  readonly kind: 'create' | 'update' | 'nothing';
  readonly before: DsmSecret | undefined;
  readonly form: SecretForm;
  readonly changes: FieldChanges;
}

const DEFAULT_ENGINE = 'Generic';
/** What the vault sends in place of a value that it could not encrypt. Source: protocol.md 4.2. */
const ENCRYPTION_FAILED = 'An error occurred while encrypting the text';

/**
 * What is to be sent so that a secret becomes what is wished, from what it is. Fields that are not named are kept, so they
 * are sent again: the vault replaces all values of a secret together.
 *
 * Errors: INPUT_INVALID, SECRET_NOT_FOUND for one without fields that is not listed, FIELD_AMBIGUOUS, CHANGE_REFUSED for a value that would be lost, REPLY_MALFORMED for a secret that
 * cannot be read.
 */
export function planSecret(before: DsmSecret | undefined, wish: SecretWish): SecretPlan {
  for (const label of wish.fields.keys()) checkLabel(label);
  if (before === undefined && wish.fields.size === 0) throw notListed(wish.identity);
  const old = before?.maps ?? [];
  const groups = wish.isReplacing ? [wish.fields] : merged(wish.identity, old, wish.fields);
  const { identity, expires, description } = wish;
  const form: SecretForm = {
    identity,
    name: wish.title ?? before?.details?.name ?? identity,
    engine: wish.engine ?? before?.details?.engine ?? DEFAULT_ENGINE,
    expires,
    description,
    groups,
  };
  const changes = changesOf(old, groups);
  const isSame =
    before !== undefined &&
    description === undefined &&
    (wish.title ?? before.details?.name) === before.details?.name &&
    (wish.engine ?? before.details?.engine) === before.details?.engine &&
    (expires === undefined || expires === before.expires) &&
    [changes.added, changes.changed, changes.removed].every((names) => names.length === 0);
  return { kind: before === undefined ? 'create' : isSame ? 'nothing' : 'update', before, form, changes };
}

/** The names of the fields with another value, or one that only one side has. */
export function changesOf(old: readonly Fields[], groups: ValueGroups): FieldChanges {
  const [before, after] = [textsOf(old), textsOf(groups)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const isSame = (name: string): boolean => before.get(name) === after.get(name);
  return {
    added: names.filter((name) => !before.has(name)),
    changed: names.filter((name) => before.has(name) && after.has(name) && !isSame(name)),
    kept: names.filter((name) => before.has(name) && isSame(name)),
    removed: names.filter((name) => !after.has(name)),
  };
}

/** Each label with all its values as one text, in an order of their own: a vault may list groups in another one. */
function textsOf(maps: readonly ReadonlyMap<string, Field>[]): Map<string, string> {
  const values = new Map<string, unknown[]>();
  for (const map of maps) {
    for (const [label, field] of map) {
      const value = field instanceof Secret ? field.reveal() : field === null ? null : { unreadable: true };
      values.set(label, [...(values.get(label) ?? []), value]);
    }
  }
  return new Map(
    [...values].map(([label, all]) => [
      label,
      JSON.stringify(all.map((each) => JSON.stringify(each)).sort()),
    ]),
  );
}

function checkLabel(label: string): void {
  if (label === '')
    throw new SeguraError('INPUT_INVALID', 'A field has no name.', 'Write --field NAME=@FILE.');
  if (!label.endsWith('_label')) return;
  throw new SeguraError(
    'INPUT_INVALID',
    `The field ${printable(label)} has a name that ends in _label, which the vault reads as the name of another field.`,
    'Choose a name that ends otherwise.',
  );
}

function merged(identity: string, old: readonly Fields[], fields: ReadonlyMap<string, Secret>): ValueGroups {
  if (old.length === 0) return [fields];
  const groups = old.map((map, index) => keptGroup(identity, map, index));
  const labels = groups.flatMap((group) => [...group.keys()]);
  for (const [label, value] of fields) {
    if (isOnlyLookAlike(label, labels))
      throw refused(
        `${printable(identity)} has a field that looks like ${printable(label)}, with other characters of Unicode.`,
        'Copy its name from the vault, or choose another one.',
      );
    const holders = groups.filter((group) => group.has(label));
    if (holders.length > 1)
      throw new SeguraError(
        'FIELD_AMBIGUOUS',
        `Several groups of ${printable(identity)} have the field ${printable(label)}, so it is not clear which to change.`,
        'Write all its fields, with --replace.',
      );
    (holders[0] ?? groups[0])?.set(label, value);
  }
  return groups;
}

/** A group as it is sent again. Errors: CHANGE_REFUSED for what would come back as something else. */
function keptGroup(identity: string, map: Fields, index: number): Map<string, Secret | null> {
  const where = `group ${index + 1} of ${printable(identity)}`;
  if (isManaged(map)) {
    throw refused(
      `The vault manages ${where}, a credential or an access key (${[...map.keys()].map(printable).join(', ')}). Writing it again would make it plain fields.`,
      'Put the field into a secret of its own, or give all fields with --replace if plain fields are what you want.',
    );
  }
  return new Map(
    [...map].map(([label, field]) => {
      if (field === null || (field instanceof Secret && !isStandIn(field))) return [label, field];
      throw refused(
        `The field ${printable(label)} in ${where} cannot be read as it is, so it cannot be kept: the vault sends it encrypted, or in a form that is not text.`,
        say`Set ${option.decryptionKey}, or give all fields with --replace.`,
      );
    }),
  );
}

/** Whether a text stands for a value that the vault did not send. */
export function isStandIn(value: Secret): boolean {
  if (value instanceof EncryptedSecret) return value.state === 'undecodable';
  const text = value.reveal();
  return text === ENCRYPTION_FAILED || looksEncrypted(text);
}

/** One that has expired is not listed. To send it without fields would remove those that it has. */
function notListed(identity: string): SeguraError {
  return new SeguraError(
    'SECRET_NOT_FOUND',
    `The vault does not list ${printable(identity)}, and a secret without fields is not created. One that has expired is not listed either, and would lose its fields.`,
    `See what there is: segura-secrets secret list. To create it, or to write an expired one anew, give all its fields: ${commandFor('secret put', identity, '--field NAME=@FILE')}`,
  );
}

function refused(message: string, remedy: ConstructorParameters<typeof SeguraError>[2]): SeguraError {
  return new SeguraError('CHANGE_REFUSED', message, remedy);
}
