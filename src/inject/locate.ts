import { type Edit, placeNotFound, placeRefused } from './edit.js';
import { missing, notFound, offer, shown } from './missing-place.js';
import { readPointer, showPointer } from './pointer.js';
import { canTake, childrenOf, type TreeChild, type TreeNode, walk } from './tree.js';

/** Where a pointer leads: to a node, or to the last one on its way that is there. */
export interface Found {
  readonly node: TreeNode;
  /** From the root, whose children are the documents. */
  readonly keys: readonly string[];
  /** Those of `keys` that are not there yet, the last ones. */
  readonly missing: readonly string[];
}

/**
 * Where the place of an edit is. `root` is a list of documents.
 *
 * Errors: PLACE_NOT_FOUND unless the edit creates its place; PLACE_REFUSED for a key that is there twice, an alias or a
 * merge key on the way, a value that is a map, and a place that several documents have.
 */
export function locate(root: TreeNode, edit: Edit): Found {
  const { document, keys } = readPointer(edit.place.text);
  if (keys.includes('__proto__'))
    throw placeRefused(edit, 'whose name "__proto__" programs take for something else.', 'Use another key.');
  const documents = root.children();
  if (document !== undefined) {
    const [chosen] = documents.slice(document);
    if (chosen === undefined)
      throw placeNotFound(
        edit,
        `but the file has ${documents.length} documents, counted from 0.`,
        offer(edit, showPointer(keys)),
      );
    return follow(edit, chosen, keys);
  }
  const tries = documents.map((child) => ({ child, ...walk(child.node, keys) }));
  const whole = tries.filter(({ depth }) => depth === keys.length);
  const [first = tries[0], another] = whole.length > 0 || documents.length < 2 ? whole : tries;
  if (first === undefined) throw placeNotFound(edit, 'but the file is empty.', 'Name another file.');
  if (another === undefined) return follow(edit, first.child, keys);
  const offered = [first, another].map(({ child }) => shown(edit, showPointer(keys, Number(child.key))));
  if (whole.length === 0 && !edit.place.create) throw notFound(edit, documents);
  throw placeRefused(
    edit,
    whole.length > 0 ? 'which several documents of the file have.' : 'but the file has several documents.',
    `Say in which one: ${offered.join(' or ')}`,
  );
}

function follow(edit: Edit, document: TreeChild, keys: readonly string[]): Found {
  let { node } = document;
  for (const [depth, key] of keys.entries()) {
    if (node.kind === 'alias') throw throughAlias(edit, document, node, keys.slice(depth));
    const [child, twin] = childrenOf(node, key);
    if (twin !== undefined) {
      throw placeRefused(
        edit,
        `but the key ${JSON.stringify(key)} is there twice, and readers differ in which one counts.`,
        `Remove one of them from ${edit.place.path}.`,
      );
    }
    if (child === undefined) {
      const all = [document.key, ...keys];
      if (edit.place.create && canTake(node, key)) return { node, keys: all, missing: keys.slice(depth) };
      throw missing(edit, document, node, keys.slice(0, depth + 1));
    }
    node = child.node;
  }
  if (node.kind === 'alias') throw throughAlias(edit, document, node, []);
  if (edit.place.kind !== 'json' && (node.kind === 'map' || node.kind === 'list')) {
    const inside = node.children()[0];
    throw placeRefused(
      edit,
      `which holds a ${node.kind} and not one value.`,
      inside === undefined
        ? `Replace it by JSON: ${shown(edit, edit.place.text, 'json')}`
        : `Name a value inside it, such as ${shown(edit, showPointer([...keys, inside.key]))}, or replace it by JSON: ${shown(edit, edit.place.text, 'json')}`,
    );
  }
  return { node, keys: [document.key, ...keys], missing: [] };
}

function throughAlias(edit: Edit, document: TreeChild, alias: TreeNode, rest: readonly string[]): Error {
  const definition = anchorPlace(document.node, alias.note, []);
  return placeRefused(
    edit,
    `which leads through the alias *${alias.note}: other places have the same value.`,
    definition === undefined
      ? 'Name the place where its anchor is.'
      : `To change all of them, name the place of the anchor: ${shown(edit, showPointer([...definition, ...rest]))}`,
  );
}

function anchorPlace(node: TreeNode, name: string, keys: readonly string[]): readonly string[] | undefined {
  if (node.kind !== 'alias' && node.note.endsWith(`&${name}`)) return keys;
  for (const child of node.children()) {
    const found = anchorPlace(child.node, name, [...keys, child.key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
