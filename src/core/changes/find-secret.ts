import { SeguraError } from '../errors.js';
import { printable, unicodePattern } from '../printable.js';
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

/**
 * The same for a secret that is to be written. Errors: CHANGE_REFUSED too, if only one that is spelled with other characters is
 * there: jobs that ask for that one would get the new one, or not see it.
 */
export function secretToWrite(all: readonly DsmSecret[], identity: string): DsmSecret | undefined {
  const identities = all.map((secret) => secret.identity);
  if (!isOnlyLookAlike(identity, identities)) return onlySecret(all, identity);
  throw new SeguraError(
    'CHANGE_REFUSED',
    `The vault has another secret that looks like ${printable(identity)}, with other characters of Unicode.`,
    'Copy its identity from this list: segura-secrets secret list --output json',
  );
}

/** What nothing shows: marks of direction, joiners, selectors, soft hyphens. */
const UNSEEN = unicodePattern(/(?!)/g, '[\\p{Cf}\\p{Default_Ignorable_Code_Point}]');

/** A name as a reader sees it: in one form of Unicode, without characters that nothing shows. */
export function asSeen(name: string): string {
  return name.replaceAll(UNSEEN(name), '').normalize('NFC');
}

/** Whether one of `known` looks like `wanted`, and none is `wanted` itself. */
export function isOnlyLookAlike(wanted: string, known: readonly string[]): boolean {
  return !known.includes(wanted) && known.some((name) => asSeen(name) === asSeen(wanted));
}
