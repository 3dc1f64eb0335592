import { collect, type SeguraError, throwIfAny } from '../core/errors.js';
import type { DotenvReader } from '../platform/formats/dotenv-readers.js';
import { documentRefused, type Edit, MAX_BYTES, type ReadyEdit, type Splicer } from './edit.js';
import type { Format } from './format.js';
import type { IniReader } from './formats/ini/scan.js';
import { sameTwice } from './place.js';
import { readWanted } from './wanted.js';

export interface InjectOptions {
  /** The prefixes of XPaths, with the namespaces they stand for. */
  readonly namespaces?: Readonly<Record<string, string>>;
}

/**
 * The bytes of a file with all values at their places. All edits are of that one file. Every byte that is no part of a value
 * is as it was: line ends, a byte order mark, the end of the last line. Nothing else of the document is read differently.
 *
 * Errors, as Problems: DOCUMENT_REFUSED, PLACE_NOT_FOUND, PLACE_REFUSED, VALUE_BROKEN, NAME_COLLISION, REQUEST_INVALID.
 */
export async function inject(
  bytes: Buffer,
  edits: readonly Edit[],
  options: InjectOptions = {},
): Promise<Buffer> {
  const [first] = edits;
  if (first === undefined) return bytes;
  const { path, format } = first.place;
  const twice = sameTwice(edits.map(({ place }) => place));
  if (twice !== undefined) throw twice;
  if (bytes.length > MAX_BYTES)
    throw documentRefused(path, `is larger than ${MAX_BYTES / 1024 / 1024} MiB.`, 'Name another file.');
  const problems: SeguraError[] = [];
  const ready: ReadyEdit[] = [];
  for (const edit of edits) {
    try {
      ready.push({ ...edit, wanted: await readWanted(edit) });
    } catch (error) {
      collect(problems, () => {
        throw error;
      });
    }
  }
  throwIfAny(problems);
  const { text, mark, encoding } = decode(bytes, path, format);
  const splice = await open(format, encoding === 'utf8', options);
  return Buffer.concat([mark, Buffer.from(splice(text, ready), encoding)]);
}

interface Decoded {
  readonly text: string;
  readonly mark: Buffer;
  /** `latin1`: one character for each byte, whatever it means; what is written is ASCII. */
  readonly encoding: 'utf8' | 'latin1';
}

const MARK = Buffer.from('\ufeff');
/** Encodings in which the bytes of ASCII mean ASCII. */
const ASCII_LIKE = /^(?:us-ascii|iso-8859-\d{1,2}|latin-?1|windows-125\d|koi8-r)$/i;

function decode(bytes: Buffer, path: string, { name }: Format): Decoded {
  // Java reads the mark as part of the first key.
  if (name === 'properties')
    return { text: bytes.toString('latin1'), mark: Buffer.alloc(0), encoding: 'latin1' };
  const hasMark = bytes.subarray(0, MARK.length).equals(MARK);
  const mark = hasMark ? MARK : Buffer.alloc(0);
  const rest = bytes.subarray(mark.length);
  if (name === 'xml' && !hasMark) {
    const head = rest.subarray(0, 200).toString('latin1');
    const declared = /^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)["']/.exec(head)?.[1] ?? 'utf-8';
    if (ASCII_LIKE.test(declared)) return { text: rest.toString('latin1'), mark, encoding: 'latin1' };
    if (!/^utf-?8$/i.test(declared))
      throw documentRefused(path, `has the encoding ${declared}.`, 'Write the file in UTF-8.');
  }
  const text = rest.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(rest))
    throw documentRefused(path, 'is not UTF-8 text.', 'Write the file in UTF-8.');
  if (text.includes('\0')) throw documentRefused(path, 'has a NUL character.', 'Name a text file.');
  return { text, mark, encoding: 'utf8' };
}

/** The code of a format, which is read when a file of it is. */
async function open(
  { name, reader }: Format,
  isUnicode: boolean,
  { namespaces = {} }: InjectOptions,
): Promise<Splicer> {
  switch (name) {
    case 'yaml':
      return (await import(/* webpackMode: "eager" */ './formats/yaml.js')).openYaml();
    case 'json':
      return (await import(/* webpackMode: "eager" */ './formats/json.js')).openJson();
    case 'toml':
      return (await import(/* webpackMode: "eager" */ './formats/toml.js')).openToml();
    case 'xml':
      return (await import(/* webpackMode: "eager" */ './formats/xml.js')).openXml({ namespaces, isUnicode });
    case 'properties':
      return (await import(/* webpackMode: "eager" */ './formats/properties.js')).openProperties();
    case 'ini':
      return (await import(/* webpackMode: "eager" */ './formats/ini.js')).openIni(reader as IniReader);
    case 'env': {
      const { openEnv } = await import(/* webpackMode: "eager" */ './formats/env.js');
      return reader === '' ? openEnv() : openEnv(reader.split(',') as DotenvReader[]);
    }
  }
}
