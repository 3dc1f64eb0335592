import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';

/** Node reads names, values and arguments as UTF-8, and puts this in place of each byte that is none. */
const REPLACED = '\ufffd';

export interface Started {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly words: readonly string[];
}

export interface Unreadable {
  /** Names of variables. */
  readonly variables: readonly Buffer[];
  /** Places among the arguments, from 0. */
  readonly words: readonly number[];
}

/** The parts of the initial environment and arguments that are not UTF-8, so that reading them changed them. */
export function unreadable({ environment, words }: Started): Unreadable {
  const doubtful = words.flatMap((word, at) => (word.includes(REPLACED) ? [at] : []));
  // Nearly always there are none, and nothing has to be read.
  const given = doubtful.length === 0 ? undefined : readZeroed('/proc/self/cmdline')?.slice(-words.length);
  return {
    variables: brokenEntries(environment).map((entry) => entry.subarray(0, entry.indexOf('='))),
    words: doubtful.filter((at) => given?.[at] === undefined || !isUtf8(given[at])),
  };
}

/** Node drops a variable whose name is not UTF-8, so its own list does not show those. */
function brokenEntries(environment: Started['environment']): Buffer[] {
  const entries = readZeroed('/proc/self/environ');
  // A text without "=" is not a variable, and cannot be removed.
  if (entries !== undefined) return entries.filter((entry) => !isUtf8(entry) && entry.includes('='));
  return Object.entries(environment)
    .map(([name, value = '']) => `${name}=${value}`)
    .filter((entry) => entry.includes(REPLACED))
    .map((entry) => Buffer.from(entry));
}

function readZeroed(path: string): Buffer[] | undefined {
  try {
    const bytes = readFileSync(path);
    const parts: Buffer[] = [];
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(0, start);
      parts.push(bytes.subarray(start, end === -1 ? bytes.length : end));
      start = end === -1 ? bytes.length : end + 1;
    }
    return parts;
  } catch {
    return undefined;
  }
}
