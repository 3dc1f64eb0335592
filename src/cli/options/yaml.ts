import type { Node, YAMLParseError } from 'yaml';
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
    return document.toJS();
  };
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

/** Where and what, without the parser's own words: they quote the text, which may hold a secret. */
export function faultOf(error: unknown): string {
  if (!isParseError(error)) return 'not to be read';
  const words = error.code.toLowerCase().replaceAll('_', ' ');
  const key = error.key === undefined ? '' : ` ${printable(error.key)}`;
  return `line ${error.linePos?.[0].line ?? 1}: ${words}${key}`;
}

/** By its name, since the parser may not be there. */
export function isParseError(error: unknown): error is YAMLParseError & { readonly key?: string } {
  return error instanceof Error && error.name === 'YAMLParseError';
}
