import { lineEndOf, type Splicer } from '../edit.js';
import { type LineEntry, newLine, spliceLines } from '../splice-lines.js';

/**
 * Java's properties (`java.util.Properties`, "load"), by a scanner of our own. The text has one character for each byte:
 * what is written is ASCII, so it is the same in ISO 8859-1 and in UTF-8. Always usable; a promise as every format's is.
 */
export async function openProperties(): Promise<Splicer> {
  return spliceLines({
    scan: scanProperties,
    write: ({ value }) => escapeValue(value),
    read: (written) => unescaped(written),
    create: (text, edit, written) => {
      const key = escapeKey(edit.place.text);
      return newLine(text, `${key}=${written}`, lineEndOf(text));
    },
  });
}

/**
 * The entries of a text, by index: a pattern with alternatives runs out of stack in a line of some megabytes. White space is
 * what Java's documents name: byte A0 is a letter of UTF-8.
 */
export function scanProperties(text: string): LineEntry[] {
  const entries: LineEntry[] = [];
  for (let at = 0; at < text.length; ) {
    const begin = afterBlanks(text, at, false);
    const end = lineEnd(text, begin, !/[#!]/.test(text.charAt(begin)));
    if (end > begin && !/[#!]/.test(text.charAt(begin))) entries.push(entryOf(text, begin, end));
    at = end + 1;
  }
  return entries;
}

function entryOf(text: string, begin: number, end: number): LineEntry {
  let keyEnd = begin;
  while (keyEnd < end && !/[ \t\f=:]/.test(text.charAt(keyEnd)))
    keyEnd += text[keyEnd] === '\\' ? escapeLength(text, keyEnd) : 1;
  let start = afterBlanks(text, Math.min(keyEnd, end), true);
  if (start < end && /[=:]/.test(text.charAt(start))) start = afterBlanks(text, start + 1, true);
  const name = unescaped(text.slice(begin, Math.min(keyEnd, end)));
  // A name beyond ASCII is meant in the encoding of the file, which is the one that makes it whole.
  return { place: inUtf8(name) ?? name, start: Math.min(start, end), end };
}

/** The length of what a backslash begins: with a line end behind it, the white space of the next line is part of it. */
function escapeLength(text: string, at: number): number {
  const isLineEnd = /[\r\n]/.test(text.charAt(at + 1));
  const end = at + (text.startsWith('\r\n', at + 1) ? 3 : 2);
  return (isLineEnd ? afterBlanks(text, end, false) : end) - at;
}

/** Behind spaces, tabs and form feeds; `isInLine`: and behind line ends after a backslash. */
function afterBlanks(text: string, start: number, isInLine: boolean): number {
  let at = start;
  for (;;) {
    if (/[ \t\f]/.test(text.charAt(at))) at += 1;
    else if (isInLine && text[at] === '\\' && /[\r\n]/.test(text.charAt(at + 1)))
      at += escapeLength(text, at);
    else return at;
  }
}

/** Where a line ends that begins at an offset; `isEntry`: a backslash at its end joins the next one to it. */
function lineEnd(text: string, start: number, isEntry: boolean): number {
  const mark = /[\\\r\n]/g;
  mark.lastIndex = start;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    if (found[0] !== '\\') return found.index;
    mark.lastIndex = found.index + (isEntry ? escapeLength(text, found.index) : 1);
  }
  return text.length;
}

function inUtf8(name: string): string | undefined {
  if (!/[\x80-\xff]/.test(name) || /[^\0-\xff]/.test(name)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(name, 'latin1'));
  } catch {
    return undefined;
  }
}

const SHORT: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

export function unescaped(text: string): string {
  return text.replaceAll(
    /\\(?:(\r\n|[\r\n])[ \t\f]*|u([\da-fA-F]{4})|([\s\S]))/g,
    (_all, lineEnd?: string, code?: string, char = '') => {
      if (lineEnd !== undefined) return '';
      return code === undefined ? (SHORT[char] ?? char) : String.fromCharCode(Number.parseInt(code, 16));
    },
  );
}

export function escapeValue(value: string): string {
  return escaped(value, /[\\#!=:]|[^\x20-\x7e]/g).replace(/^ /, '\\ ');
}

export function escapeKey(key: string): string {
  return escaped(key, /[\\#!=: ]|[^\x20-\x7e]/g);
}

function escaped(text: string, unsafe: RegExp): string {
  return text.replaceAll(unsafe, (char) => {
    const short = Object.keys(SHORT).find((letter) => SHORT[letter] === char);
    if (short !== undefined) return `\\${short}`;
    if (/[\x20-\x7e]/.test(char)) return `\\${char}`;
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
