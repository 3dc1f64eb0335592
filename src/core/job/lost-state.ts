import type { UseRecord } from '../custody/account.js';
import { SeguraError } from '../errors.js';
import type { UseStore } from '../ports.js';
import { printable } from '../printable.js';

const MOST_NAMES = 50;

/** What post can say when it got no state: what the accounts of the job name as held. Undefined when that is nothing. */
export function lostState(uses: UseStore | undefined): SeguraError | undefined {
  const names = [...new Set((uses?.readAll() ?? []).flatMap(heldIn))].slice(0, MOST_NAMES).map(printable);
  if (names.length === 0) return undefined;
  return new SeguraError(
    'STATE_INVALID',
    `The runner gave this post no state. Unless another post of this job releases it, this may still be held: ${names.join(', ')}. Files that this step wrote may still be there.`,
    'Look in the vault for what this job holds, and release it there by hand.',
  );
}

/** Anybody may have written the text, and nobody here can tell: it is read, shown, and obeyed in nothing. */
function heldIn(account: string): string[] {
  try {
    const records = JSON.parse(account.slice(account.indexOf('.') + 1)) as readonly UseRecord[];
    return records
      .filter(({ state }) => state === 'running')
      .flatMap(({ claims }) => claims.map(({ credential }) => String(credential)));
  } catch {
    return [];
  }
}
