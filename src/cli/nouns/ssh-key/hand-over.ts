import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isSameKey, type KeyPair } from '../../../core/changes/key-plan.js';
import { codeOf, SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import type { ListedItem } from '../../../core/vault/items/credential-list.js';
import { replaceFile } from '../../../platform/disk/atomic-write.js';
import { diskRemedy } from '../../../platform/disk/disk-remedy.js';
import { readRegularFile } from '../../../platform/disk/read-text.js';
import type { NounCall } from '../verb.js';
import { readKey } from './read.js';

/** After the name of the file with the old key: its passphrase, if it has one. */
const PASSPHRASE_ENDING = '.passphrase';

/** What is handed over, and to which file. */
export interface HandOver {
  readonly before: ListedItem;
  readonly file: string;
  /** The new pair. */
  readonly pair: KeyPair;
}

/**
 * Writes the old private key to a file that only its owner can read, and its passphrase to one beside it. Gives the variables
 * that the command of the user gets of it.
 *
 * Errors: FIELD_NULL, FILE_REFUSED, RELEASE_FAILED, those of readKey.
 */
export async function handOver(
  call: NounCall,
  { before, file, pair }: HandOver,
): Promise<[string, string][]> {
  const { fields, problem } = await readKey(call, before);
  if (problem !== undefined) throw problem;
  const [key = '', half = ''] = [fields.get('private_key'), fields.get('public_key')];
  if (key === '')
    throw new SeguraError(
      'FIELD_NULL',
      `SSH key ${printable(before.id)} has no private key that could be handed over.`,
      'Leave --old-key-out out.',
    );
  // A run that was killed handed over the old key, and perhaps wrote the new one into the vault.
  if (isSameKey(key, pair.privateKey.reveal())) return [];
  const passphrase = fields.get('password') ?? '';
  const beside = `${file}${PASSPHRASE_ENDING}`;
  // Both before either is written, so that no old key stays behind where the second is refused.
  pathFor(call, file, key);
  if (passphrase !== '') pathFor(call, beside, passphrase);
  const variables: [string, string][] = [
    ['SSH_OLD_KEY_FILE', write(call, file, key)],
    ['SSH_OLD_PUBLIC_KEY', half],
  ];
  if (passphrase === '') return variables;
  const path = write(call, beside, passphrase);
  call.context.terminal.notice(`the old key has a passphrase, which is now in ${printable(beside)}`);
  return [...variables, ['SSH_OLD_PASSPHRASE_FILE', path]];
}

/** The whole path. Errors: FILE_REFUSED. */
function write(call: NounCall, file: string, text: string): string {
  const path = pathFor(call, file, text);
  try {
    replaceFile(path, text);
  } catch (error) {
    throw unwritten(file, error);
  }
  return path;
}

/** The whole path of a file that is not there, or has this text. Errors: FILE_REFUSED. */
function pathFor({ context }: NounCall, file: string, text: string): string {
  const path = resolve(context.world.directory, file);
  try {
    if (existsSync(path) && !isSameKey(readRegularFile(path, 1).toString(), text)) throw taken(file);
  } catch (error) {
    throw error instanceof SeguraError ? error : unwritten(file, error);
  }
  return path;
}

function unwritten(file: string, error: unknown): SeguraError {
  return new SeguraError(
    'FILE_REFUSED',
    `The file ${printable(file)} for the old key cannot be written (${codeOf(error)}). Nothing was sent.`,
    diskRemedy(codeOf(error)) ?? 'Name a file in a folder where this user may write: --old-key-out FILE',
  );
}

function taken(file: string): SeguraError {
  return new SeguraError(
    'FILE_REFUSED',
    `The file ${printable(file)} for the old key is there already, and has something else. Nothing was sent.`,
    'Name another file: --old-key-out FILE',
  );
}
