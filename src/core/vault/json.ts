import { SeguraError } from '../errors.js';
import { printable } from '../printable.js';
import { option, say } from '../text.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A value of a reply with the place it was found at, for errors that name the place and never the value. */
export interface Node {
  readonly value: unknown;
  readonly path: string;
  readonly endpoint: string;
}

export function child(node: Node, key: string | number): Node {
  const path = typeof key === 'number' ? `${node.path}[${key}]` : `${node.path}.${printable(key)}`;
  const value = isObject(node.value) || Array.isArray(node.value) ? Reflect.get(node.value, key) : undefined;
  return { value, path, endpoint: node.endpoint };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What to check if a reply does not come from a vault. More text may follow. */
export const IS_VAULT = say`Check that ${option.url} is the vault itself, not a portal or gateway in front of it`;

export function malformed(endpoint: string, what: string): SeguraError {
  return new SeguraError(
    'REPLY_MALFORMED',
    `${endpoint}: ${what}.`,
    say`${IS_VAULT}, and that its version is supported.`,
  );
}

export function objectAt(node: Node): JsonObject {
  if (isObject(node.value)) return node.value;
  throw malformed(node.endpoint, `${node.path} is not an object`);
}

export function elementsAt(node: Node): Node[] {
  if (Array.isArray(node.value)) return node.value.map((_, index) => child(node, index));
  throw malformed(node.endpoint, `${node.path} is not a list`);
}

export function textAt(node: Node): string {
  const text = scalarAt(node);
  if (text === null) throw malformed(node.endpoint, `${node.path} is not text`);
  return text;
}

/**
 * The longest token, client id or signature that is taken: every form of it is masked, and of this length no header of
 * HTTP is sure to arrive.
 */
const MAX_LOGIN_CHARACTERS = 16 * 1024;

/** Text to log in with. Errors: REPLY_MALFORMED when it is empty or too long to be that. */
export function loginAt(node: Node): string {
  const text = textAt(node);
  if (text === '') throw malformed(node.endpoint, `${node.path} is empty`);
  if (text.length > MAX_LOGIN_CHARACTERS)
    throw malformed(node.endpoint, `${node.path} has more than ${MAX_LOGIN_CHARACTERS / 1024} KB`);
  return text;
}

/** Text that may be missing. A value that is not text counts as missing. */
export function optionalTextAt(node: Node): string | undefined {
  const { value } = node;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * A value as text, `null` kept.
 *
 * A number keeps its digits only when it is a safe integer: of any other, JSON has already changed how it was written,
 * and a password that is nearly right is worse than an error.
 */
export function scalarAt(node: Node): string | null {
  const { value, path, endpoint } = node;
  if (typeof value === 'string' || value === null) return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number') throw malformed(endpoint, `${path} is not text`);
  if (Number.isSafeInteger(value)) return String(value);
  throw malformed(
    endpoint,
    `${path} is a number whose digits cannot be kept: the vault must send it as text`,
  );
}
