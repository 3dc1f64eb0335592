import { SeguraError } from '../core/errors.js';
import type { Write } from '../core/ports.js';

/** All outputs of a job together, counted as GitHub counts them: in UTF-16. Source: docs.github.com, "Outputs". */
const MOST_OUTPUT_BYTES = 1024 * 1024;
/** One string of an environment is at most 128 KiB on Linux; past that every later step fails to start. */
const MOST_ENV_BYTES = 120 * 1024;
const MOST_ENV_CHARACTERS_WINDOWS = 32_767;
/**
 * Arguments and environment together are 2 MiB on Linux by default, 1 MiB on macOS, and past that no later step starts,
 * the one that gives back neither: half of it is left to everything else. Windows has no such limit. Source: execve(2).
 */
const MOST_ENV_BYTES_TOGETHER: Partial<Record<NodeJS.Platform, number>> = {
  win32: Number.POSITIVE_INFINITY,
  darwin: 512 * 1024,
};
const MOST_ENV_BYTES_TOGETHER_ELSEWHERE = 1024 * 1024;

/**
 * Why values cannot be outputs or variables: too large, each or together, or with a NUL character, which neither can
 * carry. `namesOf` gives the names under which one will stand in the environment of later steps.
 */
export function writeRefusals<W extends Write>(
  writes: readonly W[],
  system: NodeJS.Platform,
  namesOf: (write: W) => readonly string[] = ({ name, env }) => (env ? [name] : []),
): SeguraError[] {
  const problems: SeguraError[] = [];
  let outputBytes = 0;
  let envBytes = 0;
  for (const write of writes) {
    const { name, value, source, output } = write;
    const names = namesOf(write);
    const asFile = `Ask for a file: ${source} > file:PATH, or path:${name}`;
    if (value.includes('\0')) {
      problems.push(
        new SeguraError('VALUE_BROKEN', `The value of ${source} for ${name} holds a NUL character.`, asFile),
      );
    }
    if (output) outputBytes += 2 * (name.length + value.length);
    if (output && 2 * value.length > MOST_OUTPUT_BYTES) {
      problems.push(
        new SeguraError(
          'VALUE_TOO_LARGE',
          `The value of ${source} is larger than an output can be (1 MB).`,
          asFile,
        ),
      );
      outputBytes = Number.NEGATIVE_INFINITY;
    }
    envBytes += names.reduce((sum, each) => sum + Buffer.byteLength(`${each}=${value}`), 0);
    if (names.some((each) => isTooLargeForEnv(each, value, system))) {
      envBytes = Number.NEGATIVE_INFINITY;
      const most = system === 'win32' ? '32,767 characters' : '120 KB';
      problems.push(
        new SeguraError(
          'VALUE_TOO_LARGE',
          `The value of ${source} is larger than the environment variable ${name} can be (${most}).`,
          asFile,
        ),
      );
    }
  }
  if (outputBytes > MOST_OUTPUT_BYTES) {
    problems.push(
      new SeguraError(
        'VALUE_TOO_LARGE',
        'The outputs together are larger than those of a job can be (1 MB).',
        'Ask for the largest as files: file:PATH or path:NAME.',
      ),
    );
  }
  const mostEnvBytes = MOST_ENV_BYTES_TOGETHER[system] ?? MOST_ENV_BYTES_TOGETHER_ELSEWHERE;
  if (envBytes > mostEnvBytes) {
    problems.push(
      new SeguraError(
        'VALUE_TOO_LARGE',
        `The environment variables together are larger than what is safe to start a process with (${mostEnvBytes / 1024} KB).`,
        'Ask for the largest as files: file:PATH or path:NAME.',
      ),
    );
  }
  return problems;
}

function isTooLargeForEnv(name: string, value: string, system: NodeJS.Platform): boolean {
  if (system === 'win32') return name.length + 1 + value.length > MOST_ENV_CHARACTERS_WINDOWS;
  return Buffer.byteLength(`${name}=${value}`) > MOST_ENV_BYTES;
}
