import type { RawInputs } from '../core/input-names.js';
import type { SaverParts } from '../core/job/save/open.js';
import type { Saver } from '../core/job/save/saver.js';

/** What saves values of this job, loaded when the input asks for it. */
export async function saverOf(
  { save }: Pick<RawInputs, 'save'>,
  parts: SaverParts,
): Promise<Saver | undefined> {
  if (save === '') return undefined;
  const { openSaver } = await import(/* webpackMode: "eager" */ '../core/job/save/open.js');
  return openSaver(save, parts);
}
