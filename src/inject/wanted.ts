import { type Edit, MAX_DEPTH, valueBroken } from './edit.js';
import { namesOf } from './library.js';
import { showPlace } from './place.js';
import type { Wanted } from './value.js';

/** RFC 8259, section 6. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** What the value of an edit has to be read back as. Errors: VALUE_BROKEN. */
export async function readWanted(edit: Edit): Promise<Wanted> {
  const { value, place } = edit;
  const asText = `Write ${edit.source} > ${showPlace({ ...place, kind: 'text' })} for a text, or correct the value in the vault.`;
  if (!value.isWellFormed())
    throw valueBroken(edit, 'only whole characters fit: it has half a character of Unicode.', asText);
  switch (place.kind) {
    case 'text':
      return { is: 'text', text: value };
    case 'number':
      // An integer of more digits than a double holds is read differently by different readers.
      if (NUMBER.test(value) && Number.isFinite(Number(value))) return { is: 'number', text: value };
      throw valueBroken(edit, 'a number is wanted: it is not one.', asText);
    case 'bool':
      if (value === 'true' || value === 'false') return { is: 'bool', text: value };
      throw valueBroken(edit, 'true or false is wanted: it is neither.', asText);
    case 'json': {
      const { parseTree } = namesOf(await import(/* webpackMode: "eager" */ 'jsonc-parser'));
      const wanted = isJson(value) ? readJson(value, parseTree) : undefined;
      if (wanted !== undefined) return wanted;
      throw valueBroken(
        edit,
        'JSON is wanted: it is not JSON, is nested too deep, or has a key twice.',
        asText,
      );
    }
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The part of jsonc-parser's nodes that is used here. */
interface JsonTree {
  readonly type: string;
  readonly value?: unknown;
  readonly children?: readonly JsonTree[];
  readonly offset: number;
  readonly length: number;
}

function readJson(text: string, parse: (text: string) => JsonTree | undefined): Wanted | undefined {
  try {
    return fromTree(text, parse(text) as JsonTree, 0);
  } catch (error) {
    // The parser calls itself for each level.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function fromTree(text: string, tree: JsonTree, depth: number): Wanted | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const { type, value, children = [], offset, length } = tree;
  if (type === 'string')
    return String(value).isWellFormed() ? { is: 'text', text: String(value) } : undefined;
  if (type === 'number')
    return Number.isFinite(value) ? { is: 'number', text: text.slice(offset, offset + length) } : undefined;
  if (type === 'boolean') return { is: 'bool', text: value === true ? 'true' : 'false' };
  if (type === 'null') return { is: 'null' };
  const parts = children.map((child) => fromTree(text, type === 'array' ? child : at(child, 1), depth + 1));
  if (parts.includes(undefined)) return undefined;
  const items = parts as Wanted[];
  if (type === 'array') return { is: 'list', items };
  const keys = children.map((child) => String(at(child, 0).value));
  if (new Set(keys).size < keys.length || keys.includes('__proto__')) return undefined;
  return { is: 'map', entries: keys.map((key, index) => [key, items[index] as Wanted]) };
}

function at({ children = [] }: JsonTree, index: number): JsonTree {
  return children[index] as JsonTree;
}
