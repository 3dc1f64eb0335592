import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { probeReplace, stagingPathOf } from './atomic-write.js';
import { attempt, refused } from './inject/failures.js';
import { readRegularBytes } from './regular-file.js';

/** Rejects a file that cannot be replaced without a trace of its old text in what is left. Errors: FILE_REFUSED. */
export function refuseShared(shown: string, path: string): void {
  const { nlink, isRegular } = attempt(shown, () => {
    const found = statSync(path);
    return { nlink: found.nlink, isRegular: found.isFile() };
  });
  if (!isRegular)
    throw refused(
      `${shown} is no regular file, so it cannot be replaced.`,
      'Name a regular file, or leave --strip out.',
    );
  if (nlink > 1)
    throw refused(
      `The file ${shown} has ${nlink} names (hard links): the others would keep the old text.`,
      `Remove the other names, which this command shows: find / -samefile "${shown}"`,
    );
}

/** Rejects a file if replaceAlike would fail, as far as that can be known before. Errors: FILE_REFUSED. */
export function probeReplaceAlike(shown: string, path: string): void {
  attempt(shown, () => probeReplace(realpathSync(path)));
}

/**
 * Replaces the text `from` of a file by `to` in one step, and keeps its mode and, as far as this user may, its owner. A link
 * stays, and the file that it leads to is replaced.
 *
 * Throws the error of the system, or one whose `code` says that the file has another text or name by now. It is then
 * unchanged.
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
    const bytes = readRegularBytes(target, undefined, ({ nlink }) => {
      if (nlink > 1) throw changed('it got another name, a hard link, meanwhile');
    });
    if (!bytes.equals(Buffer.from(from))) throw changed('it was changed meanwhile');
    renameSync(next, target);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}

function changed(code: string): Error {
  return Object.assign(new Error('changed'), { code });
}
