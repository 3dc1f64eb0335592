import { Secret } from '../secret.js';
import type { LineEntry } from './entry.js';
import { isCutBlock, lastLineOfBlock } from './pem.js';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' };

/**
 * The entries of a file of Java properties: key, then `=`, `:` or white space, then the value; a line that ends in an odd
 * number of `\` goes on in the next one. The lines of a key without those are no entries, whatever Java finds in them.
 *
 * Source: java.util.Properties, method `load(Reader)`.
 */
export function readProperties(text: string): LineEntry[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const entries: LineEntry[] = [];
  for (let first = 0; first < lines.length; first += 1) {
    let line = (lines[first] ?? '').replace(/^[ \t\f]+/, '');
    // A line that only goes on in the next one is none: that begins anew, be it a comment.
    if (line === '' || line === '\\' || /^[#!]/.test(line)) continue;
    let last = first;
    const parts: string[] = [];
    for (; goesOn(line) && last < lines.length - 1; line = (lines[last] ?? '').replace(/^[ \t\f]+/, '')) {
      parts.push(line.slice(0, -1));
      last += 1;
    }
    const whole = parts.join('') + line;
    const [, key = '', value = ''] =
      /^([^\\=: \t\f]*(?:\\.[^\\=: \t\f]*)*)[ \t\f]*[=:]?[ \t\f]*(.*)$/s.exec(whole) ?? [];
    entries.push({
      name: unescaped(key),
      value: new Secret(unescaped(value)),
      line: first + 1,
      lines: [first, last],
    });
    first = isCutBlock(value) ? lastLineOfBlock(lines, last) : last;
  }
  return entries;
}

/** Whether a line ends in an odd number of `\`. Those of the lines before it are in pairs. */
function goesOn(line: string): boolean {
  let start = line.length;
  while (line[start - 1] === '\\') start -= 1;
  return (line.length - start) % 2 === 1;
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(?:u([0-9A-Fa-f]{4})|([\s\S])|$)/g, (_, hex?: string, one?: string) =>
    hex === undefined ? (ESCAPES[one ?? ''] ?? one ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
