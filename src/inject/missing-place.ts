import { closestMatch } from '../core/did-you-mean.js';
import { onceForEach } from '../core/lookup/once-for-each.js';
import { type Edit, placeNotFound, placeRefused } from './edit.js';
import { showPlace } from './place.js';
import { readPointer, showPointer } from './pointer.js';
import { canTake, childrenOf, type TreeChild, type TreeNode, walk } from './tree.js';

const MAX_LISTED = 5000;

/** The error for a pointer whose last key of `keys` is not there; `node` is where it would be. */
export function missing(edit: Edit, document: TreeChild, node: TreeNode, keys: readonly string[]): Error {
  const merge = node.kind === 'map' && childrenOf(node, '<<').length > 0;
  if (merge) {
    return placeRefused(
      edit,
      'which is not written there: a merge key "<<" may give it, and others may use that too.',
      `Write it beside the merge key: ${showPlace({ ...edit.place, create: true })}`,
    );
  }
  if (edit.place.create) {
    return placeNotFound(
      edit,
      `but ${showPointer(keys.slice(0, -1)) || 'the document'} is a ${node.kind}, which cannot get ${JSON.stringify(keys.at(-1))}.`,
      node.kind === 'list'
        ? offer(edit, showPointer([...keys.slice(0, -1), '-'], readPointer(edit.place.text).document))
        : 'Name a place whose parent is a map.',
    );
  }
  return notFound(edit, [document], { node, keys });
}

/** The error for a pointer that leads to nothing in some documents. `end`: how far it leads in the only one. */
export function notFound(
  edit: Edit,
  documents: readonly TreeChild[],
  end?: { readonly node: TreeNode; readonly keys: readonly string[] },
): Error {
  const nearest = nearestOf(edit, documents, end);
  const made = creatable(edit, documents);
  const create = made && `Write ${shown({ place: { ...edit.place, create: true } }, made)} to create it.`;
  const remedies = [nearest && offer(edit, nearest), create].filter((each) => each !== undefined);
  return placeNotFound(
    edit,
    nearest === undefined ? 'which is not there.' : `which is not there; the nearest one is ${nearest}.`,
    remedies.join('. ') || 'Name a place that is there, or one whose parent is a map.',
  );
}

function nearestOf(
  edit: Edit,
  documents: readonly TreeChild[],
  end: { readonly node: TreeNode; readonly keys: readonly string[] } | undefined,
): string | undefined {
  const wanted = readPointer(edit.place.text).keys;
  const siblings = end === undefined ? [] : keysIn(end.node);
  const sibling = closestMatch(end?.keys.at(-1) ?? '', siblings);
  const beside = sibling === undefined ? [] : besides(end?.keys ?? [], sibling, wanted);
  const isThere = beside.length > 0 && holderOf(documents, beside) !== undefined;
  const nearest = isThere ? beside : keysOf(closestMatch(showPointer(wanted), pointersIn(documents)));
  if (nearest === undefined) return undefined;
  return showPointer(nearest, indexIn(edit, documents, holderOf(documents, nearest)));
}

function besides(keys: readonly string[], sibling: string, wanted: readonly string[]): readonly string[] {
  return [...keys.slice(0, -1), sibling, ...wanted.slice(keys.length)];
}

function keysOf(pointer: string | undefined): readonly string[] | undefined {
  return pointer === undefined ? undefined : readPointer(pointer).keys;
}

function holderOf(documents: readonly TreeChild[], keys: readonly string[]): TreeChild | undefined {
  return documents.find(({ node }) => walk(node, keys).depth === keys.length);
}

/** The index of a document, where a pointer has to say it. */
function indexIn(
  { place }: Edit,
  documents: readonly TreeChild[],
  document: TreeChild | undefined,
): number | undefined {
  const isOneOfMany = documents.length > 1 || readPointer(place.text).document !== undefined;
  return isOneOfMany && document !== undefined ? Number(document.key) : undefined;
}

/** The pointer by which the place can be created; undefined where nothing can take it. */
function creatable(edit: Edit, documents: readonly TreeChild[]): string | undefined {
  const { keys } = readPointer(edit.place.text);
  const taker = documents.find(({ node }) => {
    const way = walk(node, keys);
    return canTake(way.node, keys[way.depth] ?? '');
  });
  return taker && showPointer(keys, indexIn(edit, documents, taker));
}

/** Those of all documents; the same list each time where there is one. */
function pointersIn(documents: readonly TreeChild[]): readonly string[] {
  const [first, ...others] = documents.map(({ node }) => pointersOf(node));
  return first !== undefined && others.length === 0 ? first : [...(first ?? []), ...others.flat()];
}

const keysIn = onceForEach(({ children }: TreeNode): readonly string[] => children().map(({ key }) => key));

/** The pointers of the first scalars of a document. */
const pointersOf = onceForEach((root: TreeNode): readonly string[] => {
  const pointers: string[] = [];
  let left = MAX_LISTED;
  const visit = (node: TreeNode, keys: readonly string[]): void => {
    for (const child of node.children()) {
      if (left-- <= 0) return;
      const next = [...keys, child.key];
      if (child.node.kind === 'map' || child.node.kind === 'list') visit(child.node, next);
      else if (child.node.kind === 'scalar') pointers.push(showPointer(next));
    }
  };
  visit(root, []);
  return pointers;
});

export function shown({ place }: Pick<Edit, 'place'>, text: string, kind = place.kind): string {
  return showPlace({ ...place, text, kind });
}

/** A line with another place, as what to write. */
export function offer(edit: Edit, text: string): string {
  return `Write ${edit.source} > ${shown(edit, text)}`;
}
