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

/** A line, and those that a backslash at its end joins to it; neither blank nor a comment. */
const LOGICAL = /(?:^|(?<=[\r\n]))[ \t\f]*(?![#!\s])((?:\\(?:\r\n|[\s\S])|[^\\\r\n])+)/g;
const KEY = /^(?:\\(?:\r\n[ \t\f]*|[\r\n][ \t\f]*|[\s\S])|[^\\\s=:])*/;
const SEPARATOR = /^(?:[ \t\f]|\\(?:\r\n|[\r\n])[ \t\f]*)*(?:[=:](?:[ \t\f]|\\(?:\r\n|[\r\n])[ \t\f]*)*)?/;

export function scanProperties(text: string): LineEntry[] {
  return [...text.matchAll(LOGICAL)].map((match) => {
    const [all, line = ''] = match;
    const begin = match.index + all.length - line.length;
    const key = KEY.exec(line)?.[0] ?? '';
    const gap = SEPARATOR.exec(line.slice(key.length))?.[0] ?? '';
    const name = unescaped(key);
    return {
      // A name beyond ASCII is meant in the encoding of the file, which is the one that makes it whole.
      place: inUtf8(name) ?? name,
      start: begin + key.length + gap.length,
      end: begin + line.length,
    };
  });
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
