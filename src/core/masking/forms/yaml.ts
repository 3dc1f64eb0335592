const KNOWN: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '\x85': '\\N',
  '\xa0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};
const BEYOND_ASCII = /[^ -~]/gu;
/** What libyaml, PyYAML and Go's yaml take for not printable when they may write Unicode. */
const HIDDEN = /[\0-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\u{10000}-\u{10ffff}]/gu;

/** What YAML puts into double quotes: PyYAML everything beyond ASCII, Ruby and Go what is not printable. */
export function* yamlForms(value: string): Generator<string> {
  if (/^[\n -~]*$/.test(value)) return;
  const quoted = value.toWellFormed().replaceAll(/[\\"]/g, '\\$&');
  yield quoted.replaceAll(BEYOND_ASCII, escaped);
  yield quoted.replaceAll(HIDDEN, escaped);
}

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const digits = code.toString(16).toUpperCase();
  return (
    KNOWN[char] ??
    (code < 0x100
      ? `\\x${digits.padStart(2, '0')}`
      : code < 0x1_00_00
        ? `\\u${digits.padStart(4, '0')}`
        : `\\U${digits.padStart(8, '0')}`)
  );
}
