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

/** Throws the error of the system if text cannot be written to `path`. Leaves nothing there, and never waits. */
export function probePath(path: string, how: 'replace' | 'append'): void {
  const found = statSync(path, { throwIfNoEntry: false });
  const { O_WRONLY, O_APPEND, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;
  // For a FIFO, only the permission is checked: to open and close it would end the input of its reader.
  if (found?.isFIFO()) accessSync(path, constants.W_OK);
  else if (found?.isCharacterDevice()) closeSync(openSync(path, O_WRONLY | O_NONBLOCK | O_NOCTTY));
  else if (found !== undefined && how === 'append')
    closeSync(openSync(path, O_WRONLY | O_APPEND | O_NONBLOCK));
  else probeReplace(path);
}

/** The same for an open descriptor. */
export function probeDescriptor(descriptor: number): void {
  const found = fstatSync(descriptor);
  // This writes no bytes, but fails if the descriptor is read-only. On a socket it could send an empty message.
  if (found.isFile() || found.isCharacterDevice()) writeSync(descriptor, Buffer.alloc(0));
  else if (!found.isFIFO() && !found.isSocket()) throw Object.assign(new Error('no file'), { code: 'EBADF' });
}

/**
 * Whether no one receives the output: the descriptor was closed, so that Node opens the null device in its place, or a
 * program opened that for it. A shell's `>/dev/null` opens it only for writing. False if the system does not say.
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
