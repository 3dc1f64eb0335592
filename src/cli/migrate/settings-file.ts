import { readDotenv } from '../../core/entries/dotenv.js';
import type { LineEntry } from '../../core/entries/entry.js';
import { readProperties } from '../../core/entries/properties.js';
import { SeguraError } from '../../core/errors.js';
import { printable } from '../../core/printable.js';
import { Secret } from '../../core/secret.js';
import { dotenvReadings } from '../../platform/formats/dotenv-lines.js';
import type { FileEntry, SettingsFile } from './file.js';

/** Reads a text by the format that its name says. Errors: INPUT_INVALID, without any text of the file. */
export async function readSettingsFile(file: string, text: string): Promise<SettingsFile> {
  const name = file.replace(/^.*[\\/]/, '').toLowerCase();
  if (/\.(?:json|ya?ml)$/.test(name)) {
    const { readTree } = await import(/* webpackMode: "eager" */ './tree-file.js');
    return readTree(file, text, name.endsWith('.json') ? 'json' : 'yaml');
  }
  if (/^\.env(?:$|[.-])|\.env$|^env$/.test(name)) return ofLines(file, text, readDotenv, staysInDotenv);
  if (name.endsWith('.properties')) {
    rejectTwice(file, readProperties(text));
    return ofLines(file, text, readProperties, staysInProperties);
  }
  throw new SeguraError(
    'INPUT_INVALID',
    `The name of ${printable(file)} does not say its format.`,
    'Give a file whose name is .env or ends in .env, .json, .yaml, .yml or .properties.',
  );
}

/** Java takes the last entry of a key, and other readers the first. Errors: INPUT_INVALID. */
function rejectTwice(file: string, entries: readonly LineEntry[]): void {
  const lines = new Map<string, number>();
  for (const { name, line } of entries) {
    const earlier = lines.get(name);
    if (earlier !== undefined)
      throw new SeguraError(
        'INPUT_INVALID',
        `${printable(file)} has the key ${printable(name)} twice, in lines ${earlier} and ${line}.`,
        'Remove one of the two lines.',
      );
    lines.set(name, line);
  }
}

type Reader = (text: string) => LineEntry[];

function ofLines(
  file: string,
  text: string,
  read: Reader,
  judge: (text: string, found: readonly LineEntry[]) => FileEntry[],
): SettingsFile {
  const found = read(text);
  return {
    file,
    text,
    entries: judge(text, found),
    lastCounts: true,
    without: (places) => {
      const gone = new Set<number>();
      for (const place of places) {
        const [first, last] = found[place]?.lines ?? [0, -1];
        for (let line = first; line <= last; line += 1) gone.add(line);
      }
      // Each line with its own end; a byte order mark stays.
      const lines = text.match(/[^\r\n]*(?:\r\n|\n|\r|$)/g) ?? [];
      const mark = gone.has(0) && text.startsWith('\ufeff') ? '\ufeff' : '';
      const rest = mark + lines.filter((_, line) => !gone.has(line)).join('');
      return isSame(
        read(rest),
        found.filter((_, at) => !places.has(at)),
      )
        ? rest
        : undefined;
    },
  };
}

/** What readers take for different values stays, and is judged by what is written there: none of them is the right one. */
function staysInDotenv(text: string, found: readonly LineEntry[]): FileEntry[] {
  const readings = dotenvReadings(text, found);
  return found.map((entry, at): FileEntry => {
    const { fault = '', written = '' } = readings[at] ?? {};
    return { ...entry, stays: fault, ...(fault === '' ? {} : { value: new Secret(written) }) };
  });
}

/** Java reads the bytes of a file as ISO 8859-1, unless its program says another encoding. */
function staysInProperties(text: string, found: readonly LineEntry[]): FileEntry[] {
  const lines = text.split(/\r\n|\n|\r/);
  return found.map((entry): FileEntry => {
    const [first, last] = entry.lines;
    const isAscii = lines.slice(first, last + 1).every((line) => /^[\0-\x7f]*$/.test(line));
    return { ...entry, stays: isAscii ? '' : LETTERS };
  });
}

const LETTERS =
  'Java programs may read its letters beyond ASCII as others: write them as \\u and four digits, as in \\u00e9';

function isSame(one: readonly LineEntry[], other: readonly LineEntry[]): boolean {
  const textOf = ({ name, value }: LineEntry): string => JSON.stringify([name, value.reveal()]);
  return (
    one.length === other.length && one.every((entry, at) => textOf(entry) === textOf(other[at] ?? entry))
  );
}
