import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  lstatSync,
  openSync,
  realpathSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isPrivateFolder } from '../../../core/custody/private-folder.js';
import { codeOf } from '../../../core/errors.js';
import type { FileEntry, InjectedFile, Restored } from '../../../core/ports.js';
import { removeLeftover } from '../atomic-write.js';
import { readRegularBytes } from '../regular-file.js';
import { removeEntry } from '../secret-file.js';
import { replaceOne, sha256Of } from './replace.js';

/** What was written may be longer than what was there. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Gives a file its old bytes back, with the mode and the time it had, when it still has the new ones. Removes the copy, and
 * what a process that was killed left beside the file.
 *
 * Anyone may have written `file`: only bytes from a private copy of ours, and of that checksum, are written, and only over
 * a file whose bytes the author knows. Throws what the system says, or FILE_REFUSED.
 */
export function restoreFile(file: InjectedFile): Restored {
  const outcome = restored(file);
  // After the file is as it was: a process that is killed before this is done again.
  if (isOurs(file.copy)) removeEntry(file.copy);
  return outcome;
}

function restored(file: InjectedFile): Restored {
  const { path, mode, mtimeMs } = file;
  removeLeftover(path);
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return 'gone';
  const isPlain = found.isFile() && found.nlink === 1n && found.size <= MAX_BYTES;
  if (!isPlain || realpathSync(path) !== path) return 'changed';
  const sha256 = sha256Of(readRegularBytes(path, MAX_BYTES));
  if (sha256 === file.oldSha256) return 'untouched';
  if (sha256 !== file.sha256) return 'changed';
  const old = bytesOfCopy(file);
  if (old === undefined) return 'lost';
  const { uid, gid } = found;
  try {
    replaceOne({ shown: path, path, found: { uid, gid, mode: BigInt(mode) } }, old, mtimeMs);
  } catch (error) {
    overwrite(file, found, old, error);
  }
  return 'restored';
}

/**
 * Where nothing can be written beside the file, as on a disk that is full or in a folder that is read-only by now: its old
 * bytes over the new ones. Throws `error` if it cannot be opened; then what the system says, with no new byte left.
 */
function overwrite({ path, mtimeMs }: InjectedFile, found: BigIntStats, old: Buffer, error: unknown): void {
  let handle: number;
  try {
    handle = openSync(path, constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0));
  } catch {
    throw error;
  }
  try {
    const { dev, ino, size } = fstatSync(handle, { bigint: true });
    if (dev !== found.dev || ino !== found.ino) throw error;
    // Bytes that are there already need no space. What is longer may fail, and then holds nothing new.
    const within = Math.min(old.length, Number(size));
    write(handle, old, 0, within);
    ftruncateSync(handle, within);
    fsyncSync(handle);
    write(handle, old, within, old.length);
    futimesSync(handle, new Date(), mtimeMs / 1000);
  } finally {
    closeSync(handle);
  }
}

function write(handle: number, bytes: Buffer, start: number, end: number): void {
  for (let at = start; at < end; ) at += writeSync(handle, bytes, at, end - at, at);
}

/** The old bytes; undefined when they are gone, or the file is not the one that was made for them. */
function bytesOfCopy({ copy, oldSha256 }: InjectedFile): Buffer | undefined {
  if (!isOurs(copy)) return undefined;
  const bytes = readRegularBytes(copy.path, MAX_BYTES);
  return sha256Of(bytes) === oldSha256 ? bytes : undefined;
}

function isOurs({ path, device, inode }: FileEntry): boolean {
  let found: BigIntStats;
  try {
    found = lstatSync(path, { bigint: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return false;
    throw error;
  }
  const user = process.getuid?.();
  const isSame = String(found.dev) === device && String(found.ino) === inode;
  const isPrivate = isPrivateFolder(dirname(path)) && found.isFile() && found.nlink === 1n;
  // Windows has no user number.
  return isSame && isPrivate && (user === undefined || found.uid === BigInt(user));
}
