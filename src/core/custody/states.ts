import { isNothing, type LedgerData } from './ledger-data.js';
import { openCarried } from './unseal.js';

/**
 * The states in a text that a runner passed to a main step: those that an earlier use in this run of the job saved.
 *
 * A runner may treat two uses in composite actions as one step. The second then finds the state of the first, which its
 * own state must not replace. Anything that is not a state of this run is left out: no one needs it.
 */
export function statesOf(text: string, run: string): string[] {
  return text.split('\n').filter((each) => each !== '' && openedOf(each)?.run === run);
}

/** True for a state with nothing left to release or remove. */
export function holdsNothing(sealed: string): boolean {
  if (sealed === '') return true;
  const data = openedOf(sealed);
  return data !== undefined && isNothing(data);
}

function openedOf(text: string): LedgerData | undefined {
  try {
    return openCarried(text);
  } catch {
    return undefined;
  }
}
