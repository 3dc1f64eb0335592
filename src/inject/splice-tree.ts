import { collect, type SeguraError, throwIfAny } from '../core/errors.js';
import {
  applySplices,
  documentRefused,
  doMeet,
  MAX_DEPTH,
  placeRefused,
  type ReadyEdit,
  type Splice,
  type Splicer,
} from './edit.js';
import { type Found, locate } from './locate.js';
import { areMade, type Changes, changesOf, digestOf, type TreeNode } from './tree.js';
import type { Wanted } from './value.js';

/** What is special in one format of maps and lists. */
export interface TreeFormat {
  /** The documents of a text, as the children of a list. Throws DOCUMENT_REFUSED, or a RangeError when it is too deep. */
  parse(text: string, path: string): TreeNode;
  /** How a value replaces a node. Throws VALUE_BROKEN where the format cannot hold the value. */
  replace(text: string, node: TreeNode, edit: ReadyEdit): Splice;
  /** Ways to put a value below a node where there is nothing yet, the best one first. */
  create(text: string, found: Found, edit: ReadyEdit): readonly Splice[];
}

/** Values into a text of such a format: all that are there at once, then those that are created. */
export function spliceTree(format: TreeFormat): Splicer {
  return (text, edits) => {
    const [first] = edits;
    if (first === undefined) return text;
    const { path } = first.place;
    const { splices, changes, before, there, later } = prepare(format, text, edits);
    let next = text;
    if (splices.length > 0) {
      next = applySplices(text, splices);
      if (!isWanted(() => format.parse(next, path), changes, before)) throw unkept(there);
    }
    return withCreated(next, later, format);
  };
}

interface Prepared {
  readonly splices: readonly Splice[];
  readonly changes: Changes;
  /** What the text says beside the changes. */
  readonly before: string;
  /** Edits whose places are there, and those that create them. */
  readonly there: readonly ReadyEdit[];
  readonly later: readonly ReadyEdit[];
}

/** By itself, so that the nodes of the text are gone before its successor is parsed: they take hundreds of bytes each. */
function prepare(format: TreeFormat, text: string, edits: readonly ReadyEdit[]): Prepared {
  const path = edits[0]?.place.path ?? '';
  const root = guarded(path, () => format.parse(text, path));
  const problems: SeguraError[] = [];
  const all = edits.flatMap((edit) => {
    const found = collect(problems, () => locate(root, edit));
    return found === undefined ? [] : [{ edit, found }];
  });
  refuseNested(all, problems);
  throwIfAny(problems);
  const there = all.filter(({ found }) => found.missing.length === 0);
  const splices = there.flatMap(
    ({ edit, found }) => collect(problems, () => replacing(format, text, found.node, edit)) ?? [],
  );
  throwIfAny(problems);
  const changes = changesOf(there.map(({ edit, found }) => ({ keys: found.keys, wanted: edit.wanted })));
  return {
    splices,
    changes,
    before: guarded(path, () => digestOf(root, changes)),
    there: there.map(({ edit }) => edit),
    later: all.filter(({ found }) => found.missing.length > 0).map(({ edit }) => edit),
  };
}

function replacing(format: TreeFormat, text: string, node: TreeNode, edit: ReadyEdit): Splice {
  const splice = format.replace(text, node, edit);
  edit.onWritten?.(splice.text.trim());
  return splice;
}

/** All at once, if that is read as it is meant; else one half after the other, in the end one by one. */
function withCreated(text: string, edits: readonly ReadyEdit[], format: TreeFormat): string {
  const [edit] = edits;
  if (edit === undefined) return text;
  if (edits.length === 1) return withOneCreated(text, edit, format);
  const together = createdTogether(text, edits, format);
  if (together !== undefined) return together;
  const half = Math.ceil(edits.length / 2);
  return withCreated(withCreated(text, edits.slice(0, half), format), edits.slice(half), format);
}

function createdTogether(text: string, edits: readonly ReadyEdit[], format: TreeFormat): string | undefined {
  const path = edits[0]?.place.path ?? '';
  const root = guarded(path, () => format.parse(text, path));
  const all = edits.map((edit) => ({ edit, found: locate(root, edit) }));
  // The index of an element is known only once those before it are there, and no key is made twice.
  const tops = all.map(({ found: { keys, missing } }) =>
    JSON.stringify(keys.slice(0, keys.length - missing.length + 1)),
  );
  if (new Set(tops).size < tops.length || all.some(({ found }) => found.node.kind === 'list'))
    return undefined;
  const changes = changesOf(all.map(({ edit, found }) => ({ keys: found.keys, wanted: edit.wanted })));
  const before = guarded(path, () => digestOf(root, changes));
  const splices = all.flatMap(({ edit, found }) => format.create(text, found, edit).slice(0, 1));
  if (doMeet(splices)) return undefined;
  const next = applySplices(text, splices);
  return isWanted(() => format.parse(next, path), changes, before) ? next : undefined;
}

function withOneCreated(text: string, edit: ReadyEdit, format: TreeFormat): string {
  const root = guarded(edit.place.path, () => format.parse(text, edit.place.path));
  const found = locate(root, edit);
  const { node, missing } = found;
  // `-` behind a list is its next index, whatever the keys behind that are.
  const at = node.kind === 'list' ? found.keys.length - missing.length : -1;
  const keys = found.keys.map((key, index) => (index === at ? String(node.children().length) : key));
  const changes = changesOf([{ keys, wanted: edit.wanted }]);
  const before = guarded(edit.place.path, () => digestOf(root, changes));
  for (const splice of format.create(text, found, edit)) {
    const next = applySplices(text, [splice]);
    if (isWanted(() => format.parse(next, edit.place.path), changes, before)) return next;
  }
  throw unkept([edit]);
}

/** Whether a text that was made is read as it was before, but for what it was made for. */
function isWanted(parse: () => TreeNode, changes: Changes, before: string): boolean {
  try {
    const root = parse();
    return digestOf(root, changes) === before && areMade(root, changes);
  } catch {
    return false;
  }
}

function unkept(edits: readonly ReadyEdit[]): SeguraError {
  const [edit] = edits as [ReadyEdit];
  const others = edits.length > 1 ? ` So may ${edits.length - 1} other places of it.` : '';
  return placeRefused(
    edit,
    `which cannot be changed without a change elsewhere in the file.${others}`,
    'Write the value that stands there in double quotes on the line of its key, or name another place.',
  );
}

/** A place below another one that is replaced too would be gone. */
function refuseNested(all: readonly { edit: ReadyEdit; found: Found }[], problems: SeguraError[]): void {
  const changed = new Set(all.map(({ found }) => JSON.stringify(found.keys)));
  for (const { edit, found } of all) {
    const isBelow = found.keys.some(
      (_, depth) => depth > 0 && changed.has(JSON.stringify(found.keys.slice(0, depth))),
    );
    if (isBelow)
      problems.push(
        placeRefused(edit, 'which is inside a place that another line replaces.', 'Leave one of them out.'),
      );
  }
}

function guarded<T>(path: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw documentRefused(path, `is nested deeper than ${MAX_DEPTH} levels.`, 'Name another file.', error);
  }
}

/** Keys that are made around a value: `b` and `c` around `v` are `{b: {c: v}}`. */
export function nested(keys: readonly string[], value: Wanted): Wanted {
  return keys.reduceRight<Wanted>((inner, key) => ({ is: 'map', entries: [[key, inner]] }), value);
}
