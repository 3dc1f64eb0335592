import { describe } from 'vitest';
import { isInstalled } from './programs.js';

/** The shells of images that are here. On Linux alone: no other system was tried. */
export const shells =
  process.platform === 'linux'
    ? ['bash', 'dash', 'busybox ash'].filter((shell) => isInstalled(shell.split(' ')[0] ?? ''))
    : [];

/** A suite for each of those shells; skipped where there is none. */
export function describeShells(name: string, suite: (shell: string) => void): void {
  describe.skipIf(shells.length === 0).each(shells.length === 0 ? ['no shell'] : shells)(name, suite);
}
