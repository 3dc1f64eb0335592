import { createHash } from 'node:crypto';
import {
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from '../../../core/errors.js';
import type { FileChange, OpenedFile } from '../../../core/ports.js';
import { removeLeftover, stagingPathOf } from '../atomic-write.js';
import { attempt, refused } from './failures.js';

/**
 * Puts new bytes into several files, or into none: all are written beside the old ones first, then each replaces its own
 * in one step. Mode and owner stay. When one cannot be replaced, those before it get their old bytes back.
 *
 * Errors: FILE_REFUSED.
 */
export function replaceAll(changes: readonly FileChange[]): void {
  const known = new Set<string>();
  for (const { file } of changes) {
    const { dev, ino } = file.found;
    if (known.has(`${dev}:${ino}`))
      throw refused(`${file.shown} and another name are one file.`, 'Use one name for it.');
    known.add(`${dev}:${ino}`);
  }
  const done: FileChange[] = [];
  try {
    for (const { file, bytes } of changes) stage(file, bytes);
    for (const { file } of changes) refuseChanged(file);
    for (const change of changes) {
      attempt(change.file.shown, () => renameSync(stagingPathOf(change.file.path), change.file.path));
      done.push(change);
    }
    for (const folder of new Set(changes.map(({ file }) => dirname(file.path)))) syncFolder(folder);
  } catch (error) {
    throw undone(done, error);
  } finally {
    for (const { file } of changes) removeQuietly(file.path);
  }
}

/** The error that stopped it; it names files that could not get their old bytes back. */
function undone(done: readonly FileChange[], error: unknown): unknown {
  const left = done.filter(({ file }) => {
    try {
      stage(file, file.bytes);
      renameSync(stagingPathOf(file.path), file.path);
      return false;
    } catch {
      return true;
    }
  });
  if (left.length === 0) return error;
  return refused(
    `Not all files could be replaced, and ${left.map(({ file }) => file.shown).join(', ')} still have the new values.`,
    'Restore these files before a later step reads them.',
    error,
  );
}

export function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What a file is to keep. */
type Kept = Pick<OpenedFile, 'shown' | 'path'> & {
  readonly found: Pick<BigIntStats, 'uid' | 'gid' | 'mode'>;
};

/** Puts bytes into one file in one step, with the owner and mode of `kept`, and that time in ms. Errors: FILE_REFUSED. */
export function replaceOne(kept: Kept, bytes: Buffer, mtimeMs: number): void {
  try {
    stage(kept, bytes);
    attempt(kept.shown, () => {
      utimesSync(stagingPathOf(kept.path), new Date(), mtimeMs / 1000);
      renameSync(stagingPathOf(kept.path), kept.path);
    });
  } finally {
    removeQuietly(kept.path);
  }
}

/** Writes bytes beside a file, with its mode and owner; readable for its owner only until they are whole. */
function stage({ shown, path, found }: Kept, bytes: Buffer): void {
  const next = stagingPathOf(path);
  attempt(shown, () => removeLeftover(path));
  const handle = attempt(shown, () =>
    openSync(next, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600),
  );
  try {
    refuseMoved(shown, path);
    attempt(shown, () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at, bytes.length - at, at);
    });
    const { uid, gid } = fstatSync(handle, { bigint: true });
    if (uid !== found.uid || gid !== found.gid)
      keepingOwner(shown, () => fchownSync(handle, Number(found.uid), Number(found.gid)));
    // After the owner, whose change takes the set-user-ID bit away.
    attempt(shown, () => fchmodSync(handle, Number(found.mode & 0o7777n)));
    attempt(shown, () => fsyncSync(handle));
  } finally {
    closeSync(handle);
  }
}

/** A folder of the path may have become a link since it was opened: the new bytes would be elsewhere. */
function refuseMoved(shown: string, path: string): void {
  if (attempt(shown, () => realpathSync(dirname(path))) !== dirname(path))
    throw refused(
      `The folder of ${shown} was changed by another program meanwhile.`,
      'Let no other program write it during the step.',
    );
}

function keepingOwner(shown: string, operation: () => void): void {
  try {
    operation();
  } catch (error) {
    throw refused(
      `The owner or the group of ${shown} cannot be kept (${codeOf(error)}).`,
      'Run the step as the owner of the file.',
      error,
    );
  }
}

function refuseChanged({ shown, path, found, bytes }: OpenedFile): void {
  const now = attempt(shown, () => lstatSync(path, { bigint: true }));
  const isSame = now.dev === found.dev && now.ino === found.ino && readFileSync(path).equals(bytes);
  if (!isSame)
    throw refused(
      `The file ${shown} was changed by another program meanwhile.`,
      'Let no other program write it during the step.',
    );
}

/** The name in the folder is then on the disk too. Not every system can. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, constants.O_RDONLY);
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // Windows opens no folder.
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(stagingPathOf(path));
  } catch {
    // It became the file, or was never there.
  }
}
