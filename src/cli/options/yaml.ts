import type { Alias, Document, Node, YAMLParseError } from 'yaml';
import { printable } from '../../core/printable.js';

type Yaml = typeof import('yaml');

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
      logLevel: 'error',
      prettyErrors: false,
    });
    const [fault] = document.errors;
    if (fault !== undefined) throw placed(yaml, fault, text, lineCounter);
    return contentOf(yaml, document, lineCounter);
  };
}

/** What a document without faults holds. Throws a fault too, for an alias without its anchor, or too many of them. */
export function contentOf(
  yaml: Yaml,
  document: Document.Parsed,
  lineCounter: InstanceType<Yaml['LineCounter']>,
): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw faultOfAlias(yaml, document, lineCounter);
  }
}

/** Without a line if each alias has its anchor: no line alone is too many. */
function faultOfAlias(
  { visit, YAMLParseError }: Yaml,
  document: Document.Parsed,
  lineCounter: InstanceType<Yaml['LineCounter']>,
): YAMLParseError {
  let unresolved: Alias | undefined;
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) === undefined) unresolved ??= alias;
    },
  });
  if (unresolved === undefined) return new YAMLParseError([0, 0], 'BAD_ALIAS', '');
  const [start = 0, end = 0] = unresolved.range ?? [];
  const fault = new YAMLParseError([start, end], 'BAD_ALIAS', '');
  fault.linePos = [lineCounter.linePos(start)];
  return fault;
}

/** A fault with its line, and the key if that is there twice. */
export function placed(
  yaml: Yaml,
  fault: YAMLParseError,
  text: string,
  lineCounter: InstanceType<Yaml['LineCounter']>,
): YAMLParseError {
  fault.linePos = [lineCounter.linePos(fault.pos[0])];
  return fault.code === 'DUPLICATE_KEY' ? Object.assign(fault, { key: keyTwice(yaml, text) }) : fault;
}

/** The first key that a map of a YAML or JSON text has twice, with the keys above it as in `db.password`; undefined without one. */
export function keyTwice({ parseDocument, isMap, isScalar, isSeq }: Yaml, text: string): string | undefined {
  const { contents } = parseDocument(text, { uniqueKeys: false, logLevel: 'silent', prettyErrors: false });
  const waiting: { node: unknown; path: readonly string[] }[] = [{ node: contents, path: [] }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, path } = next;
    if (isSeq<Node>(node))
      waiting.push(...node.items.map((item, at) => ({ node: item, path: [...path, String(at)] })));
    if (!isMap<Node, Node | null>(node)) continue;
    const seen = new Set<string>();
    for (const { key, value } of node.items) {
      const name = String(isScalar(key) ? key.value : key);
      const here = [...path, name];
      if (seen.has(name)) return here.join('.');
      seen.add(name);
      waiting.push({ node: value, path: here });
    }
  }
  return undefined;
}

/** Codes whose own words say too little. */
const WORDS: Partial<Record<string, string>> = { RESOURCE_EXHAUSTION: 'nested too deeply' };

/** Where and what, without the parser's own words: they quote the text, which may hold a secret. */
export function faultOf(error: unknown): string {
  if (!isParseError(error)) return 'not to be read';
  if (error.linePos === undefined) return 'too many aliases';
  const words = WORDS[error.code] ?? error.code.toLowerCase().replaceAll('_', ' ');
  const key = error.key === undefined ? '' : ` ${printable(error.key)}`;
  return `line ${error.linePos[0].line}: ${words}${key}`;
}

/** By its name, since the parser may not be there. */
export function isParseError(error: unknown): error is YAMLParseError & { readonly key?: string } {
  return error instanceof Error && error.name === 'YAMLParseError';
}
