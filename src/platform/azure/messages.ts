import { SeguraError } from '../../core/errors.js';
import type { OptionKey } from '../../core/input-names.js';
import { render } from '../../core/text.js';
import type { Localize } from './reserved-names.js';
import { azureWords } from './words.js';

/** Inputs that a service connection gives. */
const OF_CONNECTION: readonly (OptionKey | undefined)[] = ['url', 'clientId', 'clientSecret'];

/** A problem as the task shows it: one that the core found in the words of Azure Pipelines. */
export function asShown(
  { code, about, messageText, remedyText }: SeguraError,
  localize: Localize,
): { message: string; remedy: string } {
  const isOfConnection = code === 'INPUT_MISSING' && OF_CONNECTION.includes(about);
  const remedy = isOfConnection ? localize('ConnectionMissingRemedy', about ?? '') : remedyText;
  return { message: render(messageText, azureWords()), remedy: render(remedy, azureWords()) };
}

export function cancelled(localize: Localize): SeguraError {
  return new SeguraError('CANCELLED', localize('Cancelled'), localize('CancelledRemedy'));
}

/** Why this version of Node cannot run the task; undefined when it can. An agent falls back to Node 16 on old systems. */
export function nodeProblem(version: string, localize: Localize): SeguraError | undefined {
  if (Number.parseInt(version, 10) >= 20) return undefined;
  return new SeguraError(
    'PLATFORM_UNSUPPORTED',
    localize('NodeTooOld', version),
    localize('NodeTooOldRemedy'),
  );
}
