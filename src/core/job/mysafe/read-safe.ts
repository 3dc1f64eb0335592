import type { SeguraError } from '../../errors.js';
import type { RawInputs } from '../../input-names.js';
import type { SecretRequest } from '../../requests/request.js';
import type { NameRule } from '../../requests/variable-names.js';

/** Reads the lines of `mysafe`. Errors, put to `problems`: those of readSafeRequests. */
export type ReadSafe = (raw: RawInputs, isName: NameRule, problems: SeguraError[]) => SecretRequest[];

/** What reads `mysafe`, loaded where it is given. */
export async function readerOfSafe({ mysafe }: Pick<RawInputs, 'mysafe'>): Promise<ReadSafe | undefined> {
  if (mysafe === '') return undefined;
  const { readSafeRequests } = await import(/* webpackMode: "eager" */ './safe-requests.js');
  return readSafeRequests;
}
