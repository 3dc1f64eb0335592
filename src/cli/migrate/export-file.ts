import { isDeepStrictEqual } from 'node:util';
import type { Node, Range } from 'yaml';
import { exportRows } from './export-rows.js';
import type { SettingsFile } from './file.js';
import { cutsOf, withoutCuts } from './tree-cuts.js';

/** A place in a document: where it begins, and where what follows it begins. */
type Placed = Pick<Node, 'range'>;

/** A JSON document as it was parsed, with the places of the elements of a list in it. */
export interface ReadJson {
  readonly data: unknown;
  /** The elements of the list at the top, or under a name. */
  readonly elementsOf: (under: string | undefined) => readonly Placed[];
  readonly lineOf: (offset: number) => number;
}

/** The end of a list and the beginning of the next one, which no JSON text has but in strings. */
const JOINT = /"(?:\\.|[^"\\])*"|\]([ \t\r\n]*)\[/gs;

/** A text of lists one after another, a list for each page of an answer, as one list: each element stays where it is. */
export function asOneList(text: string): string {
  if (!/^\s*\[/.test(text)) return text;
  let isFilled = false;
  let start = 0;
  return text.replaceAll(JOINT, (found, gap: string | undefined, at: number) => {
    if (gap === undefined) return found;
    isFilled ||= /[^\s[\]]/.test(text.slice(start, at));
    start = at + found.length;
    return `${isFilled && !/^\s*\]/.test(text.slice(start)) ? ',' : ' '}${gap} `;
  });
}

/** A JSON file that is an export of variables; undefined for any other. */
export function readExport(
  file: string,
  text: string,
  { data, elementsOf, lineOf }: ReadJson,
): SettingsFile | undefined {
  const found = exportRows(data);
  if (found === undefined) return undefined;
  const { under, rows, note } = found;
  const ranges = elementsOf(under).map(({ range }): Range => range ?? [0, 0, 0]);
  const listOf = (document: unknown): readonly unknown[] =>
    (under === undefined ? document : Reflect.get(document as object, under)) as unknown[];
  return {
    file,
    text,
    note,
    entries: rows.map((row, at) => ({ ...row, line: lineOf(ranges[at]?.[0] ?? 0) })),
    lastCounts: false,
    without: (places) => {
      const pairs = ranges.map(([start, end], at) => ({ start, end, isGone: places.has(at) }));
      const rest = withoutCuts(text, cutsOf(text, [{ isFlow: true, pairs }]));
      try {
        const kept = listOf(data).filter((_, at) => !places.has(at));
        return isDeepStrictEqual(listOf(JSON.parse(asOneList(rest).replace(/^\ufeff/, ''))), kept)
          ? rest
          : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
