import { isSameKey, type KeyPair } from '../../../core/changes/key-plan.js';
import { problemsOf, SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import { quote } from '../../../core/requests/tokens.js';
import type { ListedItem } from '../../../core/vault/items/credential-list.js';
import { openRun } from '../../context.js';
import { onlyCredentials } from '../credential/only-credentials.js';
import type { NounCall } from '../verb.js';

/** Before the name of each field, so that none is the name of a variable that steers programs. */
const PREFIX = 'field_';

/**
 * The fields of an SSH key, its private key too. If the vault gives custody of it, that is in a state file before, and is
 * released. Errors: those of SecretsRun, RELEASE_FAILED.
 */
export async function readKey(call: NounCall, { id }: ListedItem): Promise<ReadonlyMap<string, string>> {
  const none = onlyCredentials(call.settings, ['']);
  const settings = none.with(
    new Map([
      ['ssh-keys', [`${quote(id)}/* > ${PREFIX}*`]],
      ['custody-release', ['true']],
    ]),
  );
  const run = await openRun(call.context, settings, true);
  const writes = await run.fetch(run.readInputs(false), () => []);
  if (await run.releaseCustody())
    return new Map(writes.map(({ name, value }) => [name.slice(PREFIX.length), value]));
  throw new SeguraError(
    'RELEASE_FAILED',
    `Custody of SSH key ${printable(id)} is still held.`,
    'Release it as the lines above say, and run the command again.',
  );
}

/** Whether the vault has a key now, or why that could not be read. */
export async function keyReadBack(
  call: NounCall,
  item: ListedItem | undefined,
  { privateKey }: KeyPair,
): Promise<'new' | 'other' | SeguraError> {
  if (item === undefined) return 'other';
  try {
    const fields = await readKey(call, item);
    return isSameKey(fields.get('private_key') ?? '', privateKey.reveal()) ? 'new' : 'other';
  } catch (error) {
    const [problem] = problemsOf(error);
    if (problem === undefined) throw error;
    return problem;
  }
}
