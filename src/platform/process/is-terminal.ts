import { fstatSync, statSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Whether a descriptor is open on a terminal. Node's own answer needs its network, so what cannot be one is known before. */
export function isTerminal(descriptor: number): boolean {
  try {
    // A console of Windows shows itself as no character device.
    if (process.platform === 'win32') return isatty(descriptor);
    const found = fstatSync(descriptor);
    if (!found.isCharacterDevice() || found.rdev === statSync('/dev/null').rdev) return false;
  } catch {
    return false;
  }
  return isatty(descriptor);
}
