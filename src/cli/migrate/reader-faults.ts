import type { Scalar } from 'yaml';

/** Characters that end a line to readers of YAML 1.1 (YAML 1.1, section 5.4), and that are text to the parser of this tool. */
const OTHER_LINE_ENDS = /[\u0085\u2028\u2029]|\r(?!\n)/;

export const OLDER = 'no text to programs that read YAML 1.1: put the value into quotes';

/** What Ruby takes for no text beyond YAML 1.1. Source: lib/psych/scalar_scanner.rb. */
const TYPED_BY_RUBY: readonly RegExp[] = [
  /^(?:true|false|yes|no|on|off|null|[-+]?\.inf|\.nan)$/im,
  /^:./,
  /^[-+]?(?:0b[01_,]+|0x[\da-f_,]+|\d[\d_,]*|(?:\d[\d_,]*)?\.\d*(?:e[-+]\d+)?)$/i,
  /^-?\d{4}-\d{1,2}-\d{1,2}(?:$|[t\s]+\d)/i,
];

/** Why readers of a YAML text find the end of a line in a value or a name, and others do not; empty if all find the same. */
export function lineEndFault(text: string, { range }: Scalar): string {
  const [start, end] = range ?? [0, 0];
  const [lineEnd] = OTHER_LINE_ENDS.exec(text.slice(start, end)) ?? [];
  if (lineEnd === undefined) return '';
  const code = lineEnd.charCodeAt(0).toString(16).padStart(4, '0');
  return `programs read the character U+${code.toUpperCase()} in different ways: write it as \\u${code} in double quotes`;
}

/** Why readers of a YAML text get different values from a node; empty if they get the same. */
export function readerFault(text: string, node: Scalar): string {
  const { range, type, value } = node;
  const fault = lineEndFault(text, node);
  if (fault !== '') return fault;
  if (typeof value !== 'string') return '';
  // Its last line has no end: some readers add one, and others do not.
  if (
    type?.startsWith('BLOCK') &&
    value.endsWith('\n') &&
    range?.[1] === text.length &&
    /\S[^\n]*$/.test(text)
  )
    return 'programs differ in its last line end: end the file with one';
  return type === 'PLAIN' && TYPED_BY_RUBY.some((pattern) => pattern.test(value)) ? OLDER : '';
}
