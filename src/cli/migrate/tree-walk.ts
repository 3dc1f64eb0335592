import type { Document, Node, Scalar, YAMLMap } from 'yaml';
import { printableUpTo } from '../../core/printable.js';
import { Secret } from '../../core/secret.js';
import { otherThanText } from '../../platform/formats/yaml-tag.js';
import type { FileEntry } from './file.js';
import { lineEndFault, OLDER, readerFault } from './reader-faults.js';

type Yaml = typeof import('yaml');

/** An entry of a tree, where it is. */
export interface Found {
  readonly entry: FileEntry;
  readonly path: readonly (string | number)[];
  /** The map that holds it, and its place there; undefined for an element of a list. */
  readonly pair?: { readonly map: YAMLMap<Node, Node | null>; readonly at: number } | undefined;
  /** An alias elsewhere shows it there too. */
  readonly isShared: boolean;
}

/** A document, with what its nodes are asked for. */
export interface Tree {
  readonly yaml: Yaml;
  readonly document: Document.Parsed;
  /** The text as readers of YAML get it; empty for JSON, which all readers take alike. */
  readonly yamlText: string;
  readonly lineOf: (offset: number) => number;
}

/** A tree, with the node that each alias stands for. */
interface Walked extends Tree {
  readonly targets: ReadonlyMap<unknown, Node>;
  readonly shared: ReadonlySet<unknown>;
}

/** Where a node is, and what holds for all that is below it. */
interface Place extends Pick<Found, 'path' | 'pair' | 'isShared'> {
  /** Why entries stay, whatever they look like; empty where they need not. */
  readonly stays: string;
  readonly above: readonly unknown[];
}

const ALIAS = 'an alias of another entry: write its value with secret put, and remove the line by hand';

/** The entries of a document, and those that an alias shows once more. */
export function entriesOf(tree: Tree): Found[] {
  const targets = targetsOf(tree);
  const walked = { ...tree, targets, shared: new Set<unknown>(targets.values()) };
  return [...walk(walked, tree.document.contents, { path: [], isShared: false, stays: '', above: [] })];
}

/** An alias stands for the last node before it that has its anchor. */
function targetsOf({ yaml, document }: Tree): Map<unknown, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<unknown, Node>();
  yaml.visit(document, {
    Node: (_, node) => {
      if (yaml.isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

function* walk(tree: Walked, given: unknown, place: Place): Generator<Found> {
  const { yaml } = tree;
  const isAlias = yaml.isAlias(given);
  const node = isAlias ? tree.targets.get(given) : given;
  // An alias can be a part of what it stands for.
  if (place.above.includes(node)) return;
  const own: Place = {
    ...place,
    isShared: place.isShared || tree.shared.has(node),
    stays: place.stays || (isAlias ? ALIAS : tagFault(yaml, node)),
    above: [...place.above, node],
  };
  if (yaml.isScalar(node)) {
    const { path, pair, isShared } = own;
    const line = tree.lineOf((isAlias ? given : node).range?.[0] ?? 0);
    const value = new Secret(typeof node.value === 'string' ? node.value : String(node.source ?? node.value));
    const stays = own.stays || textFault(yaml, node, path) || readerFault(tree.yamlText, node);
    yield { entry: { name: path.join('.'), value, line, stays }, path, isShared, ...(pair && { pair }) };
  } else if (yaml.isMap<Node, Node | null>(node)) {
    for (const [at, { key, value }] of node.items.entries()) {
      const path = [...own.path, nameOf(tree, key)];
      const stays = own.stays || nameFault(tree, key);
      yield* walk(tree, value, { ...own, path, stays, pair: { map: node, at } });
    }
  } else if (yaml.isSeq(node)) {
    for (const [at, value] of node.items.entries())
      yield* walk(tree, value, { ...own, path: [...own.path, at], pair: undefined });
  }
}

function nameOf({ yaml, targets }: Walked, key: Node): string {
  const node = targets.get(key) ?? key;
  return String(yaml.isScalar(node) ? node.value : node);
}

function nameFault({ yaml, yamlText }: Walked, key: Node): string {
  return yaml.isScalar(key) ? lineEndFault(yamlText, key) : '';
}

/** Why nothing of a node is the text that stands there; empty without a tag of another type. */
function tagFault(yaml: Yaml, node: unknown): string {
  const given = yaml.isNode(node) && !yaml.isAlias(node) ? node.tag : undefined;
  if (given === undefined) return '';
  // Behind it, readers of YAML 1.1 take even `"12"` for a number.
  const tag = given === '!' && yaml.isScalar(node) ? given : otherThanText(given);
  if (tag === undefined || (yaml.isMap(node) && tag === '!!map') || (yaml.isSeq(node) && tag === '!!seq'))
    return '';
  return `by its tag ${printableUpTo(60, tag)}, programs read something else: write what they read with secret put`;
}

const PERHAPS_NO_TEXT = /^[\d.+=<yn~-]|^(?:o(?:n|ff)|true|false)$/i;

/** Why a value may be no text to a program; empty if it is one to all. */
function textFault(yaml: Yaml, { value, type, source }: Scalar, path: Found['path']): string {
  if (typeof path.at(-1) === 'number') return 'an element of a list';
  if (typeof value !== 'string') return 'not text: a program may need its type';
  if (type !== 'PLAIN' || !PERHAPS_NO_TEXT.test(value)) return '';
  const older: unknown = yaml.parseDocument(source ?? value, { version: '1.1', logLevel: 'silent' }).toJS();
  return typeof older === 'string' ? '' : OLDER;
}
