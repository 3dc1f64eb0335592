import type { Secret } from '../secret.js';
import type { LedgerData } from './ledger-data.js';
import { seal } from './seal.js';
import { openCarried, unseal } from './unseal.js';

type Left = Pick<LedgerData, 'custody' | 'files'>;

/** The sealed text with only `left` of what it held; empty when that is nothing. Errors: STATE_INVALID. */
export function resealed(sealed: string, key: Secret, run: string, left: Left): string {
  return isNothing(left) ? '' : seal({ ...unseal(sealed, key, run), ...left }, key);
}

/** The same for a state that carries its login. Errors: STATE_INVALID. */
export function recarried(sealed: string, left: Left): string {
  return isNothing(left) ? '' : seal({ ...openCarried(sealed), ...left }, undefined);
}

function isNothing({ custody, files }: Left): boolean {
  return custody.length + files.length === 0;
}
