import { problemsOf, type SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import type { Secret } from '../../../core/secret.js';
import { readBeside } from '../credential/read.js';
import { textOf } from './compare.js';
import { putBack } from './put-back.js';
import type { Put, Rotation } from './rotation.js';

/**
 * What an answer of the vault comes to that rejects the new password: a vault can store it all the same. So the credential is
 * read first, and the old password is put back into use only if the vault has it.
 *
 * Errors (together, as Problems): the rejection and VERIFY_FAILED, once the old one was put back.
 */
export async function afterRejection(rotation: Rotation, old: Secret, rejection: SeguraError): Promise<Put> {
  const { call, item, password } = rotation;
  const unsure: Put = { kind: 'unsure', after: undefined, rejection };
  let text: string;
  try {
    text = textOf(await readBeside(call, item));
  } catch (error) {
    const [problem] = problemsOf(error);
    if (problem === undefined) throw error;
    return { ...unsure, found: problem };
  }
  if (text === password.reveal()) return { ...unsure, found: 'new' };
  if (text !== old.reveal()) return { ...unsure, found: 'other' };
  const why = `The command of --verify accepted the new password of credential ${printable(item.id)}, but the vault rejected it.`;
  return await putBack(rotation, old, why, [rejection]);
}
