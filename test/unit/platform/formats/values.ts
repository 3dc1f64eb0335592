import * as fc from 'fast-check';
import type { Assignment } from '../../../../src/platform/formats/format.js';

/** What a shell, a reader of files or a CI system could take for its own. */
const PIECES = [
  "'",
  '"',
  '`',
  '\\',
  "'\\''",
  '$(touch PWNED)',
  '`touch PWNED`',
  "'; touch PWNED; '",
  '"; touch PWNED; "',
  '\ntouch PWNED\n',
  ['$', '{HOME}'].join(''),
  '$HOME',
  '%HOME%',
  '!!',
  '!',
  '%',
  '%25',
  '%0A',
  '%3B',
  '%AZP25',
  '%n%s',
  '=',
  ';',
  ']',
  '[',
  '|',
  '||',
  '|n',
  '|0x0041',
  '#',
  ' ',
  '\t',
  '\n',
  '\r',
  '\r\n',
  '\\n',
  '\\r',
  '\\u0041',
  '-n',
  '--',
  '-e \\t',
  '~',
  '*',
  'EOF',
  'ghadelimiter_',
  '<<',
  '::add-mask::x',
  '::set-env name=A::b',
  '##vso[task.setvariable variable=A]b',
  '##teamcity[setParameter',
  '\u2018',
  '\u2019',
  '\u201a',
  '\u201b',
  '\u0085',
  '\u00a0',
  '\u2028',
  '\ufeff',
  'ção',
  '日本語',
  '😀',
  '\u0001',
  '\u007f',
  '\u0081',
  '\u001b[0m',
  'export X=',
  'word',
];

/** Each piece alone, at the start, in the middle and at the end; and text that is easily lost. */
export const HARD_VALUES: readonly string[] = [
  '',
  ' ',
  '\n',
  '\n\n',
  'trailing newlines\n\n\n',
  'trailing CR\r',
  ' spaces around ',
  '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC+/=\n-----END PRIVATE KEY-----\n',
  '{"user":"alice","password":"p\\"w"}',
  ...PIECES.flatMap((piece) => [piece, `${piece}b`, `a${piece}b`, `a${piece}`]),
];

/** Text without NUL, mostly of the pieces. */
export const hardValue = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ unit: 'binary' })), {
    maxLength: 6,
  })
  .map((parts) => parts.join('').replaceAll('\0', ''));

export const hardValues = fc.array(hardValue, { minLength: 1, maxLength: 60 });

export function assigned(values: readonly string[]): Assignment[] {
  return values.map((value, index) => ({ name: `V${index}`, value, source: `secret/FIELD_${index}` }));
}

/** Runs a check on every hard value at once, then on random ones, many at a time: each check may start a program. */
export function forHardValues(check: (values: readonly string[]) => void, numRuns = 4): void {
  check(HARD_VALUES);
  void fc.assert(fc.property(hardValues, check), { numRuns });
}
