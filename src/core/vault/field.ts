import { problemsOf, type SeguraError } from '../errors.js';
import { Secret } from '../secret.js';
import { type Node, scalarAt } from './json.js';

/**
 * One field of a secret or credential: its value, null where the vault holds none, or why it cannot be used. The last
 * is thrown only when someone asks for that field: an unusable one next to it does not matter.
 */
export type Field = Secret | null | SeguraError;

export type Fields = ReadonlyMap<string, Field>;

/** A value that the vault sent encrypted: its plain text, or the text as it came, which the key at hand does not decrypt. */
export class EncryptedSecret extends Secret {
  readonly state: 'decrypted' | 'undecodable';

  constructor(value: string, state: EncryptedSecret['state']) {
    super(value);
    this.state = state;
  }
}

/** A value as it is passed on; `where` is its place in the reply. Errors: VALUE_BROKEN. */
export type Decrypt = (value: string, where: string) => Secret;

/** `decrypt`: for an authorization that encrypts its values. */
export function fieldAt(node: Node, decrypt?: Decrypt): Field {
  try {
    const value = scalarAt(node);
    if (value === null) return null;
    return decrypt?.(value, `${node.endpoint}: ${node.path}`) ?? new Secret(value);
  } catch (error) {
    return problemsOf(error)[0] ?? null;
  }
}

/** The text of a field, where it has one. */
export function textOfField(field: Field | undefined): string | undefined {
  return field instanceof Secret ? field.reveal() : undefined;
}

/** The labels of some maps that stand for one text: a request for one of them is met. */
export function usableLabels(maps: readonly Fields[]): string[] {
  const labels = new Set(maps.flatMap((map) => [...map.keys()]));
  return [...labels].filter((label) => {
    const fields = maps.flatMap((map) => map.get(label) ?? []);
    const texts = new Set(fields.map(textOfField));
    return texts.size === 1 && !texts.has(undefined);
  });
}
