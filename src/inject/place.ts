import { SeguraError } from '../core/errors.js';
import { type Char, firstBareIndex, quote, requestInvalid, textOf } from '../core/requests/tokens.js';
import { say, setting, settings, type Text } from '../core/text.js';
import { FORMAT_NAMES, type Format, formatOfPath } from './format.js';
import { isPointer, pointerLike } from './pointer.js';

/** As what a value is written: a text unless the place says otherwise. */
export type Kind = (typeof KINDS)[number];
const KINDS = ['text', 'number', 'bool', 'json'] as const;

/** Where in a file a value goes: `config/app.yaml#/database/password`. */
export interface Place {
  /** The path as it was written. */
  readonly path: string;
  readonly format: Format;
  /** A JSON Pointer, an XPath, or the name of a key, as the format has it. */
  readonly text: string;
  /** The place is made when it is not there. */
  readonly create: boolean;
  readonly kind: Kind;
}

interface Context {
  /** What the place is of, as a request line has it. */
  readonly source: string;
  readonly where: Text;
  /** The formats of files whose ending does not say it, by their paths as they are written. */
  readonly formats?: ReadonlyMap<string, Format>;
}

/** Formats in which a place is a JSON Pointer (RFC 6901), and those of them in which a value has a type. */
const POINTERS = ['yaml', 'json', 'toml', 'ini'];
const TYPED = ['yaml', 'json', 'toml'];

/**
 * The destination `PATH#PLACE` of a line of `inject`; `+#` creates the place, and `:number`, `:bool` or `:json` behind it
 * says as what the value is written. Each side may stand in quotes. Errors: REQUEST_INVALID.
 */
export function readPlace(chars: readonly Char[], context: Context): Place {
  const { source, where, formats } = context;
  const hash = firstBareIndex(chars, '#');
  if (hash === -1) {
    const path = textOf(chars) || 'PATH';
    throw requestInvalid(
      where,
      `has a destination without "#": "${textOf(chars)}".`,
      `Name the place in the file: ${source} > ${showPath(path)}#${exampleOf(formatOfPath(path))}`,
    );
  }
  const create = chars[hash - 1]?.char === '+' && chars[hash - 1]?.quoted === false;
  const path = textOf(chars.slice(0, create ? hash - 1 : hash));
  const behind = chars.slice(hash + 1);
  if (path === '') {
    throw requestInvalid(
      where,
      'names no file before "#".',
      `Write ${source} > PATH#${quotePlace(textOf(behind) || 'PLACE')}`,
    );
  }
  const format = formats?.get(path) ?? formatOfPath(path);
  if (format === undefined) {
    throw requestInvalid(
      where,
      `names ${path}, whose ending does not say its format.`,
      say`${settings('whole', setting('injectFormat', `${showPath(path)}=yaml`))} (the formats are ${FORMAT_NAMES.join(', ')})`,
    );
  }
  const kind = readKind(behind);
  const isTyped = TYPED.includes(format.name);
  const text = textOf(kind === 'text' || !isTyped ? behind : behind.slice(0, -(kind.length + 1)));
  const place = { path, format, text, create, kind: isTyped ? kind : 'text' } as const;
  refuseText(place, context);
  if (!isTyped && kind !== 'text' && format.name !== 'xml') {
    const bare = text.slice(0, -(kind.length + 1));
    throw requestInvalid(
      where,
      `asks for a ${kind} in ${path}, but every value of this format is a text.`,
      `Write ${source} > ${showPlace({ ...place, text: bare })}, or for a name that ends so ${source} > ${showPlace(place)}`,
    );
  }
  return place;
}

function readKind(chars: readonly Char[]): Kind {
  const found = KINDS.filter((kind) => kind !== 'text').find((kind) => {
    const tail = chars.slice(-(kind.length + 1));
    return textOf(tail) === `:${kind}` && tail.every(({ quoted }) => !quoted);
  });
  return found ?? 'text';
}

function refuseText(place: Place, { source, where }: Context): void {
  const { format, path, text } = place;
  const offer = (wanted: string): string => `Write ${source} > ${showPlace({ ...place, text: wanted })}`;
  if (text === '') throw requestInvalid(where, `names no place behind ${path}#.`, offer(exampleOf(format)));
  if (!POINTERS.includes(format.name)) return;
  if (!isPointer(text, format.name === 'yaml')) {
    throw requestInvalid(
      where,
      `names the place ${text} in ${path}, which is no JSON Pointer.`,
      offer(pointerLike(text)),
    );
  }
  if (format.name === 'ini' && text.split('/').length > 3) {
    throw requestInvalid(
      where,
      `names the place ${text} in ${path}, but INI has sections and keys only.`,
      `${offer('/section/key')} with "~1" for a slash in a name.`,
    );
  }
}

function exampleOf(format: Format | undefined): string {
  if (format?.name === 'xml') return '/config/element';
  if (format?.name === 'properties') return 'some.key';
  return format?.name === 'env' ? 'NAME' : '/section/key';
}

/** A destination as it stands in a line of `inject`. */
export function showPlace({ path, text, create, kind }: Omit<Place, 'format'>): string {
  return `${showPath(path)}${create ? '+' : ''}#${quotePlace(text)}${kind === 'text' ? '' : `:${kind}`}`;
}

function showPath(path: string): string {
  return /^[^\s>#",+]+$/.test(path) ? path : quote(path);
}

function quotePlace(text: string): string {
  return /^[^\s>",]+$/.test(text) && !/:(?:number|bool|json)$/.test(text) ? text : alwaysQuoted(text);
}

/** `quote` leaves a text bare that means something here only. */
function alwaysQuoted(text: string): string {
  const quoted = quote(text);
  return quoted === text ? `"${text}"` : quoted;
}

/** The two edits of one place; undefined when every place is another. */
export function sameTwice(places: readonly Place[]): SeguraError | undefined {
  const known = new Set<string>();
  for (const place of places) {
    const key = `${place.path}\0${place.text}`;
    if (known.has(key)) {
      return new SeguraError(
        'NAME_COLLISION',
        `Two lines put a value at ${showPlace(place)}.`,
        'Leave one of the lines out.',
      );
    }
    known.add(key);
  }
  return undefined;
}
