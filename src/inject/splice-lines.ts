import { closestMatch } from '../core/did-you-mean.js';
import { collect, SeguraError, throwIfAny } from '../core/errors.js';
import { groupedBy } from '../core/lookup/grouped-by.js';
import { onceForEach } from '../core/lookup/once-for-each.js';
import { option, say, type Text } from '../core/text.js';
import {
  applySplices,
  documentRefused,
  lineAt,
  placeNotFound,
  placeRefused,
  type ReadyEdit,
  type Splice,
  type Splicer,
} from './edit.js';
import { showPlace } from './place.js';

/** One `key = value` of a file of lines. */
export interface LineEntry {
  /** The place that leads to it, as a user writes it. */
  readonly place: string;
  /** The bytes of its value, with what quotes it. */
  readonly start: number;
  readonly end: number;
  /** Why this entry cannot be changed by itself, and what to do. */
  readonly fault?: EntryFault | undefined;
}

export interface EntryFault {
  readonly what: string;
  readonly remedy: Text;
}

/** What is special in one format of lines. */
export interface LineFormat {
  /** Every entry of a text, in its order. Throws LineFault for a text that readers take differently. */
  scan(text: string): readonly LineEntry[];
  /** How a value is written; `old` is what stands there, or undefined in a new place. Throws VALUE_BROKEN. */
  write(edit: ReadyEdit, old: string | undefined): string;
  /** What a reader makes of what was written; undefined when that is not what was to be written. */
  read(written: string): string | undefined;
  /** A new entry. */
  create(text: string, edit: ReadyEdit, written: string): Splice;
}

export class LineFault extends Error {
  readonly offset: number;

  constructor(what: string, offset: number) {
    super(what);
    this.offset = offset;
  }
}

/** Values into a text of such a format. */
export function spliceLines(format: LineFormat): Splicer {
  return (text, edits) => {
    const [first] = edits;
    if (first === undefined) return text;
    const entries = groupedBy(scanned(format, text, first.place.path), ({ place }) => place);
    const problems: SeguraError[] = [];
    const splices = edits.map((edit) => collect(problems, () => spliceOf(format, text, entries, edit)));
    throwIfAny(problems);
    const replaced = splices.filter(
      (splice, index) => splice !== undefined && entries.has(edits[index]?.place.text ?? ''),
    );
    let next = verified(format, text, replaced as Splice[], edits);
    for (const edit of edits.filter(({ place }) => !entries.has(place.text))) {
      const splice = format.create(next, edit, writing(format, edit, undefined));
      next = verified(format, next, [splice], [edit]);
    }
    return next;
  };
}

type Entries = ReadonlyMap<string, readonly LineEntry[]>;

const placesIn = onceForEach((entries: Entries): readonly string[] => [...entries.keys()]);

function spliceOf(format: LineFormat, text: string, entries: Entries, edit: ReadyEdit): Splice | undefined {
  const { place } = edit;
  const [found, twin] = entries.get(place.text) ?? [];
  if (twin !== undefined) {
    throw placeRefused(
      edit,
      `which is there twice, in lines ${lineAt(text, found?.start ?? 0)} and ${lineAt(text, twin.start)}.`,
      `Remove one of them from ${place.path}.`,
    );
  }
  if (found === undefined) {
    if (!place.create) throw notFound(format, text, edit, entries);
    // What cannot be written is known before anything is.
    writing(format, edit, undefined);
    return undefined;
  }
  const { start, end, fault } = found;
  if (fault !== undefined) throw placeRefused(edit, fault.what, fault.remedy);
  return { start, end, text: writing(format, edit, text.slice(start, end)) };
}

function writing(format: LineFormat, edit: ReadyEdit, old: string | undefined): string {
  const written = format.write(edit, old);
  edit.onWritten?.(written);
  return written;
}

function notFound(format: LineFormat, text: string, edit: ReadyEdit, entries: Entries): SeguraError {
  const { place, source } = edit;
  const nearest = closestMatch(place.text, placesIn(entries));
  const remedies = [
    nearest && `Write ${source} > ${showPlace({ ...place, text: nearest })}`,
    canCreate(format, text, edit) && `Write ${showPlace({ ...place, create: true })} to create it.`,
  ].filter(Boolean);
  return placeNotFound(
    edit,
    nearest === undefined ? 'which is not there.' : `which is not there; the nearest one is ${nearest}.`,
    remedies.join('. ') || 'Name a place that is there.',
  );
}

/** What every reader takes, wherever it stands. */
const SAMPLE = 'x';

function canCreate(format: LineFormat, text: string, { onWritten: _, ...edit }: ReadyEdit): boolean {
  const made = { ...edit, place: { ...edit.place, create: true }, value: SAMPLE };
  try {
    verified(format, text, [format.create(text, made, format.write(made, undefined))], [made]);
    return true;
  } catch (error) {
    if (error instanceof SeguraError || error instanceof LineFault) return false;
    throw error;
  }
}

function scanned(format: LineFormat, text: string, path: string): readonly LineEntry[] {
  try {
    return format.scan(text);
  } catch (error) {
    if (!(error instanceof LineFault)) throw error;
    throw documentRefused(
      path,
      `cannot be changed: ${error.message} (line ${lineAt(text, error.offset)}).`,
      say`Correct that line, or name the format of the file with ${option.injectFormat}.`,
      error,
    );
  }
}

/** The text with its splices; read again, each of them gives its value, and every other entry is as it was. */
function verified(
  format: LineFormat,
  text: string,
  splices: readonly Splice[],
  edits: readonly ReadyEdit[],
): string {
  if (splices.length === 0) return text;
  const next = applySplices(text, splices);
  const values = new Map(edits.map((edit) => [edit.place.text, edit.value]));
  const others = (text: string): string =>
    JSON.stringify(
      format
        .scan(text)
        .filter(({ place }) => !values.has(place))
        .map(({ place, start, end }) => [place, text.slice(start, end)]),
    );
  let isKept: boolean;
  try {
    const changed = format.scan(next).filter(({ place }) => values.has(place));
    isKept =
      others(next) === others(text) &&
      changed.length >= splices.length &&
      changed.every(({ place, start, end }) => format.read(next.slice(start, end)) === values.get(place));
  } catch (error) {
    if (!(error instanceof LineFault)) throw error;
    isKept = false;
  }
  if (isKept) return next;
  throw placeRefused(
    edits[0] as ReadyEdit,
    'which cannot be changed without a change elsewhere in the file.',
    'Name another place.',
  );
}

/** A new line at the end of a text, or behind the line of an offset. */
export function newLine(text: string, line: string, eol: string, offset = text.length): Splice {
  const found = /\r\n|\r|\n/.exec(text.slice(offset));
  const isLast = found === null;
  const at = isLast ? text.length : offset + found.index + found[0].length;
  const isOpen = isLast && at > 0 && !/[\r\n]$/.test(text);
  return { start: at, end: at, text: isOpen ? `${eol}${line}` : `${line}${eol}` };
}
