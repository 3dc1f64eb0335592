import { chmodSync, closeSync, constants, lstatSync, openSync, statSync, truncateSync } from 'node:fs';
import { codeOf, SeguraError } from '../../core/errors.js';
import type { FileEntry } from '../../core/ports.js';

/** What the runner reads from a file that a step appends to, by the variable that names the file. */
const WHAT = {
  GITHUB_OUTPUT: 'outputs',
  GITHUB_ENV: 'environment variables',
  GITHUB_STATE: 'the state for post',
  GITHUB_STEP_SUMMARY: 'the job summary',
} as const;

export type CommandFile = keyof typeof WHAT;

const REMOVED = 'Let no step clean RUNNER_TEMP or the folder _runner_file_commands while the job runs.';
const REPLACED = 'Look for a step that put something else in its place.';
const DENIED =
  'It belongs to the user that the runner runs as. Where the job runs in a container, run the container as that user, for example container: {image: IMAGE, options: --user 1001}';
const FULL = 'Free space on the disk of the runner.';
const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT: REMOVED,
  ENOTDIR: REMOVED,
  EISDIR: REPLACED,
  EINVAL: REPLACED,
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: DENIED,
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: FULL,
};

/** Why nothing can be appended to the file, looked at without appending; undefined when it can. */
export function appendRefusal(file: CommandFile, path: string): SeguraError | undefined {
  try {
    // Opened without O_CREAT: a file that the runner did not make it does not read. A FIFO does not block.
    const flags = constants.O_WRONLY | constants.O_APPEND | (constants.O_NONBLOCK ?? 0);
    closeSync(openSync(path, flags));
    return undefined;
  } catch (error) {
    return cannotAppend(file, error);
  }
}

/**
 * Runs `append`, which adds to the file, and takes back what a failure left half written: the runner would read no further.
 * Errors: PLATFORM_UNSUPPORTED.
 */
export function appending(file: CommandFile, path: string, append: () => void): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw cannotAppend(file, Object.assign(new Error(), { code: 'ENOENT' }));
  try {
    append();
  } catch (error) {
    try {
      truncateSync(path, found.size);
    } catch {
      // What cannot be written to cannot have been written half.
    }
    throw cannotAppend(file, error);
  }
}

export function cannotAppend(file: CommandFile, error: unknown): SeguraError {
  const code = codeOf(error);
  return new SeguraError(
    'PLATFORM_UNSUPPORTED',
    `The runner's file for ${WHAT[file]} (${file}) cannot be written (${code}).`,
    REMEDIES[code] ?? REPLACED,
    { cause: error },
  );
}

/** Lets only the owner read the file, as far as that is ours to say. */
export function keepPrivate(path: string): void {
  try {
    chmodSync(path, 0o600);
  } catch {
    // It belongs to the runner's user, who reads it, and whose folder it is in.
  }
}

/** The file as it is known again later; undefined when it is none. */
export function traceOf(path: string): FileEntry | undefined {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (!found?.isFile()) return undefined;
  return { path, device: String(found.dev), inode: String(found.ino), folder: false };
}
