import { problemsOf, SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import { Secret } from '../../../core/secret.js';
import { say } from '../../../core/text.js';
import type { ListedItem } from '../../../core/vault/items/credential-list.js';
import { readCredential } from '../credential/read.js';
import type { NounCall } from '../verb.js';
import type { Put, Rotation } from './steps.js';

/** The password that the vault has at the end, or why it could not be read. */
export type ReadBack = 'new' | 'other' | SeguraError;

/** Errors: FIELD_NULL. */
export function passwordOf(fields: ReadonlyMap<string, string>, { id }: ListedItem): Secret {
  const text = fields.get('password') ?? fields.get('content') ?? '';
  if (text !== '') return new Secret(text);
  throw new SeguraError(
    'FIELD_NULL',
    `Credential ${printable(id)} has no password that could be put back.`,
    `Write one first: segura-secrets credential put ${printable(id)} --password @FILE`,
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
  if (put.problem !== undefined) return { found: put.problem };
  try {
    const { fields, release } = await readCredential(call, item);
    const text = fields.get('password') ?? fields.get('content') ?? '';
    const found = text === put.password ? 'new' : 'other';
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

/** Errors: CHANGE_UNCERTAIN where it is not sure that the vault has the new password. The file with it is then kept. */
export function checkReadBack(
  { call: { context }, item, pending }: Pick<Rotation, 'call' | 'item' | 'pending'>,
  put: Put,
  found: ReadBack,
): void {
  const id = printable(item.id);
  if (found === 'new') {
    if (put.kind === 'unsure')
      context.terminal.warning(
        `The answer to the change of ${id} was lost. All the same, the vault has the new password.`,
      );
    return;
  }
  if (put.kind === 'done' && found !== 'other') {
    context.terminal.warning(
      `The vault confirmed the new password of ${id}, but reading it back failed (${found.code}).`,
    );
    return;
  }
  throw new SeguraError(
    'CHANGE_UNCERTAIN',
    say`The new password of credential ${id} is in use, and ${
      found === 'other'
        ? 'the vault has another one'
        : say`whether the vault has it is not known (${found.code})`
    }. It is kept in ${pending.shown}.`,
    'Run the same command again: it writes the same password into the vault.',
  );
}
