import { codeOf, SeguraError } from '../../core/errors.js';

/** The content that the runner reads from each file that a step appends to, by the variable that names the file. */
const WHAT = {
  GITHUB_OUTPUT: 'outputs',
  GITHUB_ENV: 'environment variables',
  GITHUB_STATE: 'the state for post',
  GITHUB_STEP_SUMMARY: 'the job summary',
} as const;

export type CommandFile = keyof typeof WHAT;

const REMOVED =
  'Make sure that no step cleans RUNNER_TEMP or the folder _runner_file_commands while the job runs.';
const REPLACED = 'Look for a step that replaced it.';
const DENIED =
  'It belongs to the user of the runner. If the job runs in a container, run the container as that user, for example container: {image: IMAGE, options: --user 1001}';
const FULL = 'Free up space on the disk of the runner.';
const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT: REMOVED,
  ENOTDIR: REMOVED,
  EISDIR: REPLACED,
  EINVAL: REPLACED,
  ELOOP: REPLACED,
  ENXIO: REPLACED,
  ESTALE: REPLACED,
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: DENIED,
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: FULL,
};

export function cannotAppend(file: CommandFile, error: unknown): SeguraError {
  const code = codeOf(error);
  return new SeguraError(
    'PLATFORM_UNSUPPORTED',
    `The runner's file for ${WHAT[file]} (${file}) cannot be written (${code}).`,
    REMEDIES[code] ?? REPLACED,
    { cause: error },
  );
}
