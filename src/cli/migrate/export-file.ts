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

const JOINT = /\][ \t\r\n]*\[/y;
const EMPTY = /\[[ \t\r\n]*\]/y;

/** A text of lists one after another, a list for each page of an answer, as one list: each element stays where it is. */
export function asOneList(text: string): string {
  const [begin] = /^\s*\[/.exec(text) ?? [];
  if (begin === undefined) return text;
  const parts: string[] = [];
  let isFilled = !matchesAt(EMPTY, text, begin.length - 1);
  let [from, depth] = [0, 0];
  for (let at = begin.length - 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '"') at = stringEnd(text, at);
    if (char === '[' || char === '{') depth += 1;
    if (char === ']' || char === '}') depth -= 1;
    if (char !== ']' || depth !== 0 || !matchesAt(JOINT, text, at)) continue;
    const next = JOINT.lastIndex - 1;
    const isNextFilled = !matchesAt(EMPTY, text, next);
    parts.push(text.slice(from, at), isFilled && isNextFilled ? ',' : ' ', text.slice(at + 1, next), ' ');
    isFilled ||= isNextFilled;
    from = next + 1;
    at = next;
    depth = 1;
  }
  return parts.join('') + text.slice(from);
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === '"') return at;
  }
  return text.length;
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
