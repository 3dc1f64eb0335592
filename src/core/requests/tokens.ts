import { SeguraError } from '../errors.js';
import { say, type Text } from '../text.js';

/** One character of a request line and whether quotes protect it from meaning anything. */
export interface Char {
  readonly char: string;
  readonly quoted: boolean;
}

/** The error for a line of requests: `what` follows the place of the line. */
export function requestInvalid(where: Text, what: string, remedy: Text): SeguraError {
  return new SeguraError('REQUEST_INVALID', say`${where} ${what}`, remedy);
}

/**
 * The characters of a request line without its comment.
 *
 * `"` opens and closes a quoted part, `\"` inside one is a quote; `#` at the start or after white space begins a
 * comment. Errors: REQUEST_INVALID when a quote is never closed.
 */
export function readLine(line: string, where: Text): Char[] {
  const chars: Char[] = [];
  let quoted = false;
  for (let index = 0; index < line.length; index += 1) {
    const char = line.charAt(index);
    if (quoted && char === '\\' && line.charAt(index + 1) === '"') {
      chars.push({ char: '"', quoted });
      index += 1;
    } else if (char === '"') {
      quoted = !quoted;
      // An empty mark distinguishes `""` from nothing, and quoted text from a bare `*`.
      chars.push({ char: '', quoted: true });
    } else if (!quoted && char === '#' && (index === 0 || /\s/.test(line.charAt(index - 1)))) {
      break;
    } else {
      chars.push({ char, quoted });
    }
  }
  if (quoted) {
    throw requestInvalid(
      where,
      `opens a quote that is never closed: ${line.trim()}`,
      'Close it, and write \\" for a quote that belongs to the name.',
    );
  }
  return chars;
}

export function textOf(chars: readonly Char[]): string {
  return chars.map(({ char }) => char).join('');
}

/** The characters as they were written. */
export function rawOf(chars: readonly Char[]): string {
  return chars
    .map(({ char, quoted }) => {
      if (!quoted) return char;
      return char === '' || char === '"' ? `${char === '' ? '' : '\\'}"` : char;
    })
    .join('');
}

export function isBlank(chars: readonly Char[]): boolean {
  return chars.every(({ char, quoted }) => !quoted && /\s/.test(char));
}

/** True when the whole part is the given bare text, with no quote anywhere. */
export function isBare(chars: readonly Char[], text: string): boolean {
  return textOf(chars) === text && chars.every(({ quoted }) => !quoted);
}

export function trim(chars: readonly Char[]): Char[] {
  const isSpace = ({ char, quoted }: Char): boolean => !quoted && /\s/.test(char);
  const start = chars.findIndex((char) => !isSpace(char));
  return start === -1 ? [] : chars.slice(start, chars.findLastIndex((char) => !isSpace(char)) + 1);
}

export function split(chars: readonly Char[], separator: string): Char[][] {
  const parts: Char[][] = [[]];
  for (const char of chars) {
    if (!char.quoted && char.char === separator) parts.push([]);
    else parts.at(-1)?.push(char);
  }
  return parts;
}

export function lastBareIndex(chars: readonly Char[], wanted: string): number {
  return chars.findLastIndex(({ char, quoted }) => !quoted && char === wanted);
}

export function firstBareIndex(chars: readonly Char[], wanted: string): number {
  return chars.findIndex(({ char, quoted }) => !quoted && char === wanted);
}

/** A name as it must be written in a request line: in quotes if it contains a special character. */
export function quote(name: string): string {
  if (/^[^\s/>#",*[\]]+$/.test(name)) return name;
  // A backslash before the closing quote would escape it; outside quotes it is itself.
  const tail = /\\*$/.exec(name)?.[0] ?? '';
  return `"${name.slice(0, name.length - tail.length).replaceAll('"', '\\"')}"${tail}`;
}
