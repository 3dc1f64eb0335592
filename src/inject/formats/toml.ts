import type { AST } from 'toml-eslint-parser';
import { option, say } from '../../core/text.js';
import { documentRefused, lineEndOf, type ReadyEdit, type Splice, type Splicer } from '../edit.js';
import { refuseVast } from '../limits.js';
import type { Found } from '../locate.js';
import { nested, spliceTree } from '../splice-tree.js';
import type { TreeChild, TreeNode } from '../tree.js';
import { tomlKey, tomlOf } from './toml-text.js';

/** TOML 1.0, by the positions that `toml-eslint-parser` gives. */
export async function openToml(): Promise<Splicer> {
  const { parseTOML } = await import(/* webpackMode: "eager" */ 'toml-eslint-parser');
  const parse = (text: string, path: string): AST.TOMLProgram => {
    refuseVast(text, path, 'toml');
    try {
      return parseTOML(text, { tomlVersion: '1.0.0' });
    } catch (error) {
      if (error instanceof RangeError) throw error;
      const line = error instanceof Error ? Number(Reflect.get(error, 'lineNumber')) : Number.NaN;
      throw documentRefused(
        path,
        `is not valid TOML${Number.isInteger(line) ? `: line ${line}` : ''}.`,
        say`Correct the file, or name its format with ${option.injectFormat}.`,
      );
    }
  };
  return spliceTree({
    parse(text, path) {
      const child = { key: '0', node: treeOf(parse(text, path)) };
      return { kind: 'list', start: 0, end: text.length, note: '', children: () => [child] };
    },
    replace: (_text, { start, end }, edit) => ({ start, end, text: tomlOf(edit.wanted, edit) }),
    create: (text, found, edit) => creating(text, found, edit, parse(text, edit.place.path).body[0]),
  });
}

/** Maps that several lines of a file add to. */
interface Growing extends TreeNode {
  readonly added: TreeChild[];
  /** The children that are maps of several lines, or lists of such. */
  readonly grown: Map<string, Growing>;
}

function treeOf({ body: [top] }: AST.TOMLProgram): TreeNode {
  const root = growing('map', [0, 0]);
  for (const line of top.body) {
    if (line.type === 'TOMLKeyValue') put(root, line);
    else {
      let table = root;
      for (const key of line.resolvedKey) table = childOf(table, String(key), typeof key === 'number');
      for (const each of line.body) put(table, each);
    }
  }
  return root;
}

function growing(kind: 'map' | 'list', [start, end]: readonly [number, number]): Growing {
  const added: TreeChild[] = [];
  return { kind, start, end, note: '', added, grown: new Map(), children: () => added };
}

function childOf(parent: Growing, key: string, isItem: boolean): Growing {
  const found = parent.grown.get(key);
  if (found !== undefined) return found;
  if (isItem) Object.assign(parent, { kind: 'list' });
  const made = growing('map', [0, 0]);
  parent.added.push({ key, node: made });
  parent.grown.set(key, made);
  return made;
}

function put(table: Growing, { key, value }: AST.TOMLKeyValue): void {
  const names = key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
  let into = table;
  for (const name of names.slice(0, -1)) into = childOf(into, name, false);
  into.added.push({ key: names.at(-1) ?? '', node: nodeOf(value) });
}

function nodeOf(node: AST.TOMLContentNode): TreeNode {
  if (node.type === 'TOMLArray') {
    const list = growing('list', node.range);
    for (const [index, item] of node.elements.entries())
      list.added.push({ key: String(index), node: nodeOf(item) });
    return list;
  }
  if (node.type === 'TOMLInlineTable') {
    const map = growing('map', node.range);
    for (const each of node.body) put(map, each);
    return map;
  }
  const [start, end] = node.range;
  const value =
    node.kind === 'integer'
      ? node.bigint
      : node.kind.includes('date') || node.kind.includes('time')
        ? String(Reflect.get(node, 'datetime'))
        : node.value;
  const note = node.kind === 'string' ? '' : node.kind;
  return {
    kind: 'scalar',
    start,
    end,
    note,
    value: value as NonNullable<TreeNode['value']>,
    children: () => [],
  };
}

function creating(
  text: string,
  { node, keys, missing }: Found,
  edit: ReadyEdit,
  top: AST.TOMLTopLevelTable | undefined,
): Splice[] {
  const [key = '', ...inner] = missing;
  const eol = lineEndOf(text);
  const value = tomlOf(nested(inner, edit.wanted), edit);
  const { start, end } = node;
  if (end > start) {
    const last = node.children().at(-1)?.node;
    const entry = node.kind === 'list' ? value : `${tomlKey(key)} = ${value}`;
    const at = last?.end || start + 1;
    return [{ start: at, end: at, text: last === undefined ? entry : `, ${entry}` }];
  }
  const parents = keys.slice(1, keys.length - missing.length);
  const line = `${tomlKey(key)} = ${value}`;
  const table = parents.length === 0 ? undefined : tableOf(top, parents);
  const body = (table?.body ??
    top?.body.filter(({ type }) => type === 'TOMLKeyValue') ??
    []) as readonly AST.TOMLNode[];
  const dotted = { start: 0, end: 0, text: `${[...parents, key].map(tomlKey).join('.')} = ${value}${eol}` };
  if (table === undefined && parents.length > 0) {
    const gap = text === '' || /\n\r?\n$/.test(text) ? '' : eol;
    const header = `${text === '' || text.endsWith('\n') ? '' : eol}${gap}[${parents.map(tomlKey).join('.')}]${eol}${line}`;
    return [
      dotted,
      { start: text.length, end: text.length, text: text.endsWith('\n') ? `${header}${eol}` : header },
    ];
  }
  const after = body.at(-1)?.range[1] ?? (table === undefined ? undefined : table.key.range[1]);
  if (after === undefined) return [dotted];
  const lineEnd = /\r?\n/.exec(text.slice(after));
  const at = lineEnd === null ? text.length : after + lineEnd.index;
  return [{ start: at, end: at, text: `${eol}${line}` }];
}

function tableOf(top: AST.TOMLTopLevelTable | undefined, keys: readonly string[]): AST.TOMLTable | undefined {
  const tables = top?.body.filter((each): each is AST.TOMLTable => each.type === 'TOMLTable') ?? [];
  return tables.find(({ resolvedKey }) => JSON.stringify(resolvedKey.map(String)) === JSON.stringify(keys));
}
