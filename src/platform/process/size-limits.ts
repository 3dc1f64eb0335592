import { SeguraError } from '../../core/errors.js';
import type { Write } from '../../core/ports.js';

/** All outputs of a job together, counted as GitHub counts them: in UTF-16. Source: docs.github.com, "Outputs". */
const MAX_OUTPUT_BYTES = 1024 * 1024;
/** One string of an environment is at most 128 KiB on Linux; past that every later step fails to start. */
const MAX_ENV_BYTES = 120 * 1024;
const MAX_ENV_CHARACTERS_WINDOWS = 32_767;
/**
 * Arguments and environment together are 2 MiB on Linux by default, 1 MiB on macOS, and past that no later step starts,
 * the one that releases custody neither: a quarter of it is left to what comes after. Windows has no such limit. Source:
 * execve(2).
 */
const MAX_ENV_BYTES_TOGETHER: Partial<Record<NodeJS.Platform, number>> = {
  win32: Number.POSITIVE_INFINITY,
  darwin: 768 * 1024,
};
const MAX_ENV_BYTES_TOGETHER_ELSEWHERE = 1536 * 1024;
/** Beside each string the system keeps its end and its address. */
const BYTES_PER_STRING = 9;

/** The bytes that an environment uses of that limit. */
export function environmentBytes(environment: Readonly<Record<string, string | undefined>>): number {
  return Object.entries(environment).reduce((sum, [name, value = '']) => sum + bytesOf(name, value), 0);
}

/**
 * Why values cannot be outputs or variables: too large, each or together, or with a NUL character, which neither can
 * carry. `occupied` is what the environment takes already, in bytes; `namesOf` gives the names under which a value will
 * stand in that of later steps.
 */
export function checkSizes<W extends Write>(
  writes: readonly W[],
  system: NodeJS.Platform,
  occupied: number,
  namesOf: (write: W) => readonly string[] = ({ name, env }) => (env ? [name] : []),
): SeguraError[] {
  const problems: SeguraError[] = [];
  let outputBytes = 0;
  let envBytes = occupied;
  let hasEnv = false;
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
    if (output && 2 * value.length > MAX_OUTPUT_BYTES) {
      problems.push(tooLarge(`The value of ${source} is larger than an output can be (1 MB).`, asFile));
      outputBytes = Number.NEGATIVE_INFINITY;
    }
    hasEnv ||= names.length > 0;
    envBytes += names.reduce((sum, each) => sum + bytesOf(each, value), 0);
    if (names.some((each) => isTooLargeForEnv(each, value, system))) {
      envBytes = Number.NEGATIVE_INFINITY;
      const most = system === 'win32' ? '32,767 characters' : '120 KB';
      problems.push(
        tooLarge(
          `The value of ${source} is larger than the environment variable ${name} can be (${most}).`,
          asFile,
        ),
      );
    }
  }
  if (outputBytes > MAX_OUTPUT_BYTES) {
    problems.push(tooLarge('Together, the outputs are larger than a job allows (1 MB).', LARGEST_AS_FILES));
  }
  const maxEnvBytes = MAX_ENV_BYTES_TOGETHER[system] ?? MAX_ENV_BYTES_TOGETHER_ELSEWHERE;
  if (hasEnv && envBytes > maxEnvBytes) {
    problems.push(
      tooLarge(
        `With these values, the environment would be larger than is safe for starting a process (${maxEnvBytes / 1024} KB).`,
        LARGEST_AS_FILES,
      ),
    );
  }
  return problems;
}

function isTooLargeForEnv(name: string, value: string, system: NodeJS.Platform): boolean {
  if (system === 'win32') return name.length + 1 + value.length > MAX_ENV_CHARACTERS_WINDOWS;
  return Buffer.byteLength(`${name}=${value}`) > MAX_ENV_BYTES;
}

function bytesOf(name: string, value: string): number {
  return Buffer.byteLength(`${name}=${value}`) + BYTES_PER_STRING;
}

const LARGEST_AS_FILES = 'Ask for the largest as files: file:PATH or path:NAME.';

function tooLarge(what: string, remedy: string): SeguraError {
  return new SeguraError('VALUE_TOO_LARGE', what, remedy);
}
