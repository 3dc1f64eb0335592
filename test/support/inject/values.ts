import { NASTY } from '../nasty.js';

/** Values that a format, or one of its readers, takes for something else when they are written carelessly. */
export const VALUES: Readonly<Record<string, string>> = {
  ...NASTY,
  PLAIN: 'Sup3r-S3cret.42',
  WORDS: 'two words; and # more',
  EMPTY: '',
  YES: 'yes',
  OCTAL: '010',
  EXPONENT: '1e3',
  NULL: 'null',
  CONSTANT: 'PHP_VERSION',
  DATE: '2024-01-01',
  TILDE: '~',
  MERGE: '<<',
  HELM: '{{ .Values.x }}',
  TAG: '!!int 3',
  ALIAS: '*env',
  CDATA: 'a]]>b<![CDATA[c&amp;d',
  CONTROLS: '\u007f\u0085\u009f\u2028\u2029',
  TABS: '\tx\t',
  BELL: 'bell\u0007 escape\u001b[0m',
  CR: 'a\rb',
  BACKSLASHES: 'C:\\new\\table\\',
  DOLLARS: '$& $1 $' + '{HOME} %(x)s %%',
  LONG_LINE: 'long words '.repeat(40).trim(),
};
