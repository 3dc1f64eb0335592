import { readLine } from '../../../src/core/requests/tokens.js';
import type { Edit } from '../../../src/inject/edit.js';
import { type Format, readFormat } from '../../../src/inject/format.js';
import { inject } from '../../../src/inject/inject.js';
import { readPlace, showPlace } from '../../../src/inject/place.js';

export const NAMESPACES = { j: 'https://jakarta.ee/xml/ns/jakartaee' };

interface How {
  readonly create?: boolean;
  readonly kind?: string;
  readonly format?: string;
}

/** A value for a place, by way of the line that a user writes. */
export function editOf(path: string, place: string, value: string, how: How = {}): Edit {
  const { create = false, kind = 'text', format } = how;
  const line = showPlace({ path, text: place, create, kind: kind as 'text' });
  const formats = new Map<string, Format>();
  if (format !== undefined) formats.set(path, readFormat(format) as Format);
  const context = { source: 'postgres/PASSWORD', where: 'Line 1 of "inject"', formats };
  return {
    place: readPlace(readLine(line, context.where), context),
    value,
    source: context.source,
    where: context.where,
  };
}

/** The text of a file with one value put into it. */
export async function injected(
  path: string,
  text: string,
  place: string,
  value: string,
  how: How = {},
): Promise<string> {
  const bytes = await inject(Buffer.from(text), [editOf(path, place, value, how)], {
    namespaces: NAMESPACES,
  });
  return bytes.toString();
}

/** What stands in both texts before and behind the one part in which they differ. */
export function difference(before: string, after: string): { removed: string; added: string } {
  let start = 0;
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - start;
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return {
    removed: before.slice(start, before.length - tail),
    added: after.slice(start, after.length - tail),
  };
}
