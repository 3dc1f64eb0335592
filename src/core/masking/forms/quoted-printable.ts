import { utf8Escapes } from './escapes.js';

const codes = (text: string): string =>
  utf8Escapes(text, (byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`);

/** Quoted-printable (RFC 2045) without soft line ends: line by line, and with the line ends as codes. */
export function* quotedPrintable(value: string): Generator<string> {
  if (/^[ -<>-~]*$/.test(value) && !value.endsWith(' ')) return;
  const text = value.toWellFormed();
  // White space before a line end would be lost on the way.
  const write = (pattern: RegExp): string =>
    text.replaceAll(pattern, (found, at: number) => {
      const isSpace = /^[\t ]/.test(found);
      return isSpace && !/^[\r\n]?$/.test(text.charAt(at + found.length)) ? found : codes(found);
    });
  // Python; Ruby; Perl in one line; PHP.
  yield write(/[\t ]+|=|[^\t\n\r -~]/gu);
  yield write(/[\t ]+|=|[^\t\n -~]/gu);
  yield write(/[\t ]+|=|[^\t -~]/gu);
  yield text.replaceAll(/=|[^ -~]/gu, codes);
}
