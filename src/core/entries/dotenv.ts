import { Secret } from '../secret.js';
import type { LineEntry } from './entry.js';
import { isCutBlock, lastLineOfBlock } from './pem.js';

const QUOTED = `\\s*'(?:\\\\'|[^'])*'|\\s*"(?:\\\\"|[^"])*"|\\s*\`(?:\\\\\`|[^\`])*\``;
const ENTRY = new RegExp(
  `^[^\\S\\n]*(?:export\\s+)?(?<name>[\\w.-]+)(?<sign>\\s*=\\s*?|:\\s+?)(?<value>${QUOTED}|[^#\\n]+)?\\s*(?:#.*)?$`,
  'gmd',
);

/**
 * The entries of a .env file by the rules of the npm package dotenv, version 17: the last of one name counts for a program,
 * but each is listed here, since each holds a value.
 *
 * Rules: `export` is left out; a value in quotes may have several lines; only double quotes know `\n` and `\r`; an unquoted
 * value ends at `#` and loses the spaces around it. No variable in a value is replaced. The lines of a key that no quotes
 * hold together are no entries, whatever dotenv finds in them.
 */
export function readDotenv(text: string): LineEntry[] {
  const lines = text.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n');
  const lineAt = lineCounter(lines);
  const texts = lines.split('\n');
  let next = 0;
  return [...lines.matchAll(ENTRY)].flatMap((match): LineEntry[] => {
    const { name = '', value = '' } = match.groups ?? {};
    const [start = 0] = match.indices?.groups?.['name'] ?? [];
    const [, end = start + 1] = match.indices?.groups?.['value'] ?? match.indices?.groups?.['sign'] ?? [];
    const first = lineAt(start);
    const last = lineAt(end - 1);
    if (first < next) return [];
    if (isCutBlock(value)) next = lastLineOfBlock(texts, last) + 1;
    return [{ name, value: new Secret(unquoted(value)), line: first + 1, lines: [first, last] }];
  });
}

function unquoted(raw: string): string {
  const value = raw.trim();
  const inner = value.replace(/^(['"`])([\s\S]*)\1$/, '$2');
  return value.startsWith('"') ? inner.replaceAll('\\n', '\n').replaceAll('\\r', '\r') : inner;
}

/** The line of each offset of a text, from 0 on, for offsets that never go back. */
function lineCounter(text: string): (offset: number) => number {
  let line = 0;
  let next = text.indexOf('\n');
  return (offset) => {
    for (; next !== -1 && next < offset; next = text.indexOf('\n', next + 1)) line += 1;
    return line;
  };
}
