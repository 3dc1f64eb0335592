import type { SeguraError } from '../../errors.js';
import type { RawInputs } from '../../input-names.js';
import type { DraftInputs } from '../inputs.js';

/** Why inputs of SSH cannot be used. */
export type CheckSsh = (unchecked: Pick<DraftInputs, 'requests' | 'needs'>) => SeguraError[];

/** The check for inputs that were read, loaded where there are any of SSH. */
export async function checkOfSsh(raw: Pick<RawInputs, 'ssh-keys' | 'known-hosts'>): Promise<CheckSsh> {
  if (raw['ssh-keys'] === '' && raw['known-hosts'] === '') return () => [];
  const { sshProblems } = await import(/* webpackMode: "eager" */ './ssh-inputs.js');
  return sshProblems;
}
