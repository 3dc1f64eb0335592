import { SeguraError } from '../core/errors.js';
import { printableUpTo } from '../core/printable.js';
import type { Text } from '../core/text.js';
import type { Delimiters } from './delimiters.js';

/** A template as it was read: its path for messages, and its text without a byte order mark. */
export interface TemplateSource {
  readonly path: string;
  readonly text: string;
  readonly delimiters: Delimiters;
}

/** A place of a template, as the first words of a sentence: `Line 3, column 7 of app.conf.liquid`. */
export function placeIn(source: TemplateSource, offset: number): string {
  const starts = STARTS.get(source) ?? [0, ...Array.from(source.text.matchAll(/\r\n|\r|\n/g), endOf)];
  STARTS.set(source, starts);
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return `Line ${low + 1}, column ${offset - (starts[low] ?? 0) + 1} of ${source.path}`;
}

/** Where the lines of a template begin: it can have a hundred thousand places to name. */
const STARTS = new WeakMap<TemplateSource, readonly number[]>();

function endOf(match: RegExpExecArray): number {
  return match.index + match[0].length;
}

/** What is wrong at a place of a template; `what` follows the place. */
export function templateInvalid(
  source: TemplateSource,
  offset: number,
  what: string,
  remedy: Text,
): SeguraError {
  return new SeguraError('TEMPLATE_INVALID', `${placeIn(source, offset)} ${what}`, remedy);
}

/** An output as it stands in a template: `{{ NAME }}`, with the delimiters that are set. */
export function output({ delimiters }: TemplateSource, inner: string): string {
  return `${delimiters.outputLeft} ${inner} ${delimiters.outputRight}`;
}

/** A tag as it stands in a template. */
export function tag({ delimiters }: TemplateSource, inner: string): string {
  return `${delimiters.tagLeft} ${inner} ${delimiters.tagRight}`;
}

/** A part of a template in one line of a message. */
export function shown(text: string): string {
  return printableUpTo(60, text);
}
