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

/** What of the environment and the arguments that this process was started with is no UTF-8, and changed when it was read. */
export function unreadable({ environment, words }: Started): Unreadable {
  const doubtful = words.flatMap((word, at) => (word.includes(REPLACED) ? [at] : []));
  // Nearly always there is none, and nothing has to be read.
  const given = doubtful.length === 0 ? undefined : readZeroed('/proc/self/cmdline')?.slice(-words.length);
  return {
    variables: brokenEntries(environment).map((entry) => entry.subarray(0, entry.indexOf('='))),
    words: doubtful.filter((at) => given?.[at] === undefined || !isUtf8(given[at])),
  };
}

/** Node leaves out a variable whose name is no UTF-8, so what it has says nothing of those. */
function brokenEntries(environment: Started['environment']): Buffer[] {
  const entries = readZeroed('/proc/self/environ');
  // What has no "=" is no variable, and nothing can take it away.
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
