import { commandFor } from '../../../core/changes/argument.js';
import { Problems, problemsOf, SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import { Secret } from '../../../core/secret.js';
import { say } from '../../../core/text.js';
import type { ListedItem } from '../../../core/vault/items/credential-list.js';
import { readCredential } from '../credential/read.js';
import type { NounCall } from '../verb.js';
import type { Put, ReadBack, Rotation } from './rotation.js';

/** The password of a credential that was read; empty if it has none. */
export function textOf(fields: ReadonlyMap<string, string>): string {
  return fields.get('password') ?? fields.get('content') ?? '';
}

/** Errors: FIELD_NULL. */
export function passwordOf(fields: ReadonlyMap<string, string>, { id }: ListedItem): Secret {
  const text = textOf(fields);
  if (text !== '') return new Secret(text);
  throw new SeguraError(
    'FIELD_NULL',
    `Credential ${printable(id)} has no password that could be put back.`,
    `Write one first: ${commandFor('credential put', id, '--password @FILE')}`,
  );
}

/** What reading a credential back came to, and why its custody is still held, if it is. */
export interface ReadAgain {
  readonly found: ReadBack;
  readonly problem?: SeguraError;
}

/** Reads the credential once more: that a vault confirms a password does not say that it stores it as it is. */
export async function readBack(call: NounCall, item: ListedItem, put: Put): Promise<ReadAgain> {
  if (put.kind === 'there') return { found: 'new' };
  if (put.found !== undefined) return { found: put.found };
  if (put.problem !== undefined) return { found: put.problem };
  try {
    const { fields, release } = await readCredential(call, item);
    const found = textOf(fields) === put.password ? 'new' : 'other';
    return (await release()) ? { found } : { found, problem: stillHeld(item) };
  } catch (error) {
    const [problem] = problemsOf(error);
    if (problem === undefined) throw error;
    return { found: problem };
  }
}

/** Errors come after the lines that say how to release it. */
export function stillHeld({ id }: ListedItem): SeguraError {
  return new SeguraError(
    'RELEASE_FAILED',
    `Custody of credential ${printable(id)} is still held.`,
    'Release it as the lines above say.',
  );
}

/**
 * Whether the vault surely has the new password, so that the file with it can go.
 *
 * Errors: CHANGE_UNCERTAIN where it is not sure that the vault was changed; with what the vault answered, as Problems.
 */
export function checkReadBack(
  { call: { context }, item, pending }: Pick<Rotation, 'call' | 'item' | 'pending'>,
  put: Put,
  found: ReadBack,
): boolean {
  const id = printable(item.id);
  const { terminal } = context;
  if (found === 'new') {
    if (put.kind !== 'unsure') return true;
    terminal.warning(
      put.rejection === undefined
        ? `The answer to the change of ${id} was lost. All the same, the vault has the new password.`
        : `The vault rejected the change of ${id} (${put.rejection.code}). All the same, it has the new password.`,
    );
    return true;
  }
  if (put.kind === 'done' && found !== 'other') {
    terminal.warning(
      `The vault confirmed the new password of ${id}, but reading it back failed (${found.code}). So the password is still kept in ${pending.shown}. To compare it and to remove the file, run the same command again. If you know that the vault has it, remove the file yourself.`,
    );
    return false;
  }
  const uncertain = new SeguraError(
    'CHANGE_UNCERTAIN',
    say`The new password of credential ${id} is in use, and ${
      found === 'other'
        ? 'the vault has another one'
        : say`whether the vault has it is not known (${found.code})`
    }. It is kept in ${pending.shown}.`,
    'Run the same command again: it writes the same password into the vault.',
  );
  throw put.rejection === undefined ? uncertain : new Problems([put.rejection, uncertain]);
}
