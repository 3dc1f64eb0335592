import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../../core/errors.js';

/**
 * Replaces the file at `path` with `text` in one step: a reader gets either the old text or the new one, complete.
 *
 * Only the owner can read it, whatever the mode of the old file and the umask. A link at `path` is replaced, not followed.
 * Throws the error of the system, or EINVAL for a device or a pipe. The old file is then unchanged.
 */
export function replaceFile(path: string, text: string): void {
  if (isOtherThanFile(path)) throw Object.assign(new Error('no regular file'), { code: 'EINVAL' });
  const next = stagingPathOf(path);
  removeIfThere(next);
  const handle = openSync(next, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  try {
    try {
      fchmodSync(handle, 0o600);
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at, bytes.length - at, at);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(next, path);
  } catch (error) {
    removeIfThere(next);
    throw error;
  }
}

/** Throws the error that replaceFile would get at `path`, as far as that can be known before. */
export function probeReplace(path: string): void {
  if (isOtherThanFile(path))
    throw Object.assign(new Error('no regular file'), {
      code: statSync(path).isDirectory() ? 'EISDIR' : 'EINVAL',
    });
  const next = stagingPathOf(path);
  removeIfThere(next);
  closeSync(openSync(next, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600));
  unlinkSync(next);
  if (isAnothersInSharedFolder(path)) throw Object.assign(new Error('of another user'), { code: 'EPERM' });
}

/** In a folder such as /tmp a file can be replaced only by its owner. */
function isAnothersInSharedFolder(path: string): boolean {
  const user = process.geteuid?.() ?? 0;
  const [file, folder] = [lstatSync(path, { throwIfNoEntry: false }), statSync(dirname(path))];
  const isSticky = (folder.mode & 0o1000) !== 0;
  return file !== undefined && user !== 0 && isSticky && folder.uid !== user && file.uid !== user;
}

/** A link such as /dev/stdout counts as the device: replacing it would put a file in its place. */
function isOtherThanFile(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() && /^\/(?:proc|dev)\//.test(readlinkSync(path))) return true;
  const target = statSync(path, { throwIfNoEntry: false });
  return target !== undefined && !target.isFile();
}

/** Removes the temporary file of a process that was killed while it replaced the file. No other program uses that name. */
export function removeLeftover(path: string): void {
  removeIfThere(stagingPathOf(path));
}

/** Where the new text is before it becomes the file. */
export function stagingPathOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.segura-secrets`);
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    // No file can have a name that is too long.
    if (!['ENOENT', 'ENAMETOOLONG'].includes(codeOf(error))) throw error;
  }
}
