import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { stagingPathOf } from './atomic-write.js';

/**
 * Replaces the text `from` of a file by `to` in one step, and keeps its mode and, as far as this user may, its owner. A link
 * stays, and the file that it leads to is replaced.
 *
 * Throws the error of the system, or one whose `code` says that the file has another text by now. It is then unchanged.
 */
export function replaceAlike(path: string, from: string, to: string): void {
  const target = realpathSync(path);
  const { mode, uid, gid } = statSync(target);
  const next = stagingPathOf(target);
  rmSync(next, { force: true });
  const handle = openSync(next, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  try {
    try {
      writeFileSync(handle, to);
      if (process.platform !== 'win32') {
        try {
          fchownSync(handle, uid, gid);
        } catch {
          // Only root can give a file away.
        }
        fchmodSync(handle, mode & 0o777);
      }
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (!readFileSync(target).equals(Buffer.from(from)))
      throw Object.assign(new Error('changed'), { code: 'it was changed meanwhile' });
    renameSync(next, target);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}
