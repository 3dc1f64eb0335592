import { safeNameOf } from '../../../core/job/mysafe/safe-requests.js';
import type { SafeName } from '../../../core/vault/mysafe/find-safe.js';
import { UsageError } from '../../options/usage-error.js';
import type { NounCall } from '../verb.js';

/** The item that a call names. Errors: UsageError. */
export function itemOf({ operands: [text = ''], name }: NounCall): SafeName {
  const item = safeNameOf(text);
  if (item !== undefined) return item;
  throw new UsageError(
    `The command ${name} needs the kind of the item.`,
    `Write segura-secrets ${name} password:NAME, note:NAME or api:NAME.`,
  );
}
