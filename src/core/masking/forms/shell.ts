import { utf8Escapes } from './escapes.js';

const ANSI_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
  '\x1b': '\\E',
};

/** As `printf %q`, `${x@Q}`, `set -x` and `export -p` of bash print it, in a UTF-8 and in the C locale, and as dash and ash do. */
export function* shellForms(value: string): Generator<string> {
  const single = value.replaceAll("'", "'\\''");
  const ansi = value.replaceAll(/[\\'\0-\x1f\x7f-\x9f]/g, (char) => ANSI_ESCAPES[char] ?? octal(char));
  const escaped = value
    .replaceAll(/[^A-Za-z0-9_@%+=:,./\-~#\u0080-\u{10ffff}]/gu, '\\$&')
    .replace(/^[~#]/, '\\$&');
  yield single;
  yield value.replaceAll("'", `'"'"'`);
  yield value.replaceAll(/["$`\\]/g, '\\$&');
  yield ansi;
  yield ansi.replaceAll(/[\u0080-\u{10ffff}]/gu, octal);
  yield escaped;
  yield escaped.replaceAll(',', '\\,');
}

function octal(char: string): string {
  return utf8Escapes(char, (byte) => `\\${byte.toString(8).padStart(3, '0')}`);
}
