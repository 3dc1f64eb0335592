import { isSameKey, type KeyPair } from '../../../core/changes/key-plan.js';
import { problemsOf, SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import { quote } from '../../../core/requests/tokens.js';
import type { ListedItem } from '../../../core/vault/items/credential-list.js';
import { openRun } from '../../context.js';
import { allFieldsOf, byLabel, valuesByLabel } from '../../run/field-labels.js';
import { onlyCredentials } from '../credential/only-credentials.js';
import type { NounCall } from '../verb.js';

/** An SSH key that was read, and why its custody is still held, if it is. */
export interface KeyRead {
  readonly fields: ReadonlyMap<string, string>;
  /** RELEASE_FAILED, after the lines that say how to release it. */
  readonly problem: SeguraError | undefined;
}

/**
 * The fields of an SSH key, its private key too. If the vault gives custody of it, that is in a state file before, and is
 * released. Errors: those of SecretsRun.
 */
export async function readKey(call: NounCall, { id }: ListedItem): Promise<KeyRead> {
  const none = onlyCredentials(call.settings, ['']);
  const settings = none.with(
    new Map([
      ['ssh-keys', [allFieldsOf(quote(id))]],
      ['custody-release', ['true']],
    ]),
  );
  const run = await openRun(call.context, settings, true);
  const writes = await run.fetch(byLabel(run.readInputs(false)), () => []);
  const problem = (await run.releaseCustody()) ? undefined : stillHeld(id);
  return { fields: valuesByLabel(writes), problem };
}

function stillHeld(id: string): SeguraError {
  return new SeguraError(
    'RELEASE_FAILED',
    `Custody of SSH key ${printable(id)} is still held.`,
    'Release it as the lines above say, and run the command again.',
  );
}

/** What reading a key back came to: whether the vault has a key now, or why that could not be read. */
export interface KeyReadBack {
  readonly found?: 'new' | 'other' | SeguraError;
  /** Why its custody is still held. */
  readonly problem?: SeguraError | undefined;
}

/** `item`: what the vault lists of it, or why it could not be listed. */
export async function keyReadBack(
  call: NounCall,
  item: ListedItem | undefined | SeguraError,
  { privateKey }: KeyPair,
): Promise<KeyReadBack> {
  if (item === undefined) return { found: 'other' };
  if (item instanceof SeguraError) return { found: item };
  try {
    const { fields, problem } = await readKey(call, item);
    const isNew = isSameKey(fields.get('private_key') ?? '', privateKey.reveal());
    return { found: isNew ? 'new' : 'other', problem };
  } catch (error) {
    const [problem] = problemsOf(error);
    if (problem === undefined) throw error;
    return { found: problem };
  }
}
