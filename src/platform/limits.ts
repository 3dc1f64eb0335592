import { SeguraError } from '../core/errors.js';
import type { Write } from '../core/ports.js';

/** All outputs of a job together, counted as GitHub counts them: in UTF-16. Source: docs.github.com, "Outputs". */
const MOST_OUTPUT_BYTES = 1024 * 1024;
/** One string of an environment is at most 128 KiB on Linux; past that every later step fails to start. */
const MOST_ENV_BYTES = 120 * 1024;
const MOST_ENV_CHARACTERS_WINDOWS = 32_767;

/** Why values cannot be outputs or variables: too large, or with a NUL character, which neither can carry. */
export function writeRefusals(writes: readonly Write[], system: NodeJS.Platform): SeguraError[] {
  const problems: SeguraError[] = [];
  let outputBytes = 0;
  for (const write of writes) {
    const { name, value, source, env, output } = write;
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
    if (env && isTooLargeForEnv(name, value, system)) {
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
  return problems;
}

function isTooLargeForEnv(name: string, value: string, system: NodeJS.Platform): boolean {
  if (system === 'win32') return name.length + 1 + value.length > MOST_ENV_CHARACTERS_WINDOWS;
  return Buffer.byteLength(`${name}=${value}`) > MOST_ENV_BYTES;
}
