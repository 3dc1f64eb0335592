import { createHash } from 'node:crypto';
import { groupedBy } from '../core/lookup/grouped-by.js';
import { onceForEach } from '../core/lookup/once-for-each.js';
import { MAX_DEPTH } from './edit.js';
import type { Wanted } from './value.js';

/**
 * A part of a document of maps, lists and scalars, over the nodes of a format's own library. Offsets are in UTF-16 code
 * units. `none` has no bytes of its own, and cannot be replaced.
 */
export interface TreeNode {
  readonly kind: 'map' | 'list' | 'scalar' | 'alias' | 'none';
  /** The bytes of the value, from the first to behind the last. */
  readonly start: number;
  readonly end: number;
  /** What a reader makes of a scalar. */
  readonly value?: string | number | bigint | boolean | null | undefined;
  /** What else a reader gets of it: tag, anchor, or the name of an alias. */
  readonly note: string;
  /** A tag that stands before it, and says what else than a text its value is. */
  readonly tag?: string | undefined;
  /** Those of a map or a list, in their order; the keys of a list are its indexes. */
  readonly children: () => readonly TreeChild[];
  /** Those of one key, without a look at the others, where the format has a faster way. */
  readonly childrenOf?: (key: string) => readonly TreeChild[];
}

/** By their keys, the children of a map: thousands of places may be of one. */
const byKey = onceForEach((node: TreeNode) => groupedBy(node.children(), ({ key }) => key));

/** The children of one key: none, one, or those of a key that is there several times. */
export function childrenOf(node: TreeNode, key: string): readonly TreeChild[] {
  return node.childrenOf?.(key) ?? byKey(node).get(key) ?? [];
}

/** How many keys of a way lead to something, and the last node on it that is there. */
export function walk(start: TreeNode, keys: readonly string[]): { depth: number; node: TreeNode } {
  let node = start;
  for (const [depth, key] of keys.entries()) {
    const [next] = childrenOf(node, key);
    if (next === undefined) return { depth, node };
    node = next.node;
  }
  return { depth: keys.length, node };
}

/** Whether a new key can be put into it: a map takes any, a list its next index, and an empty value becomes a map. */
export function canTake({ kind, value, tag, children }: TreeNode, key: string): boolean {
  if (kind === 'list') return key === '-' || key === String(children().length);
  return kind === 'map' || kind === 'none' || (kind === 'scalar' && value === null && tag === undefined);
}

export interface TreeChild {
  readonly key: string;
  readonly node: TreeNode;
}

/** Where values change, as a tree of keys: at its leaves is what is to be read there. */
export interface Changes {
  wanted?: Wanted;
  readonly below: Map<string, Changes>;
}

export function changesOf(edits: readonly { keys: readonly string[]; wanted: Wanted }[]): Changes {
  const root: Changes = { below: new Map() };
  for (const { keys, wanted } of edits) {
    let at = root;
    for (const key of keys) {
      const next = at.below.get(key) ?? { below: new Map() };
      at.below.set(key, next);
      at = next;
    }
    at.wanted = wanted;
  }
  return root;
}

/**
 * What a document says everywhere but where it changes, as one short text: it is equal before and after, or something else
 * changed too. Throws a RangeError when the document is nested too deep.
 */
export function digestOf(root: TreeNode, changes: Changes): string {
  const hash = createHash('sha256');
  let parts: string[] = [];
  const add = (...texts: readonly string[]): void => {
    // Lengths keep two texts from being taken for two others.
    for (const text of texts) parts.push(String(text.length), ':', text);
    if (parts.length < 8192) return;
    hash.update(parts.join(''));
    parts = [];
  };
  const visit = (node: TreeNode, change: Changes | undefined, depth: number): void => {
    if (depth > MAX_DEPTH) throw new RangeError('too deep');
    add(node.kind, node.note, typeof node.value, String(node.value));
    for (const child of node.children()) {
      const next = change?.below.get(child.key);
      if (next?.wanted !== undefined) continue;
      // What is made on the way to a place that was not there has nothing else in it.
      if (next !== undefined && isMadeFor(child.node, next)) continue;
      add(child.key);
      visit(child.node, next, depth + 1);
    }
    add('end');
  };
  visit(root, changes, 0);
  return hash.update(parts.join('')).digest('base64');
}

function isMadeFor({ kind, value, children }: TreeNode, { below }: Changes): boolean {
  // An empty value becomes the map that holds the new one.
  if (kind === 'none' || (kind === 'scalar' && value === null)) return true;
  return (
    kind === 'map' &&
    children().every(({ key, node }) => {
      const next = below.get(key);
      return next !== undefined && (next.wanted !== undefined || isMadeFor(node, next));
    })
  );
}

/** Whether each change is read in a document as it is wanted. */
export function areMade(root: TreeNode, { wanted, below }: Changes): boolean {
  if (wanted !== undefined) return isEqual(root, wanted);
  if (below.size === 0) return true;
  return [...below].every(([key, next]) => {
    const [child] = childrenOf(root, key);
    return child !== undefined && areMade(child.node, next);
  });
}

function isEqual(node: TreeNode, wanted: Wanted): boolean {
  const { kind, value } = node;
  switch (wanted.is) {
    case 'text':
      return kind === 'scalar' && value === wanted.text;
    case 'number':
      return (
        kind === 'scalar' &&
        (typeof value === 'bigint' ? String(value) === wanted.text : value === Number(wanted.text))
      );
    case 'bool':
      return kind === 'scalar' && value === (wanted.text === 'true');
    case 'null':
      return kind === 'scalar' && value === null;
    case 'list': {
      const children = kind === 'list' ? node.children() : undefined;
      return (
        children?.length === wanted.items.length &&
        children.every(({ node }, index) => isEqual(node, wanted.items[index] as Wanted))
      );
    }
    case 'map': {
      const children = kind === 'map' ? node.children() : undefined;
      return (
        children?.length === wanted.entries.length &&
        children.every(({ key, node }, index) => {
          const [name, value] = wanted.entries[index] as readonly [string, Wanted];
          return key === name && isEqual(node, value);
        })
      );
    }
  }
}
