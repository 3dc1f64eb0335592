import {
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  realpathSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isPrivateFolder, PRIVATE_FOLDER } from '../../core/custody/private-folder.js';
import { codeOf, SeguraError } from '../../core/errors.js';
import type { FileEntry, NewFile } from '../../core/ports.js';
import { say, type Text, word } from '../../core/text.js';
import { diskRemedy } from './disk-remedy.js';
import { isOfName } from './named-file.js';
import type { Places } from './places.js';

/** Why a file cannot be created at `path`; undefined when it can. Errors: FILE_REFUSED. */
export function pathProblem(path: string): SeguraError | undefined {
  try {
    realpathSync(dirname(path));
  } catch (error) {
    const folder = dirname(path);
    // The remedy offers to create only a missing folder with a plain name: others need escapes in shell quotes.
    const canBeMade = codeOf(error) === 'ENOENT' && !/["$`!\0-\x1f\x7f-\x9f]/.test(folder);
    return fileRefused(
      `The folder ${folder} of the file ${path} cannot be used (${codeOf(error)}).`,
      canBeMade
        ? say`${word('Create it in an earlier step: run:')} mkdir -p "${folder}"`
        : 'Name a folder that the job can use.',
    );
  }
  try {
    lstatSync(path);
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? undefined : cannotCreate(path, error);
  }
  return fileRefused(
    `The file ${path} already exists. It is not overwritten.`,
    word('Name another file, or remove it in an earlier step.'),
  );
}

/** Creates a new, empty file that only its owner can read. Errors: FILE_REFUSED. */
export function createFile(path: string): NewFile {
  const refusal = pathProblem(path);
  if (refusal !== undefined) throw refusal;
  const real = join(realpathSync(dirname(path)), basename(path));
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);
  let handle: number;
  try {
    handle = openSync(real, flags, 0o600);
  } catch (error) {
    throw cannotCreate(path, error);
  }
  const entry = { path: real, ...identify(handle, path), folder: false };
  return {
    entry,
    write(content) {
      try {
        writeAll(handle, typeof content === 'string' ? Buffer.from(content) : content);
      } catch (error) {
        throw cannotCreate(path, error);
      } finally {
        closeSync(handle);
      }
    },
  };
}

/** The identity of a file that was just created. If it cannot be made private, it is removed again. Errors: FILE_REFUSED. */
function identify(handle: number, path: string): Pick<FileEntry, 'device' | 'inode'> {
  try {
    fchmodSync(handle, 0o600);
    const { dev, ino } = fstatSync(handle, { bigint: true });
    return { device: String(dev), inode: String(ino) };
  } catch (error) {
    closeSync(handle);
    unlinkSync(path);
    throw cannotCreate(path, error);
  }
}

/** A new folder of our own under the job's private temporary folder. */
export function createFolder({ temp }: Places): FileEntry {
  try {
    const path = realpathSync(mkdtempSync(join(temp, PRIVATE_FOLDER)));
    const { dev, ino } = lstatSync(path, { bigint: true });
    return { path, device: String(dev), inode: String(ino), folder: true };
  } catch (error) {
    throw cannotCreate(temp, error, say`Use a temporary folder where ${word('the job may write')}.`);
  }
}

/**
 * Overwrites and removes a file of ours, or removes an empty folder of ours.
 *
 * `other`: something else is at that path now. It is not touched.
 */
export function removeEntry(entry: FileEntry): 'removed' | 'gone' | 'other' {
  let found: BigIntStats;
  try {
    found = lstatSync(entry.path, { bigint: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return 'gone';
    throw error;
  }
  const isSameKind = entry.folder ? found.isDirectory() && isFolderOfOurs(entry.path, found) : found.isFile();
  const isSame = String(found.dev) === entry.device && String(found.ino) === entry.inode;
  if (!isSameKind || !(isSame || isOfName(entry, found))) return 'other';
  if (entry.folder) {
    // A process that was killed between creating a file and recording it left the file empty. A socket holds nothing.
    for (const name of readdirSync(entry.path)) {
      const file = join(entry.path, name);
      const left = lstatSync(file);
      if ((left.isFile() && left.size === 0) || left.isSocket()) unlinkSync(file);
    }
    rmdirSync(entry.path);
    return 'removed';
  }
  try {
    overwrite(entry);
  } catch {
    // A later step may have made it read-only. Removing it needs permission for the folder, not for the file.
  }
  unlinkSync(entry.path);
  return 'removed';
}

/** True for a folder that createFolder made. Only name and owner count: another step may have changed its mode. */
function isFolderOfOurs(path: string, { uid }: BigIntStats): boolean {
  const user = process.getuid?.();
  // Windows has no user number.
  return isPrivateFolder(path) && (user === undefined || uid === BigInt(user));
}

function overwrite(entry: FileEntry): void {
  const flags = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = openSync(entry.path, flags);
  try {
    const { dev, ino, size } = fstatSync(handle, { bigint: true });
    if (String(dev) !== entry.device || String(ino) !== entry.inode) return;
    writeAll(handle, Buffer.alloc(Number(size)));
    fsyncSync(handle);
    ftruncateSync(handle, 0);
  } finally {
    closeSync(handle);
  }
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at, bytes.length - at, at);
}

function cannotCreate(
  path: string,
  error: unknown,
  remedy: Text = say`Name a place where ${word('the job may write')}, for example path:NAME for a private file.`,
): SeguraError {
  const code = codeOf(error);
  return fileRefused(`The file ${path} cannot be written (${code}).`, diskRemedy(code) ?? remedy, error);
}

function fileRefused(what: string, remedy: Text, cause?: unknown): SeguraError {
  return new SeguraError('FILE_REFUSED', what, remedy, { cause });
}
