import { unicodePattern } from '../../printable.js';
import { utf8Escapes } from './escapes.js';

type Escape = (code: number) => string;

const upperHex = (code: number, digits: number): string =>
  code.toString(16).toUpperCase().padStart(digits, '0');
const rubyByte: Escape = (code) => `\\x${upperHex(code, 2)}`;
const rubyText: Escape = (code) =>
  code < 0x1_00_00 ? `\\u${upperHex(code, 4)}` : `\\u{${upperHex(code, 1)}}`;
const octal: Escape = (code) => `\\${code.toString(8).padStart(3, '0')}`;

const LINES = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const C_LINES = { ...LINES, '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\x1b': '\\e' };
const RUBY_LINES = { ...C_LINES, '\v': '\\v' };
/** Characters that Ruby takes for not printable. */
const CONTROL_OF_ASCII = /[\0-\x1f\x7f]/g;
const HIDDEN = unicodePattern(
  CONTROL_OF_ASCII,
  '[\\p{Cn}\\p{Zl}\\p{Zp}]|(?!\\u0085)\\p{Cc}',
  CONTROL_OF_ASCII,
);
const CONTROL = /[\0-\x1f\x7f-\x9f]/g;
const BEYOND_ASCII = /[\u0080-\u{10ffff}]/gu;
/** The characters that quotemeta of Perl escapes. Source: perldoc, "quotemeta". */
const QUOTED_BY_PERL = unicodePattern(
  /(?!\w)[\0-\x7f]/g,
  '(?!\\w)[\\0-\\x7f]|(?!_)[\\p{Pattern_Syntax}\\p{Pattern_White_Space}\\p{White_Space}\\p{Default_Ignorable_Code_Point}\\p{Cc}]',
);
/** Characters that no function here escapes. */
const PLAIN = /^[A-Za-z0-9_\-,:]*$/;

/** A text as PHP, Perl, Ruby and `cat -v` write it. Of most passwords other languages write it so too. */
export function* backslashForms(value: string): Generator<string> {
  if (PLAIN.test(value)) return;
  const text = value.toWellFormed();
  // PHP: addslashes; var_export, as Perl's Data::Dumper.
  yield text.replaceAll(/[\\'"]/g, '\\$&');
  yield text.replaceAll(/[\\']/g, '\\$&');
  // @tsv of jq, and `sed -n l`: quotes stay.
  yield text.replaceAll(/[\\\n\r\t]/g, (char) => (LINES as Record<string, string>)[char] ?? '\\\\');
  yield* rubyForms(text);
  yield* visible(text);
}

/**
 * The same of functions that put a backslash before a choice of characters of their own: of most passwords each is one
 * text more. So they are for what searches for many texts at the cost of one.
 */
export function* choosyForms(value: string): Generator<string> {
  if (PLAIN.test(value)) return;
  const text = value.toWellFormed();
  // quotemeta of PHP, and of Perl for texts: its result for non-ASCII bytes is not text.
  yield text.replaceAll(/[.\\+*?[\]^$()]/g, '\\$&');
  yield text.replaceAll(QUOTED_BY_PERL(text), '\\$&');
  yield* perlQuoted(text);
  // String#shellescape of Ruby.
  yield text.replaceAll(/[^A-Za-z0-9_\-.,:+/@\n]/gu, '\\$&');
  yield fish(text);
}

/** Data::Dumper with Useqq, of text and of bytes. */
function* perlQuoted(text: string): Generator<string> {
  const quoted = text.replaceAll(/[\\"$@]/g, '\\$&');
  // As few digits as can be read, where no digit follows.
  const shown = quoted.replaceAll(/([\0-\x1f\x7f-\x9f])(?=(\d?))/g, (_, char: string, digit: string) => {
    const code = char.codePointAt(0) ?? 0;
    return LINES_OF_PERL[char] ?? (digit === '' ? `\\${code.toString(8)}` : octal(code));
  });
  yield shown.replaceAll(BEYOND_ASCII, (char) => `\\x{${(char.codePointAt(0) ?? 0).toString(16)}}`);
  yield shown.replaceAll(BEYOND_ASCII, (char) => utf8Escapes(char, octal));
}

const LINES_OF_PERL: Readonly<Record<string, string>> = C_LINES;

/** Ruby: String#dump; #inspect of text and of bytes. */
function* rubyForms(text: string): Generator<string> {
  const quoted = text.replaceAll(/["\\]|#(?=[{$@])/g, '\\$&');
  const write = (pattern: RegExp, code: (char: string) => string): string =>
    quoted.replaceAll(pattern, (char) => (RUBY_LINES as Record<string, string>)[char] ?? code(char));
  const dumped = write(CONTROL, (char) => (char < '\x80' ? utf8Escapes(char, rubyByte) : char));
  yield dumped.replaceAll(BEYOND_ASCII, (char) => rubyText(char.codePointAt(0) ?? 0));
  yield dumped.replaceAll(BEYOND_ASCII, (char) => utf8Escapes(char, rubyByte));
  yield write(HIDDEN(quoted), (char) => rubyText(char.codePointAt(0) ?? 0));
}

/** `cat -v`, and `cat -A`, which shows tabs too. Its bytes beyond ASCII are those of ASCII after `M-`. */
function* visible(text: string): Generator<string> {
  const low: Escape = (code) =>
    code === 0x7f ? '^?' : code < 0x20 ? `^${String.fromCharCode(code + 0x40)}` : String.fromCharCode(code);
  const write = (pattern: RegExp): string =>
    text.replaceAll(pattern, (char) =>
      utf8Escapes(char, (byte) => (byte < 0x80 ? low(byte) : `M-${low(byte - 0x80)}`)),
    );
  yield write(/(?![\t\n])[^ -~]/gu);
  yield write(/(?!\n)[^ -~]/gu);
}

/** `string escape` of fish; what it can put into quotes it leaves as it is. */
function fish(text: string): string {
  const lines: Readonly<Record<string, string>> = { ...LINES, '\b': '\\b', '\x1b': '\\e' };
  return text
    .replaceAll(/[\\'"$ *?~#(){}[\]<>&|;%]/g, '\\$&')
    .replaceAll(CONTROL, (char) => lines[char] ?? fishControl(char.codePointAt(0) ?? 0));
}

function fishControl(code: number): string {
  if (code > 0x7f) return String.fromCodePoint(code);
  return code < 0x1b ? `\\c${String.fromCharCode(code + 0x60)}` : `\\x${code.toString(16).padStart(2, '0')}`;
}
