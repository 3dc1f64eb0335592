import { closestMatch } from '../../../core/did-you-mean.js';
import { SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import type { ListedItem } from '../../../core/vault/items/credential-list.js';

/** What a name means in a list: by number, by user@host, or by identifier. Errors: CHANGE_REFUSED for several. */
export function findItem(items: readonly ListedItem[], name: string): ListedItem | undefined {
  const byId = items.find(({ id }) => id === name);
  if (byId !== undefined) return byId;
  const found = items.filter((item) => item.identifier === name || loginOf(item) === name);
  if (found.length < 2) return found[0];
  throw new SeguraError(
    'CHANGE_REFUSED',
    `The vault lists ${found.length} items as ${printable(name)} (${found.map(({ id }) => printable(id)).join(', ')}), so it is not clear which is meant.`,
    'Give the number of the one that you mean.',
  );
}

/** The same, where it has to be there. Errors: CREDENTIAL_NOT_FOUND or ITEM_NOT_FOUND too. */
export function getItem(items: readonly ListedItem[], name: string, noun = 'credential'): ListedItem {
  const found = findItem(items, name);
  if (found !== undefined) return found;
  const names = items.flatMap((item) => [item.identifier ?? '', loginOf(item)]);
  const near = closestMatch(
    name,
    names.filter((each) => each !== ''),
  );
  throw new SeguraError(
    noun === 'credential' ? 'CREDENTIAL_NOT_FOUND' : 'ITEM_NOT_FOUND',
    `The vault lists no ${noun === 'credential' ? 'PAM credential' : 'SSH key'} ${printable(name)} for this authorization.`,
    near === undefined
      ? `See what there is: segura-secrets ${noun} list`
      : `Did you mean ${printable(near)}?`,
  );
}

/** `user@host`. */
export function loginOf({ username, hostname }: Pick<ListedItem, 'username' | 'hostname'>): string {
  return `${username}@${hostname}`;
}
