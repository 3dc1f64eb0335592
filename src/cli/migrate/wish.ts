import { optionArgument } from '../../core/changes/argument.js';
import type { SecretWish } from '../../core/changes/secret-plan.js';
import { SeguraError } from '../../core/errors.js';
import { printable } from '../../core/printable.js';
import type { Secret } from '../../core/secret.js';
import { textOfField } from '../../core/vault/field.js';
import type { WishFor } from '../nouns/secret/write.js';

/**
 * The wish for fields of files. A field that the vault has with another value is only written over if that is wanted: the
 * file may be older. Errors of the result: CHANGE_REFUSED.
 */
export function wishOfFields({
  identity,
  fields,
  isOverwriting,
}: {
  readonly identity: string;
  readonly fields: ReadonlyMap<string, Secret>;
  readonly isOverwriting: boolean;
}): WishFor {
  const wish: SecretWish = { identity, fields, isReplacing: false };
  return (before) => {
    if (isOverwriting || before === undefined) return wish;
    const others = [...fields].flatMap(([name, value]) => {
      const known = before.maps.flatMap((map) => (map.has(name) ? [textOfField(map.get(name))] : []));
      return known.every((text) => text === value.reveal()) ? [] : [name];
    });
    if (others.length === 0) return wish;
    throw new SeguraError(
      'CHANGE_REFUSED',
      `The secret ${printable(identity)} has other values in the vault for ${others.map(printable).join(', ')}.`,
      `Write over them with --overwrite, or leave them out: ${others.map((name) => optionArgument('exclude', name)).join(' ')}`,
    );
  };
}
