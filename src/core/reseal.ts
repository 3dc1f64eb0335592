import type { LedgerData } from './ledger.js';
import { seal } from './seal.js';
import type { Secret } from './secret.js';
import { unseal } from './unseal.js';

/** The sealed text with only `left` of what it held; empty when that is nothing. Errors: STATE_INVALID. */
export function resealed(
  sealed: string,
  key: Secret,
  run: string,
  left: Pick<LedgerData, 'custody' | 'files'>,
): string {
  if (left.custody.length + left.files.length === 0) return '';
  return seal({ ...unseal(sealed, key, run), ...left }, key);
}
