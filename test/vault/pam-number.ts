import type { VaultData } from './data.js';

/** The next free number of the list that credentials and SSH keys share. */
export function nextItemId({ credentials, keys }: VaultData): number {
  return Math.max(0, ...credentials.map(({ id }) => id), ...keys.map(({ id }) => id)) + 1;
}
