import { closestMatch } from '../../core/did-you-mean.js';
import { printable } from '../../core/printable.js';
import { isObject } from '../../core/vault/json.js';
import { NAMED_FIELDS } from './read-mapping.js';

/** What an entry of each section of a mapping file holds besides its `fields`. Source: protocol.md section 6. */
const ENTRY_KEYS: Readonly<Record<string, readonly string[]>> = {
  access_keys: ['name', 'type'],
  credentials: ['name'],
  key_value: ['name'],
};

/** A key that means nothing here. */
interface UnknownKey {
  readonly path: string;
  /** The one that may be meant. */
  readonly near: string | undefined;
}

/**
 * The keys of a mapping file that no variable is read from. They are not an error: the vault gets the file as it is, and may
 * know more of them.
 *
 * `mapping`: one that readMapping accepts.
 */
export function unknownKeys(mapping: unknown): UnknownKey[] {
  if (!isObject(mapping)) return [];
  return [
    ...unknownIn(mapping, '$', Object.keys(ENTRY_KEYS)),
    ...Object.entries(ENTRY_KEYS).flatMap(([section, keys]) => {
      const entries: unknown = mapping[section];
      if (!Array.isArray(entries)) return [];
      return entries.flatMap((entry: unknown, index) =>
        inEntry(entry, `$.${section}[${index}]`, [...keys, 'fields'], fieldsOf(section)),
      );
    }),
  ];
}

function fieldsOf(section: string): readonly string[] {
  return (NAMED_FIELDS as Readonly<Record<string, readonly string[]>>)[section] ?? [];
}

function inEntry(
  entry: unknown,
  path: string,
  keys: readonly string[],
  fields: readonly string[],
): UnknownKey[] {
  if (!isObject(entry)) return [];
  return [...unknownIn(entry, path, keys), ...unknownIn(entry['fields'], `${path}.fields`, fields)];
}

function unknownIn(map: unknown, path: string, known: readonly string[]): UnknownKey[] {
  if (!isObject(map)) return [];
  return Object.keys(map)
    .filter((key) => !known.includes(key))
    .map((key) => ({ path: printable(`${path}.${key}`), near: closestMatch(key, known) }));
}
