import { SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import { type ItemList, type ListedItem, listItems } from '../../../core/vault/items/credential-list.js';
import type { Rotation } from './rotation.js';

/** The list of now, with the credential of a rotation in it. */
export interface Now extends ItemList {
  readonly now: ListedItem | undefined;
}

/** Takes no custody. Errors: those of listItems. */
export async function listNow({ vault, item }: Rotation): Promise<Now> {
  const list = await listItems(await vault.afterQuestion(), vault.inputs.endpoints.pam, 'credential');
  return { ...list, now: list.items.find(({ id }) => id === item.id) };
}

/**
 * Whether the password was changed since the credential was listed first, as far as a list shows it: not every vault lists the
 * time of the change, and that has whole seconds.
 */
export function isMoved({ item }: Rotation, { now }: Now): boolean {
  return now !== undefined && now.changed !== item.changed;
}

/** The error before the command of the user ran. */
export function movedBefore({ item }: Rotation): SeguraError {
  return new SeguraError(
    'CHANGED_MEANWHILE',
    `Another client changed the password of credential ${printable(item.id)} just now. This run changed nothing.`,
    'Run the same command again: it reads what is there now.',
  );
}

/** The error after it ran: the password of before is no longer that of the vault, so nothing is put back. */
export function movedAfter({ item, pending }: Rotation, why: string): SeguraError {
  const id = printable(item.id);
  return new SeguraError(
    'CHANGED_MEANWHILE',
    `${why} Another client changed the password of credential ${id} in the vault while it ran, so nothing was sent, and the old one is not put back. The new one may be in use: it is kept in ${pending.shown}.`,
    'Run the same command again: it reads what is there now, and tries the same new password.',
  );
}
