import { SeguraError } from '../core/errors.js';
import { say, type Text } from '../core/text.js';
import type { Place } from './place.js';
import type { Wanted } from './value.js';

/** One value to put at a place of a document. */
export interface Edit {
  readonly place: Place;
  /** The value as it came from the vault. */
  readonly value: string;
  /** What the value is called in messages: the request that gives it. */
  readonly source: string;
  /** The line that asks for it, as the first words of a sentence. */
  readonly where: Text;
  /** Told how the value stands in the file: with the escapes of its format, and perhaps with its quotes. */
  readonly onWritten?: (text: string) => void;
}

/** An edit whose value was read as the kind that its place asks for. */
export interface ReadyEdit extends Edit {
  readonly wanted: Wanted;
}

/** Puts all values at their places of a text: what comes back differs in these places only. Throws Problems. */
export type Splicer = (text: string, edits: readonly ReadyEdit[]) => string;

/** What replaces the part of a text between two offsets, in UTF-16 code units. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The most that is read of one document, and how deep it may be nested. */
export const MAX_BYTES = 16 * 1024 * 1024;
export const MAX_DEPTH = 500;

/** A document that no value can be put into: not of its format, too large, or too deep. */
export function documentRefused(path: string, what: string, remedy: Text, cause?: unknown): SeguraError {
  return new SeguraError('DOCUMENT_REFUSED', `The file ${path} ${what}`, remedy, { cause });
}

/** A value that the format, or its readers, cannot hold. The message never shows it. */
export function valueBroken({ source, where }: Edit, what: string, remedy: Text): SeguraError {
  return new SeguraError('VALUE_BROKEN', say`${where} puts the value of ${source} where ${what}`, remedy);
}

/** A place that is there, and whose value cannot be changed without changing more, or that is not one place. */
export function placeRefused(edit: Edit, what: string, remedy: Text): SeguraError {
  return new SeguraError('PLACE_REFUSED', ofPlace(edit, what), remedy);
}

/** A place that is not there. */
export function placeNotFound(edit: Edit, what: string, remedy: Text): SeguraError {
  return new SeguraError('PLACE_NOT_FOUND', ofPlace(edit, what), remedy);
}

function ofPlace({ where, place }: Edit, what: string): Text {
  return say`${where} names ${place.text} in ${place.path}, ${what}`;
}

/** Whether two splices replace the same text, or one begins within what another replaces. */
export function doMeet(splices: readonly Splice[]): boolean {
  const sorted = inOrder(splices);
  return sorted.some(({ start, end }, index) => end < start || start < (sorted[index - 1]?.end ?? 0));
}

function inOrder(splices: readonly Splice[]): readonly Splice[] {
  return splices.toSorted((one, other) => one.start - other.start || one.end - other.end);
}

/** A text with its splices made. Throws when two of them meet: the caller has refused that before. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  if (doMeet(splices)) throw new RangeError('two splices meet');
  const parts: string[] = [];
  let at = 0;
  for (const splice of inOrder(splices)) {
    parts.push(text.slice(at, splice.start), splice.text);
    at = splice.end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

/** The line end that a text uses: that of its first line. */
export function lineEndOf(text: string): '\r\n' | '\n' {
  return /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n';
}

/** The number of the line in which an offset lies, from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\r|\n/).length;
}
