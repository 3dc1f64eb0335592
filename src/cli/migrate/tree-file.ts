import { isDeepStrictEqual } from 'node:util';
import type { Document, Node, Pair, YAMLMap } from 'yaml';
import { SeguraError } from '../../core/errors.js';
import { printable } from '../../core/printable.js';
import { contentOf, faultIn, faultOf, isParseError, STRICT } from '../options/yaml.js';
import { asOneList, readExport } from './export-file.js';
import type { SettingsFile } from './file.js';
import { type Cut, cutsOf, type PlacedMap, withoutCuts } from './tree-cuts.js';
import { entriesOf, type Found } from './tree-walk.js';

type Yaml = typeof import('yaml');

/** Reads JSON and YAML, of which JSON is a part. Errors: INPUT_INVALID. */
export async function readTree(file: string, text: string, format: 'json' | 'yaml'): Promise<SettingsFile> {
  const yaml = await import(/* webpackMode: "eager" */ 'yaml');
  const lines = new yaml.LineCounter();
  const whole = format === 'json' ? asOneList(text) : text;
  const document = parse(yaml, file, whole, lines);
  const data = dataOf(yaml, file, document, lines);
  if (format === 'json' && !isDeepStrictEqual(data, parseJson(file, whole))) throw invalid(file, 'not JSON');
  const lineOf = (offset: number): number => lines.linePos(offset).line;
  if (format === 'json') {
    const exported = readExport(file, text, {
      data,
      elementsOf: (under) => elements(yaml, document, under),
      lineOf,
    });
    if (exported !== undefined) return exported;
    if (whole !== text) throw invalid(file, 'several documents in one file');
  }
  const found = entriesOf({ yaml, document, yamlText: format === 'json' ? '' : text, lineOf });
  return {
    file,
    text,
    entries: found.map(({ entry }) => entry),
    lastCounts: false,
    without: (places) => {
      const removed = found.filter((_, at) => places.has(at));
      if (removed.some(({ isShared }) => isShared)) return undefined;
      const rest = withoutCuts(text, cutsOf(text, mapsOf(removed)));
      try {
        return isDeepStrictEqual(parse(yaml, file, rest).toJS(), dataWithout(data, removed))
          ? rest
          : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

function elements(yaml: Yaml, { contents }: Document.Parsed, under: string | undefined): readonly Node[] {
  const list: unknown = under !== undefined && yaml.isMap(contents) ? contents.get(under, true) : contents;
  return yaml.isSeq<Node>(list) ? list.items : [];
}

function parse(
  yaml: Yaml,
  file: string,
  text: string,
  lineCounter = new yaml.LineCounter(),
): Document.Parsed {
  const [document, ...more] = yaml.parseAllDocuments(text, {
    lineCounter,
    ...STRICT,
  });
  if (document === undefined || !('contents' in document)) throw invalid(file, 'empty');
  if (more.length > 0) throw invalid(file, 'several documents in one file');
  const fault = faultIn(yaml, document, lineCounter);
  if (fault === undefined) return document as Document.Parsed;
  throw invalid(file, faultOf(fault));
}

/** The maps that lose pairs, each once. */
function mapsOf(removed: readonly Found[]): PlacedMap[] {
  const maps = new Map<YAMLMap<Node, Node | null>, Set<number>>();
  for (const { pair } of removed) {
    if (pair !== undefined) maps.set(pair.map, (maps.get(pair.map) ?? new Set()).add(pair.at));
  }
  return [...maps].map(([map, gone]) => ({
    isFlow: map.flow === true,
    pairs: map.items.map((pair, at) => ({ ...rangeOf(pair), isGone: gone.has(at) })),
  }));
}

function rangeOf({ key, value }: Pair<Node, Node | null>): Cut {
  const start = key.range?.[0] ?? 0;
  return { start, end: value?.range?.[1] ?? key.range?.[1] ?? start };
}

function dataWithout(data: unknown, removed: readonly Found[]): unknown {
  const copy: unknown = structuredClone(data);
  for (const { path } of removed) {
    let holder: unknown = copy;
    for (const step of path.slice(0, -1)) holder = Reflect.get(holder as object, step);
    Reflect.deleteProperty(holder as object, path.at(-1) ?? '');
  }
  return copy;
}

function dataOf(
  yaml: Yaml,
  file: string,
  document: Document.Parsed,
  lines: InstanceType<Yaml['LineCounter']>,
): unknown {
  try {
    return contentOf(yaml, document, lines);
  } catch (error) {
    if (!isParseError(error)) throw error;
    throw invalid(file, faultOf(error));
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    // The message of the parser quotes the text.
    throw invalid(file, 'not JSON');
  }
}

function invalid(file: string, fault: string): SeguraError {
  return new SeguraError(
    'INPUT_INVALID',
    `${printable(file)} cannot be read as settings (${fault}).`,
    'Correct the file, or give another one.',
  );
}
