import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { probeReplace } from './atomic-write.js';

/** Throws what the system says where text could not be put at `path`; leaves nothing there, and waits for no one. */
export function probePath(path: string, how: 'replace' | 'append'): void {
  const found = statSync(path, { throwIfNoEntry: false });
  const { O_WRONLY, O_APPEND, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;
  // A FIFO is only asked: one that is opened and closed is at its end for whoever reads it.
  if (found?.isFIFO()) accessSync(path, constants.W_OK);
  else if (found?.isCharacterDevice()) closeSync(openSync(path, O_WRONLY | O_NONBLOCK | O_NOCTTY));
  else if (found !== undefined && how === 'append')
    closeSync(openSync(path, O_WRONLY | O_APPEND | O_NONBLOCK));
  else probeReplace(path);
}

/** The same for an open descriptor. */
export function probeDescriptor(descriptor: number): void {
  const found = fstatSync(descriptor);
  // Nothing is written by this, but what is open only for reading is reported. An empty message of a socket would be one.
  if (found.isFile() || found.isCharacterDevice()) writeSync(descriptor, Buffer.alloc(0));
  else if (!found.isFIFO() && !found.isSocket()) throw Object.assign(new Error('no file'), { code: 'EBADF' });
}

/**
 * Whether no one gets what is printed: the descriptor was closed, in whose place Node opens the null device, or a program
 * opened that for it. A shell's `>/dev/null` opens it only for writing. False where the system does not say.
 */
export function isClosed(descriptor: 1 | 2): boolean {
  try {
    const [found, nothing] = [fstatSync(descriptor), statSync('/dev/null')];
    const [, flags = '0'] =
      /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8')) ?? [];
    const mode = Number.parseInt(flags, 8) & (constants.O_WRONLY | constants.O_RDWR);
    return found.isCharacterDevice() && found.rdev === nothing.rdev && mode === constants.O_RDWR;
  } catch {
    return false;
  }
}
