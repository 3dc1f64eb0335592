import { describe } from 'vitest';
import { cannot, lacks } from '../support/skips.js';

/** The shells of images that are here. */
export const shells = cannot(process.platform !== 'linux', 'what was tried only on Linux')
  ? []
  : ['bash', 'dash', 'busybox ash'].filter((shell) => !lacks(shell.split(' ')[0] ?? ''));

/** Whether there is none at all. */
export const lacksShells = shells.length === 0;

/** A suite for each of those shells; skipped where there is none. */
export function describeShells(name: string, suite: (shell: string) => void): void {
  describe.skipIf(lacksShells).each(lacksShells ? ['no shell'] : shells)(name, suite);
}
