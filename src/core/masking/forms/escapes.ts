import { unicodePattern } from '../../printable.js';

/** As a language prints a character that it does not show. */
type Escape = (code: number) => string;

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');
const python: Escape = (code) =>
  code < 0x100 ? `\\x${hex(code, 2)}` : code < 0x1_00_00 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
const go: Escape = (code) =>
  code < 0x80 ? `\\x${hex(code, 2)}` : code < 0x1_00_00 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
const braces: Escape = (code) => `\\u{${hex(code, 1)}}`;

const LINES = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const C_LINES = { ...LINES, '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\v': '\\v' };
/** Characters that Python, Go and Rust take for not printable, as far as they know them; Rust those that join others too. */
const CONTROL = /[\0-\x1f\x7f]/g;
const HIDDEN = unicodePattern(CONTROL, '\\p{C}|(?! )\\p{Z}', CONTROL);
const HIDDEN_IN_RUST = unicodePattern(
  CONTROL,
  '\\p{C}|(?! )\\p{Z}|\\p{Grapheme_Extend}',
  /[\0-\x1f\x7f]|[\u0300-\u036f]/g,
);
const BEYOND_ASCII = /[^ -~]/gu;

/** A text as the languages print it for debugging: Python's `repr` and `ascii`, of bytes too; Go's `%q`; Rust's `{:?}`. */
export function* escapedForms(value: string): Generator<string> {
  if (/^[^\\'"\0-\x1f\x7f-\uffff]*$/.test(value)) return;
  const text = value.toWellFormed();
  const double = text.replaceAll(/[\\"]/g, '\\$&');
  const pythonQuoted = text.replaceAll(text.includes("'") && !text.includes('"') ? /\\/g : /[\\']/g, '\\$&');
  const print = (quoted: string, hidden: RegExp, write: Escape, known: Readonly<Record<string, string>>) =>
    quoted.replaceAll(hidden, (char) => known[char] ?? write(char.codePointAt(0) ?? 0));
  const pythonBytes = (char: string): string => utf8Escapes(char, python);
  yield print(pythonQuoted, HIDDEN(text), python, LINES);
  yield print(pythonQuoted, BEYOND_ASCII, python, LINES);
  yield pythonQuoted.replaceAll(
    BEYOND_ASCII,
    (char) => LINES[char as keyof typeof LINES] ?? pythonBytes(char),
  );
  yield print(double, HIDDEN(text), go, C_LINES);
  yield print(double, BEYOND_ASCII, go, C_LINES);
  yield print(double, HIDDEN_IN_RUST(text), braces, LINES);
  yield print(double, BEYOND_ASCII, braces, LINES);
  yield print(text.replaceAll(/[\\"']/g, '\\$&'), BEYOND_ASCII, braces, LINES);
}

/** A character as the escapes of its bytes in UTF-8. */
export function utf8Escapes(char: string, write: Escape): string {
  return [...Buffer.from(char)].map(write).join('');
}
