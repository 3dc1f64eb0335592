import { SeguraError } from '../../core/errors.js';
import type { Localize } from './reserved-names.js';
import { inAzureSentences, inAzureWords, taskName } from './wording.js';

/** How the codes begin whose texts quote the user's own, which may well look like the name of an input. */
const QUOTING = ['REQUEST_', 'NAME_', 'SECRET_', 'FIELD_', 'CREDENTIAL_', 'FILE_', 'VALUE_'];

/** A problem as the task shows it: one that the core found in the words of Azure Pipelines. */
export function asShown(
  { code, message, remedy }: SeguraError,
  localize: Localize,
): { message: string; remedy: string } {
  const [, missing] = /^Input "(url|client-id|client-secret)" is empty/.exec(message) ?? [];
  if (code === 'INPUT_MISSING' && missing !== undefined) {
    const name = taskName(missing as 'url' | 'client-id' | 'client-secret');
    return { message: inAzureWords(message), remedy: localize('ConnectionMissingRemedy', name) };
  }
  const inWords = QUOTING.some((beginning) => code.startsWith(beginning)) ? inAzureSentences : inAzureWords;
  return { message: inWords(message), remedy: inWords(remedy) };
}

export function cancelled(localize: Localize): SeguraError {
  return new SeguraError('CANCELLED', localize('Cancelled'), localize('CancelledRemedy'));
}

/** Why this version of Node cannot run the task; undefined when it can. An agent falls back to Node 16 on old systems. */
export function nodeRefusal(version: string, localize: Localize): SeguraError | undefined {
  if (Number.parseInt(version, 10) >= 20) return undefined;
  return new SeguraError(
    'PLATFORM_UNSUPPORTED',
    localize('NodeTooOld', version),
    localize('NodeTooOldRemedy'),
  );
}
