import { SeguraError } from '../../core/errors.js';
import type { Hole, Holes } from './holes.js';

/** The formats that a rendered text is written for, by the ending of its target; of all others values stand as they are. */
export type TargetFormat = 'json' | 'yaml' | 'xml' | 'properties' | 'env' | 'sh' | 'text';

/** A rendered text with its values in the places of their marks, written so that a reader gets these values. */
export type Escape = (text: string, holes: Holes, shown: Shown) => string;

/** How messages name a rendered text. */
export interface Shown {
  /** Its path, as the first words of a sentence. */
  readonly path: string;
  /** The place in the template of which an offset of it was made: `Line 3, column 7 of app.conf.liquid`. */
  readonly placeAt: (offset: number) => string;
}

/** A place in which no value can stand. */
export function misplaced(
  { where }: Hole,
  format: TargetFormat,
  what?: string,
  remedy?: string,
): SeguraError {
  return new SeguraError(
    'TEMPLATE_INVALID',
    `${where()} ${what ?? `puts a value where ${NAMES[format]} has none: in a comment, or in the name of something.`}`,
    remedy ?? 'Put it where a value stands, or write "| raw" behind it to write it as it is.',
  );
}

const NAMES: Readonly<Record<TargetFormat, string>> = {
  json: 'JSON',
  yaml: 'YAML',
  xml: 'XML',
  properties: 'a properties file',
  env: 'a .env file',
  sh: 'a shell script',
  text: 'a text',
};

/** A value that the place of its output cannot hold. The message never shows it. */
export function holeBroken({ where }: Hole, what: string, remedy: string): SeguraError {
  return new SeguraError('VALUE_BROKEN', `${where()} puts a value where ${what}`, remedy);
}

/** A text that is read differently with its values: none is known, so this is the net below the rest. */
export function differs(path: string): SeguraError {
  return new SeguraError(
    'DOCUMENT_REFUSED',
    `The file ${path} would be read differently with its values.`,
    '',
  );
}
