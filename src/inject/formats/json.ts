import type { ParseError } from 'jsonc-parser';
import { option, say } from '../../core/text.js';
import { documentRefused, lineAt, lineEndOf, type ReadyEdit, type Splice, type Splicer } from '../edit.js';
import { namesOf } from '../library.js';
import { refuseVast } from '../limits.js';
import type { Found } from '../locate.js';
import { nested, spliceTree } from '../splice-tree.js';
import type { TreeChild, TreeNode } from '../tree.js';
import type { Wanted } from '../value.js';

/** JSON, with comments and trailing commas too, by the positions that `jsonc-parser` gives. */
export async function openJson(): Promise<Splicer> {
  const parse = await openJsonParser();
  return spliceTree({
    parse(text, path) {
      const tree = parse(text, path);
      const child = { key: '0', node: nodeOf(tree, new WeakMap()) };
      return { kind: 'list', start: 0, end: text.length, note: '', children: () => [child] };
    },
    replace: (_text, { start, end }, { wanted }) => ({ start, end, text: jsonOf(wanted) }),
    create: creating,
  });
}

/** Parses a text, or throws DOCUMENT_REFUSED. */
export async function openJsonParser(): Promise<(text: string, path: string) => JsonNode> {
  const { parseTree, printParseErrorCode } = namesOf(await import(/* webpackMode: "eager" */ 'jsonc-parser'));
  return (text, path) => {
    refuseVast(text, path, 'json');
    const errors: ParseError[] = [];
    const tree = parseTree(text, errors, { allowTrailingComma: true }) as JsonNode | undefined;
    const [fault] = errors;
    if (fault === undefined && tree !== undefined) return tree;
    const words = (fault === undefined ? 'empty' : printParseErrorCode(fault.error))
      .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
      .toLowerCase();
    throw documentRefused(
      path,
      `is not valid JSON: line ${lineAt(text, fault?.offset ?? 0)}, ${words}.`,
      say`Correct the file, or name its format with ${option.injectFormat}.`,
    );
  };
}

export interface JsonNode {
  readonly type: string;
  readonly value?: unknown;
  readonly offset: number;
  readonly length: number;
  readonly children?: readonly JsonNode[];
}

/** The places of the keys of each object that was looked into. */
type Indexes = WeakMap<JsonNode, Map<string, number[]>>;

function nodeOf(node: JsonNode, indexes: Indexes): TreeNode {
  const { type, value, offset, length, children = [] } = node;
  const place = { start: offset, end: offset + length, note: '' };
  if (type === 'object') {
    const at = (index: number): TreeChild => {
      const [key, value] = children[index]?.children ?? [];
      return { key: String(key?.value), node: nodeOf(value as JsonNode, indexes) };
    };
    return {
      kind: 'map',
      ...place,
      children: () => children.map((_, index) => at(index)),
      childrenOf: (key) => (indexOf(node, indexes).get(key) ?? []).map(at),
    };
  }
  if (type === 'array') {
    const at = (child: JsonNode, index: number): TreeChild => ({
      key: String(index),
      node: nodeOf(child, indexes),
    });
    return { kind: 'list', ...place, children: () => children.map(at) };
  }
  return {
    kind: 'scalar',
    ...place,
    value: value as NonNullable<TreeNode['value']>,
    children: () => [],
  };
}

function indexOf(node: JsonNode, indexes: Indexes): Map<string, number[]> {
  const known = indexes.get(node);
  if (known !== undefined) return known;
  const index = new Map<string, number[]>();
  for (const [at, { children: [key] = [] }] of (node.children ?? []).entries()) {
    const places = index.get(String(key?.value));
    if (places === undefined) index.set(String(key?.value), [at]);
    else places.push(at);
  }
  indexes.set(node, index);
  return index;
}

/** A value as JSON in one line. Whole characters only: those that no reader takes bare are escaped. */
export function jsonOf(wanted: Wanted): string {
  switch (wanted.is) {
    case 'text':
      return quotedJson(wanted.text);
    case 'number':
    case 'bool':
      return wanted.text;
    case 'null':
      return 'null';
    case 'list':
      return `[${wanted.items.map(jsonOf).join(', ')}]`;
    case 'map':
      return `{${wanted.entries.map(([key, value]) => `${quotedJson(key)}: ${jsonOf(value)}`).join(', ')}}`;
  }
}

/** U+2028 and U+2029 are line ends to JavaScript, and to tools that split lines. */
export function quotedJson(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\x7f-\x9f\u2028\u2029\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function creating(text: string, { node, missing }: Found, { wanted }: ReadyEdit): Splice[] {
  const { start, end, kind } = node;
  const [key = '', ...inner] = missing;
  if (kind === 'scalar') return [{ start, end, text: jsonOf(nested(missing, wanted)) }];
  const value = jsonOf(nested(inner, wanted));
  const entry = kind === 'list' ? value : `${quotedJson(key)}: ${value}`;
  const last = node.children().at(-1)?.node;
  if (last === undefined) return [{ start: start + 1, end: start + 1, text: entry }];
  const eol = lineEndOf(text);
  // As the line of the last one begins, when it has one to itself.
  const line = text.slice(text.lastIndexOf('\n', last.start) + 1, last.start);
  const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
  const isOwnLine = text.lastIndexOf('\n', last.start) > start;
  const gap = isOwnLine ? `${eol}${indent}` : ' ';
  const comma = /^\s*(?:(?:\/\*[\s\S]*?\*\/|\/\/[^\n]*\n)\s*)*,/.exec(text.slice(last.end, end))?.[0];
  const at = last.end + (comma?.length ?? 0);
  return [
    {
      start: at,
      end: at,
      text: `${comma === undefined ? ',' : ''}${gap}${entry}${comma === undefined ? '' : ','}`,
    },
  ];
}
