import type { Document, Node } from 'yaml';
import type { SeguraError } from '../../core/errors.js';
import { printableUpTo } from '../../core/printable.js';
import { option, say } from '../../core/text.js';
import {
  documentRefused,
  lineAt,
  lineEndOf,
  MAX_DEPTH,
  placeRefused,
  type ReadyEdit,
  type Splice,
  type Splicer,
} from '../edit.js';
import { namesOf } from '../library.js';
import { refuseVast } from '../limits.js';
import type { Found } from '../locate.js';
import { nested, spliceTree } from '../splice-tree.js';
import type { TreeNode } from '../tree.js';
import { endOf, YamlNode } from './yaml-node.js';
import { yamlKey, yamlOf } from './yaml-text.js';

/** YAML 1.2, several documents too, by the positions that `yaml` gives; its own writer would change the rest. */
export async function openYaml(): Promise<Splicer> {
  const yaml = namesOf(await import(/* webpackMode: "eager" */ 'yaml'));
  const treeOf = (text: string, path: string): TreeNode => {
    const documents = yamlDocuments(yaml, text, path);
    const of = { yaml, text, indexes: new WeakMap() };
    const children = documents.map(({ contents }, index) => ({
      key: String(index),
      node: new YamlNode(contents as Node | null, of),
    }));
    // A text without any has one that is empty.
    if (children.length === 0) children.push({ key: '0', node: new YamlNode(null, of) });
    return { kind: 'list', start: 0, end: text.length, note: '', children: () => children };
  };
  return spliceTree({
    parse: treeOf,
    replace: (text, node, edit) => replacing(text, node, edit),
    create: (text, found, edit) => creating(text, found, edit),
  });
}

/** The documents of a text. Throws DOCUMENT_REFUSED, or a RangeError when they are nested too deep. */
export function yamlDocuments(yaml: typeof import('yaml'), text: string, path: string): readonly Document[] {
  refuseVast(text, path, 'yaml');
  refuseChains(text);
  // Keys that are there twice matter on the way to a place only; the library would compare each with each.
  const found = yaml.parseAllDocuments(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const documents: readonly Document[] = [...found];
  for (const { errors } of documents) {
    const [fault] = errors;
    if (fault === undefined) continue;
    const words = fault.code.toLowerCase().replaceAll('_', ' ');
    throw documentRefused(
      path,
      `is not valid YAML: line ${lineAt(text, fault.pos[0])}, ${words}.`,
      say`Correct the file, or name its format with ${option.injectFormat}.`,
    );
  }
  return documents;
}

/** The library takes many seconds for a million dashes in one line. Each character is looked at once. */
function refuseChains(text: string): void {
  let [length, end] = [0, 0];
  for (const { index, 0: link } of text.matchAll(/[-?:][ \t]+/g)) {
    length = index === end ? length + 1 : 1;
    end = index + link.length;
    if (length >= MAX_DEPTH) throw new RangeError('too deep');
  }
}

function replacing(text: string, node: TreeNode, edit: ReadyEdit): Splice {
  const { start, end, tag } = node;
  if (tag !== undefined) throw tagged(edit, tag);
  const old = text.slice(start, end);
  // A comment behind `|` or `>` stays.
  const comment = /^[|>][^\s#]*([ \t]+#[^\r\n]*)/.exec(old)?.[1] ?? '';
  return inGap(text, node, `${yamlOf(edit.wanted)}${comment}`);
}

/** A text behind `!!int` is an error to some readers, and behind a tag of a program's own nobody knows what. */
function tagged(edit: ReadyEdit, tag: string): SeguraError {
  const shown = printableUpTo(60, tag);
  return placeRefused(
    edit,
    `whose value has the tag ${shown}, by which programs read it as something else than a text.`,
    `Remove ${shown} from ${edit.place.path}, or name another place.`,
  );
}

/** An empty value begins right behind the colon, the dash or the anchor before it, and may touch a comment. */
function inGap(text: string, { start, end }: Pick<TreeNode, 'start' | 'end'>, value: string): Splice {
  const before = start === 0 || /[\s[{,]/.test(text.charAt(start - 1)) ? '' : ' ';
  return { start, end, text: `${before}${value}${text.charAt(end) === '#' ? ' ' : ''}` };
}

function creating(text: string, { node, keys, missing }: Found, edit: ReadyEdit): Splice[] {
  const { wanted } = edit;
  const [key = '', ...inner] = missing;
  const value = yamlOf(nested(inner, wanted));
  const { start, end, kind } = node;
  if (kind === 'scalar' || kind === 'none') {
    if (node.tag !== undefined) throw tagged(edit, node.tag);
    const map = yamlOf(nested(missing, wanted));
    const eol = lineEndOf(text);
    const isLineOpen = text !== '' && !/[\r\n]$/.test(text);
    const last = { start: text.length, end: text.length };
    const inPlace = inGap(text, node, map);
    const isDocument = keys.length === missing.length + 1;
    const line = `${isLineOpen ? eol : ''}${yamlKey(key)}: ${value}${isLineOpen ? '' : eol}`;
    return isDocument ? [{ ...last, text: line }, inPlace] : [inPlace];
  }
  const entry = kind === 'list' ? value : `${yamlKey(key)}: ${value}`;
  const isEmpty = node.children().length === 0;
  if (/^[[{]/.test(text.slice(start, start + 1))) {
    const flow = kind === 'list' ? value : `${yamlOf({ is: 'text', text: key })}: ${value}`;
    const at = isEmpty ? start + 1 : beforeClosing(text, end);
    const hasComma = text.slice(0, at).endsWith(',');
    return [{ start: at, end: at, text: isEmpty ? flow : `${hasComma ? '' : ','} ${flow}` }];
  }
  const column = start - (text.lastIndexOf('\n', start - 1) + 1);
  const indent = ' '.repeat(column);
  const line = `${kind === 'list' ? '- ' : ''}${entry}`;
  const behind = lineEndAfter(text, end);
  const eol = lineEndOf(text);
  return [
    { start: behind, end: behind, text: `${eol}${indent}${line}` },
    { start, end: start, text: `${line}${eol}${indent}` },
  ];
}

/** Behind the last thing before the bracket that closes. */
function beforeClosing(text: string, end: number): number {
  return endOf(text, 0, end - 1);
}

function lineEndAfter(text: string, offset: number): number {
  const rest = /\r?\n/.exec(text.slice(offset));
  return rest === null ? text.length : offset + rest.index;
}
