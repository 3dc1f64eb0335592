import { LineFault } from '../../splice-lines.js';

/** What PHP makes of a value: where its first quotes end, and where a comment begins. */
export interface Quoted {
  /** Behind the closing quote of a value that begins with `"`; 0 for any other. */
  readonly end: number;
  /** The `;` of a comment; -1 for none. */
  readonly comment: number;
}

/** Where PHP looks for another word. */
const BETWEEN = /[ \t&|^~()!]/;

/**
 * PHP's quotes in the value of one line: `"` anywhere, `'` where a word begins. Both go on in the next lines when they are
 * left open, over keys that others read there. Throws LineFault for those, and for a `"` behind `$` or a backslash, which
 * PHP takes for a part of the word or not. `offset`: of the value in the text. Source: Zend/zend_ini_scanner.l.
 */
export function readQuotes(value: string, offset: number): Quoted {
  let end = 0;
  let isStart = true;
  for (let at = 0; at < value.length; at += 1) {
    const char = value.charAt(at);
    if (char === ';') return { end, comment: at };
    if (char === '"' && /[$\\]/.test(value.charAt(at - 1)))
      throw new LineFault('PHP takes a quote behind "$" or a backslash for a part of the value', offset + at);
    const isQuote: boolean = char === '"' || (char === "'" && isStart);
    isStart = isQuote || BETWEEN.test(char);
    if (!isQuote) continue;
    const closing = closingOf(value, at, char);
    if (closing === -1) throw new LineFault('a quote is left open at the end of its line', offset + at);
    at = closing;
    if (end === 0 && value.startsWith('"')) end = closing + 1;
  }
  return { end, comment: -1 };
}

function closingOf(value: string, start: number, quote: string): number {
  for (let at = start + 1; at < value.length; at += 1) {
    if (value[at] === quote) return at;
    if (value[at] === '\\' && quote === '"') at += 1;
  }
  return -1;
}
