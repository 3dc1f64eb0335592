import { Problems, SeguraError } from '../../../core/errors.js';
import type { Secret } from '../../../core/secret.js';
import { type Tried, tryCommand } from '../pam/try-command.js';
import type { Rotation } from './rotation.js';

/** Always throws: what was wrong, and which password is in use now. */
export async function putBack(
  rotation: Rotation,
  old: Secret,
  why: string,
  causes: readonly SeguraError[] = [],
): Promise<never> {
  const { pending, password } = rotation;
  const { isAccepted: isBack, how } = await runWith(rotation, { old: password, wanted: old });
  if (isBack) pending.remove();
  const failed = new SeguraError(
    'VERIFY_FAILED',
    isBack
      ? `${why} Then it ended with 0 for the old one: the old password is in use and in the vault.`
      : `${why} Then it ${how} for the old one: which is in use is not known. The vault has the old one, and the new one is kept in ${pending.shown}.`,
    isBack
      ? 'Run it again after that is mended: it makes another password.'
      : 'Run it again after that is mended: it tries the same new password.',
  );
  throw causes.length === 0 ? failed : new Problems([...causes, failed]);
}

/** What became of the command of the user with the two passwords. */
export function runWith(
  { call, vault, wish, item }: Rotation,
  { old, wanted }: { readonly old: Secret; readonly wanted: Secret },
): Promise<Tried> {
  const variables = new Map([
    ['PASSWORD', old.reveal()],
    ['NEW_PASSWORD', wanted.reveal()],
    ['USERNAME', item.username],
    ['HOSTNAME', item.hostname],
    ['IP', item.ip],
  ]);
  const named = new Map([...variables].map(([name, value]) => [`${wish.prefix}${name}`, value]));
  return tryCommand(call, vault, wish.verify, named);
}
