import { isDeepStrictEqual } from 'node:util';
import { applySplices, MAX_DEPTH, type Splice } from '../../inject/edit.js';
import { type JsonNode, openJsonParser, quotedJson } from '../../inject/formats/json.js';
import { differs, type Escape } from './faults.js';
import type { Hole, Holes } from './holes.js';

/** JSON, with comments too: in a string, a value is more of its text; by itself, it becomes a string. */
export async function openJsonEscape(): Promise<Escape> {
  const parse = await openJsonParser();
  return (text, holes, { path }) => {
    const leaves = leavesOf(parse(text, path));
    const splices = leaves.flatMap((leaf) => spliceOf(text, leaf, holes) ?? []);
    const next = applySplices(text, splices);
    const isKept = isDeepStrictEqual(
      leavesOf(parse(next, path)).map(({ type, value }) => [type, value]),
      leaves.map((leaf) => wanted(text, leaf, holes)),
    );
    if (!isKept) throw differs(path);
    return next;
  };
}

/** Every node of a document in its order, keys among them; a map or a list has no value of its own. */
function leavesOf(root: JsonNode): JsonNode[] {
  const leaves: JsonNode[] = [];
  const visit = (node: JsonNode, depth: number): void => {
    if (depth > MAX_DEPTH * 2) throw new RangeError('too deep');
    leaves.push(node);
    for (const child of node.children ?? []) visit(child, depth + 1);
  };
  visit(root, 0);
  return leaves;
}

function sourceOf(text: string, { offset, length }: JsonNode): string {
  return text.slice(offset, offset + length);
}

/** The holes of a number that is nothing but marks: a value by itself. */
function alone(text: string, node: JsonNode, holes: Holes): readonly Hole[] | undefined {
  return node.type === 'number' ? holes.only(sourceOf(text, node)) : undefined;
}

function spliceOf(text: string, node: JsonNode, holes: Holes): Splice | undefined {
  const { type, offset, length } = node;
  if (type !== 'string' && type !== 'number') return undefined;
  const source = sourceOf(text, node);
  const values = alone(text, node, holes);
  const place = { start: offset, end: offset + length };
  if (values !== undefined) {
    const [{ literal } = { literal: undefined }] = values;
    const whole = values.length === 1 ? literal : undefined;
    holes.fill(source, () => '');
    return { ...place, text: whole ?? quotedJson(holes.read(source)) };
  }
  if (type === 'number' || !holes.isIn(source)) return undefined;
  return { ...place, text: holes.fill(source, (hole) => quotedJson(textIn(hole)).slice(1, -1)) };
}

/** In a string, what a filter wrote is text too: JSON in a string of JSON. */
function textIn({ literal, value }: Hole): string {
  return literal ?? value;
}

function wanted(text: string, node: JsonNode, holes: Holes): unknown {
  const { type, value } = node;
  const source = sourceOf(text, node);
  if (alone(text, node, holes) !== undefined) return ['string', holes.read(source)];
  if (type !== 'string' || !holes.isIn(String(value))) return [type, value];
  return [type, holes.read(String(value), textIn)];
}
