import type { Document, Node, YAMLParseError } from 'yaml';
import { printable } from '../../core/printable.js';

type Yaml = typeof import('yaml');

/** How texts are parsed. Keys that are there twice are found by faultIn: the parser would compare each with each. */
export const STRICT = { logLevel: 'error', prettyErrors: false, uniqueKeys: false } as const;

/** The content of a YAML or JSON text. Throws at the first fault, which faultOf describes. */
export type YamlReader = (text: string, scalars: 'text' | 'typed') => unknown;

/** The reader. Its parser is evaluated only here: a failure of that is not a fault of the text. */
export async function openYaml(): Promise<YamlReader> {
  const yaml = await import(/* webpackMode: "eager" */ 'yaml');
  return (text, scalars) => {
    const lineCounter = new yaml.LineCounter();
    const document = yaml.parseDocument(text, {
      lineCounter,
      schema: scalars === 'text' ? 'failsafe' : 'core',
      ...STRICT,
    });
    const fault = faultIn(yaml, document, lineCounter);
    if (fault !== undefined) throw fault;
    return contentOf(yaml, document, lineCounter);
  };
}

/** What a document without faults holds. Throws a fault too, for a bad alias or merge, without the parser's own words. */
export function contentOf(
  yaml: Yaml,
  document: Document.Parsed,
  lineCounter: InstanceType<Yaml['LineCounter']>,
): unknown {
  try {
    return document.toJS();
  } catch (error) {
    const fault =
      error instanceof ReferenceError ? faultOfAlias(yaml, document) : faultOfMerge(yaml, document);
    const [start] = fault.pos;
    // No line alone is too many aliases.
    if (start >= 0) fault.linePos = [lineCounter.linePos(start)];
    throw fault;
  }
}

function faultOfAlias({ visit, YAMLParseError }: Yaml, document: Document.Parsed): YAMLParseError {
  let start = -1;
  visit(document, {
    Alias(_, alias) {
      if (start < 0 && alias.resolve(document) === undefined) start = alias.range?.[0] ?? 0;
    },
  });
  return new YAMLParseError([start, start], 'BAD_ALIAS', '');
}

/** A key `<<` of YAML 1.1 whose value is no map. */
function faultOfMerge(
  { isAlias, isCollection, isNode, isScalar, visit, YAMLParseError }: Yaml,
  document: Document.Parsed,
): YAMLParseError {
  let start = -1;
  visit(document, {
    Pair(_, { key, value }) {
      const isMerge = isScalar(key) && key.source === '<<' && !isAlias(value) && !isCollection(value);
      if (start < 0 && isMerge && isNode(value)) start = value.range?.[0] ?? 0;
    },
  });
  return new YAMLParseError([start, start], 'UNEXPECTED_TOKEN', '');
}

/** The first fault of a text, with its line; for a key that is there twice, with that key. */
export function faultIn(
  yaml: Yaml,
  { errors, contents }: Pick<Document, 'errors' | 'contents'>,
  lineCounter: InstanceType<Yaml['LineCounter']>,
): YAMLParseError | undefined {
  const twice = errors.length > 0 ? undefined : doubledKey(yaml, contents);
  const start = twice?.start ?? 0;
  const doubled = twice && new yaml.YAMLParseError([start, start], 'DUPLICATE_KEY', '');
  const fault = errors[0] ?? doubled;
  if (fault === undefined) return undefined;
  fault.linePos = [lineCounter.linePos(fault.pos[0])];
  return twice === undefined ? fault : Object.assign(fault, { key: twice.key });
}

/** The first key that a map of a YAML or JSON text has twice, with the keys above it as in `db.password`; undefined without one. */
export function keyTwice(yaml: Yaml, text: string): string | undefined {
  return doubledKey(yaml, yaml.parseDocument(text, { ...STRICT, logLevel: 'silent' }).contents)?.key;
}

function doubledKey(
  { isMap, isScalar, isSeq }: Yaml,
  contents: unknown,
): { readonly key: string; readonly start: number } | undefined {
  const waiting: { node: unknown; path: readonly string[] }[] = [{ node: contents, path: [] }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, path } = next;
    const inside: typeof waiting = [];
    if (isSeq<Node>(node))
      for (const [at, item] of node.items.entries()) inside.push({ node: item, path: [...path, String(at)] });
    if (isMap<Node, Node | null>(node)) {
      const seen = new Set<string>();
      for (const { key, value } of node.items) {
        const name = String(isScalar(key) ? key.value : key);
        const here = [...path, name];
        if (seen.has(name)) return { key: here.join('.'), start: key.range?.[0] ?? 0 };
        seen.add(name);
        inside.push({ node: value, path: here });
      }
    }
    // The first of them is next.
    for (const each of inside.reverse()) waiting.push(each);
  }
  return undefined;
}

/** Codes whose own words say too little. */
const WORDS: Partial<Record<string, string>> = { RESOURCE_EXHAUSTION: 'nested too deeply' };

/** Where and what, without the parser's own words: they quote the text, which may hold a secret. */
export function faultOf(error: unknown): string {
  if (!isParseError(error)) return 'not to be read';
  if (error.linePos === undefined) return error.code === 'BAD_ALIAS' ? 'too many aliases' : 'not to be read';
  const words = WORDS[error.code] ?? error.code.toLowerCase().replaceAll('_', ' ');
  const key = error.key === undefined ? '' : ` ${printable(error.key)}`;
  return `line ${error.linePos[0].line}: ${words}${key}`;
}

/** By its name, since the parser may not be there. */
export function isParseError(error: unknown): error is YAMLParseError & { readonly key?: string } {
  return error instanceof Error && error.name === 'YAMLParseError';
}
