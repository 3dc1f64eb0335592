import type { LedgerData } from './ledger-data.js';
import { openCarried } from './unseal.js';

/**
 * The states in a text that a runner handed to a main step: those that an earlier use of this run of the job saved.
 *
 * A runner may take two uses in composite actions for one step. The second then finds the state of the first, which its
 * own must not replace. What is no state of this run is left out: no one needs it.
 */
export function statesOf(text: string, run: string): string[] {
  return text.split('\n').filter((each) => each !== '' && openedOf(each)?.run === run);
}

/** True for a state of which nothing is to be released or removed. */
export function holdsNothing(sealed: string): boolean {
  if (sealed === '') return true;
  const data = openedOf(sealed);
  return data !== undefined && data.custody.length + data.files.length === 0;
}

function openedOf(text: string): LedgerData | undefined {
  try {
    return openCarried(text);
  } catch {
    return undefined;
  }
}
