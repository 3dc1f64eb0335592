import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDotenv } from '../../../../src/core/entries/dotenv.js';
import { dotenvReadings } from '../../../../src/platform/formats/dotenv-lines.js';
import { lacks } from '../../../support/skips.js';
import { REAL_READERS } from './env-file-readers.js';

/** The entries that all readers are said to get alike, by their names. */
function alikeIn(text: string): Record<string, string> {
  const entries = readDotenv(text);
  const readings = dotenvReadings(text, entries);
  const alike = entries.filter((_, at) => readings[at]?.fault === '');
  return Object.fromEntries(alike.map(({ name, value }) => [name, value.reveal()]));
}

const VARIABLE = ['$', '{HOME}'].join('');
/** Lines of every kind, `NAME` in the place of the name: the first two lists are of lines that must move, or must stay. */
const MOVE = [
  'NAME=plain',
  'NAME=',
  'NAME=a-b_c.d/e:f@g%h+i=j,k!l^m*n?o[p]q{r}s~t==',
  'NAME=pässwört  ',
  'NAME=plain # a note',
  `NAME=plain # it's a note`,
  'export NAME=plain',
  'NAME=\'p#ss $HOME `id` "x" a\\tb\'',
  'NAME="it\'s # fine" # a note',
  "NAME='two\nlines'",
  '  NAME="plain"\t',
];
const STAY = [
  'NAME=p#ss1234',
  'NAME=#glued',
  'NAME= # nothing but a note',
  'NAME=two words',
  'NAME= space',
  'NAME = space',
  "NAME: 'colon'",
  'export  NAME=plain',
  'export NAME=[a]*',
  'export NAME=',
  'NAME=~',
  'NAME=a:~/b',
  'NAME=plain\t# a note behind a tab',
  'NAME=\t',
  'NAME= ',
  "NAME='plain'# a note that touches it",
  'NAME=pa$HOME',
  `NAME=postgres://u:${VARIABLE}@h/db`,
  `NAME='${VARIABLE}'`,
  `NAME="x${VARIABLE}y"`,
  'NAME="a\\$b"',
  'NAME="a\\tb"',
  'NAME="a\\"b"',
  "NAME='it\\'s'",
  'NAME=`echo hi`',
  'NAME=a;b',
  'NAME=a&b',
  'NAME=a|b',
  'NAME=a<b',
  'NAME=a(b)',
  'NAME=a\\b',
  `NAME=a'b'`,
];

test.each(MOVE)('all readers get the same from %j', (line) => {
  const text = line.replaceAll('NAME', 'A');
  expect(Object.keys(alikeIn(text))).toEqual(['A']);
  expect(Object.keys(alikeIn(`${text}\n# it's a note\n\nB=x\n`))).toEqual(['A', 'B']);
});

test.each(STAY)('readers differ in %j', (line) => {
  expect(alikeIn(line.replaceAll('NAME', 'A'))).toEqual({});
});

test.each([
  "NOTE=it's",
  'NOTE="open',
  'NOTE=`open',
  'NOTE=ends in \\',
  'NOTE="C:\\dir\\"',
  'NOTE="\\\\"',
  'NOTE=$(open',
  `NOTE=$${'{open'}`,
  'NOTE=<<EOF',
  'NOTE= ',
  "what is no entry isn't one",
  '=x',
])('no reader is sure of what follows %j, and the message says what to correct', (line) => {
  const text = `A=x\n${line}\nB=y\n# note\nC='z'\n`;
  expect(alikeIn(text)).toEqual({ A: 'x' });
  expect(dotenvReadings(text, readDotenv(text)).at(-1)?.fault).toMatch(
    /^programs differ in where line 2 ends, so in this one too: in line 2, \w/,
  );
});

test.each([['A="a \\"quoted\\" word"'], ["A=it''s"], ['A="C:\\dir"'], ["A=x # it's"], ['A=$(closed)']])(
  'readers find the end of %j, so what follows moves',
  (line) => {
    expect(alikeIn(`${line}\nB=y`)).toMatchObject({ B: 'y' });
  },
);

test('a name that is no variable of a shell is read by the others', () => {
  expect(alikeIn('a.b=x\na-b=y\n1=z\na.c=p#ss\n')).toEqual({ 'a.b': 'x', 'a-b': 'y', '1': 'z' });
});

const APART = 'programs read this line in different ways';

test.each([
  ['\tA=x\nB=y', '\tA', 'remove the tab before its name', 'A=x\nB=y'],
  ['\ufeffA=x\nB=y', '\ufeffA', 'save the file without its byte order mark', 'A=x\nB=y'],
  [
    '\ufeff# note\nA=x\nB=y',
    '\ufeff# note\nA',
    'save the file without its byte order mark',
    '# note\nA=x\nB=y',
  ],
  ['word\n\n# note\nA=x\nB=y', 'word\n\n# note\nA', 'from line 1 on, remove what is no entry', 'A=x\nB=y'],
  ['\t\nA=x\nB=y', '\t\nA', 'from line 1 on, remove what is no entry', '\nA=x\nB=y'],
  ['\t# note\nA=x\nB=y', '\t# note\nA', 'in line 1, remove what is before the #', '# note\nA=x\nB=y'],
  ['B=y\n  # note\nA=x', '# note\nA', 'in line 2, remove what is before the #', 'B=y\n# note\nA=x'],
  [
    "C: 'z'\nA=x\nB=y",
    "C: 'z'\nA",
    "in line 1, write it as C='VALUE', without spaces around the =",
    "C='z'\nA=x\nB=y",
  ],
])(
  'what Node 20 adds to a name in %j stays, and the remedy leads to what moves',
  (text, name, remedy, next) => {
    const at = readDotenv(text).findIndex((entry) => entry.name === 'A');
    expect(dotenvReadings(text, readDotenv(text))[at]?.fault).toBe(`${APART}: ${remedy}`);
    expect(alikeIn(text)).toEqual({ B: 'y' });
    expect(alikeIn(next)).toMatchObject({ A: 'x', B: 'y' });
    // Newer versions of Node get the name alone from some of these texts.
    if (process.version.startsWith('v20.')) expect(parseEnv(text)).toMatchObject({ [name]: 'x', B: 'y' });
  },
);

test('a line with a = ends what Node 20 takes for a part of the name, and a quote behind it stays open', () => {
  expect(alikeIn('word\n# a=b\nA=x\n')).toEqual({ A: 'x' });
  expect(alikeIn("A=x\nword\n# it's a='b\nB=y\nC=z'\n")).toEqual({ A: 'x' });
  expect(alikeIn("\ufeff# it's\nA=x\nB=y\n")).toEqual({});
});

test('a quote that stays open in an entry of several lines with CR counts for what follows', () => {
  expect(alikeIn('A=x\nB="y\r\nz\\\\"\nC=y\n')).toEqual({ A: 'x' });
});

test('a line end that is old, or that a value of several lines has with CR, is not the same to all', () => {
  expect(alikeIn('A=x\r\nB=y\r\n')).toEqual({ A: 'x', B: 'y' });
  expect(alikeIn('A=x\r\nB="y\r\nz"\r\n')).toEqual({ A: 'x' });
  expect(alikeIn('A=x\rB=y\r')).toEqual({});
});

const followed = (line: string): string => {
  const [reading] = dotenvReadings(line, readDotenv(line));
  return reading?.fault ?? '';
};

test.each([
  ['A=p#ss1234', "A='p#ss1234'"],
  ["A=it's", 'A="it\'s"'],
  ["A: 'colon'", "A='colon'"],
  ['A = x', "A='x'"],
  ["A='x'#note", "A='x' #note"],
  ['__proto__=x', 'proto=x'],
])('the remedy for %j leads to %j, which moves', (line, next) => {
  expect(followed(line)).not.toBe('');
  expect(followed(next)).toBe('');
});

test.each([
  ['A=p#ss1234', 'put the value into single quotes'],
  ["A=it's", 'put the value into double quotes'],
  ["A: 'colon'", "write it as A='VALUE', without spaces around the ="],
  ["A='x'#note", 'put a space before its #'],
  ['__proto__=x', 'give the entry another name'],
  ["A='it\\'s'", 'write its value with secret put, and remove the line by hand'],
  [`A='${VARIABLE}'`, 'write its value with secret put, and remove the line by hand'],
])('%j has the remedy: %s', (line, remedy) => {
  expect(followed(line)).toBe(`programs read this line in different ways: ${remedy}`);
});

const piece = fc.constantFrom(
  ...[...`ab1 '"\`\\$#=:~*?[]{}()<>&|;!%^@+,./-_ä\t`],
  VARIABLE,
  '$HOME',
  '\\n',
  '\\t',
  '\\\\',
  "\\'",
  '\\"',
  ' #',
  '#',
  'word',
  'ends\\',
);
const quote = fc.constantFrom('', '', "'", '"', '`');
const line = fc
  .record({
    head: fc.constantFrom('', '', '', 'export ', 'export  ', '  ', '\t'),
    sign: fc.constantFrom('=', '=', '=', '= ', ' = ', ': '),
    quote,
    value: fc.array(piece, { maxLength: 5 }).map((all) => all.join('')),
    tail: fc.constantFrom('', '', ' ', ' # note', '\t# note', '#note', ` # it's`, ' # "'),
  })
  .map((each) => `${each.head}NAME${each.sign}${each.quote}${each.value}${each.quote}${each.tail}`);

describe.each(REAL_READERS)('$name', ({ name, read, isSlow }) => {
  const reads = (lines: readonly string[]): void => {
    const named = lines.map((each, at) => each.replace('NAME', `V${at}`));
    const text = named.filter((each) => Object.keys(alikeIn(each)).length > 0).join('\n');
    const expected = alikeIn(text);
    const found = read?.(text) ?? {};
    expect(Object.fromEntries(Object.keys(expected).map((each) => [each, found[each]]))).toEqual(expected);
  };

  test.skipIf(lacks(name, read !== undefined))('gets what is said that all readers get', () => {
    reads(MOVE);
    const lines = fc.array(line, { minLength: 100, maxLength: 400, size: 'max' });
    fc.assert(fc.property(lines, reads), { numRuns: isSlow ? 5 : 50 });
  });
});

const between = fc.constantFrom(
  '',
  ' ',
  '\t',
  '# note',
  '  # note',
  '\t# note',
  'word',
  '\tword',
  "C: 'c'",
  '=',
  'a b=c',
  '# a=b',
);

describe.each(REAL_READERS.filter(({ isSlow, name }) => !isSlow || name === 'node --env-file'))(
  '$name',
  (real) => {
    test.skipIf(lacks(real.name, real.read !== undefined))(
      'gets the same beside lines that are no entries',
      () => {
        const lines = fc.array(
          fc.oneof(
            between,
            fc.nat(9).map((at) => `${' '.repeat(at % 3)}V${at}=v${at}`),
          ),
          { maxLength: 9 },
        );
        const read = (mark: string, all: readonly string[]): void => {
          const text = mark + all.join('\n');
          const { __proto__: _, ...found } = real.read?.(text) ?? {};
          expect(found).toMatchObject(alikeIn(text));
        };
        fc.assert(fc.property(fc.constantFrom('', '', '\ufeff'), lines, read), {
          numRuns: real.isSlow ? 20 : 1_000,
        });
      },
    );
  },
);
