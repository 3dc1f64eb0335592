import { SeguraError } from '../errors.js';
import { printable } from '../printable.js';
import type { DsmSecret } from '../vault/dsm.js';

/** The secret of that identity; undefined where a list has none. Errors: CHANGE_REFUSED for several. */
export function onlySecret(all: readonly DsmSecret[], identity: string): DsmSecret | undefined {
  const found = all.filter((secret) => secret.identity === identity);
  if (found.length < 2) return found[0];
  throw new SeguraError(
    'CHANGE_REFUSED',
    `The vault lists ${found.length} secrets with the identity ${printable(identity)}, so it is not clear which is meant.`,
    'Give one of them another identity in the vault.',
  );
}
