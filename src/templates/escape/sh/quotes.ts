import { quoted, substitution } from './levels.js';
import type { Scan } from './scan.js';
import { backticksEnd, endOf, isTokenSplit, parameterAt } from './tokens.js';

/** Passes what has its meaning outside of quotes and between double ones, or in an expansion; false for anything else. */
export function passQuotes(scan: Scan): boolean {
  const char = scan.char();
  const { quoting, end, holds } = scan.level;
  // mksh, dash and busybox know no quotes in arithmetic.
  if (end === '))') scan.agree(!/['"`]/.test(char), 'a quote in arithmetic');
  if (holds === 'command') scan.agree(char !== '\n', 'the end of a line in "((…))"');
  if (end === '))' && char === '#') scan.agree(isBase(scan), 'a "#" in arithmetic');
  // `((` begins a subshell in dash: there, `<<` is a here-document, and `<(` in busybox a substitution. A single "<" reads
  // a file whose name is the next word, which ends where it does in arithmetic.
  if (holds === 'command' && char === '<')
    scan.agree(!/[<(]/.test(scan.char(1)), 'a "<<" or "<(" in "((…))"');
  if (char === '\\') backslash(scan);
  else if (char === '$') dollar(scan);
  else if (char === '`')
    scan.token(
      backticksEnd(scan.text, scan.at),
      'backtick',
      'a backtick that is never closed, or half of a quote behind it',
    );
  else if (quoting === 'double') inDouble(scan);
  else if (char === '"') scan.open(quoted('double', '"'), 1);
  else if (char === "'") single(scan);
  else if (quoting === 'expansion') inExpansion(scan);
  else return false;
  return true;
}

/** `10#$x`: in the middle of a word, it begins no comment in a subshell either. */
function isBase(scan: Scan): boolean {
  return /\d/.test(scan.char(-1)) && /[\w$]/.test(scan.char(1));
}

function backslash(scan: Scan): void {
  const { text, at } = scan;
  scan.agree(scan.waiting.length === 0, 'a backslash in the line of a here-document');
  scan.agree(
    !isTokenSplit(text, at, scan.level.quoting),
    'a line that goes on in the middle of a word or sign',
  );
  if (scan.char(1) !== '\n') scan.part();
  scan.pass(at + 1 + Math.max(1, scan.markAt(at + 1)), 'escaped');
}

/** Shells without `$'…'` take it for a "$" and single quotes; mksh takes a quote behind `\\c` for a part of it. */
const ANSI = /^\$'(?:[^'\\]|\\[^'c])*'$/;
/** And in a substitution, bash 3.2 puts in what it stands for, and reads that again. */
const PLAIN_ANSI = /^\$'(?:[\w .,:;=+%@/-]|\\[ntr])*'$/;

function dollar(scan: Scan): void {
  const next = scan.char(1);
  if (next === '(' && scan.char(2) === '(') scan.open(quoted('expansion', '))'), 3);
  else if (next === '(') scan.open(substitution(scan.isOld), 2);
  else if (next === '{') {
    // New shells have commands there.
    scan.agree(!/[\s|(]/.test(scan.char(2)), 'commands in an expansion with braces');
    const hasWord = /^\$\{\w{1,99}:?[-+=?]/.test(scan.text.slice(scan.at, scan.at + 110));
    scan.open(quoted('expansion', '}', hasWord ? 'word' : 'other'), 2);
  } else if (next === "'" && scan.level.quoting !== 'double') {
    const end = endOf(/\$'[^'\\]*(?:\\[\s\S][^'\\]*)*'/y, scan.text, scan.at);
    const isInBare = scan.levels.every(({ quoting }) => quoting === 'bare');
    const what = `a text in $'…' that only some shells know`;
    scan.agree((isInBare ? ANSI : PLAIN_ANSI).test(scan.text.slice(scan.at, end)), what);
    scan.token(end, 'ansi', what);
  } else parameter(scan);
}

function parameter(scan: Scan): void {
  // Arithmetic of bash.
  scan.agree(scan.char(1) !== '[', 'arithmetic in "$[…]"');
  scan.part();
  const { quoting } = scan.level;
  // zsh takes a name, a "$" or a "{" behind `$#` for more of it.
  const isCount = scan.level.end === '))' && /^#[\s)<>=!+*/%&|?:,;^-]/.test(scan.char(1) + scan.char(2));
  if (quoting === 'expansion') scan.pass(scan.at + (isCount ? 2 : 1), quoting);
  else {
    const { end, isName, isOpen } = parameterAt(scan.text, scan.at, scan.markAt);
    const length = scan.markAt(end);
    scan.agree(isName || !isOpen || end === scan.at + 1 || length > 0, 'a line that goes on behind a "$"');
    const next = scan.text.charAt(end);
    // Some shells read `$'` there.
    scan.agree(
      scan.char(1) !== '$' || !/['"]/.test(next) || quoting === 'double',
      'a quote right behind "$$"',
    );
    const isModified = isModifiedInZsh(scan, end);
    scan.pass(end, quoting);
    if (isModified && quoting === 'double') scan.level.isModified = true;
    if (isModified && quoting === 'bare' && next === '[')
      scan.pass(endOf(/\[[^\s;&|<>()'"`$\\]*/y, scan.text, end) ?? end, 'index');
    // What is written bare has a quote in front, which ends a name.
    if (isOpen && !(isName && quoting === 'bare') && length > 0) scan.pass(end + length, 'parameter');
  }
}

/** zsh takes `:h` and `[1]` behind a variable without braces for more of it, and some signs behind the `$`. */
function isModifiedInZsh(scan: Scan, end: number): boolean {
  const { text, at } = scan;
  const next = text.charAt(end);
  if (next === '[') return true;
  if (next === ':') return scan.markAt(end + 1) > 0 || /[A-Za-z&]/.test(text.charAt(end + 1));
  // A value behind `$@` may begin so itself.
  return /[@*#?$!+=~^-]/.test(text.charAt(at + 1)) && scan.markAt(/[+=~^]/.test(next) ? end + 1 : end) > 0;
}

function single(scan: Scan): void {
  const { quoting } = scan.level;
  scan.agree(
    !isDoubled(scan, scan.levels.length),
    `a single quote in an expansion with braces, between double quotes or in arithmetic`,
  );
  const end = endOf(/'[^']*'/y, scan.text, scan.at);
  scan.token(end, quoting === 'bare' ? 'single' : quoting, 'a single quote that is never closed');
}

function inDouble(scan: Scan): void {
  // The inner quotes of `"${x:-"…"}"` end the outer ones in some shells.
  if (/[}']/.test(scan.char()))
    scan.agree(
      !isDoubled(scan, scan.levels.length - 1),
      'a quote or "}" between quotes in an expansion with braces',
    );
  if (scan.char() === '"') scan.close();
  else scan.pass(scan.at + 1, 'double');
}

/** Whether the innermost of so many levels is an expansion between double quotes or in arithmetic: `'` may be no quote there. */
function isDoubled(scan: Scan, count: number): boolean {
  const levels = scan.levels.slice(0, count);
  const outer = levels.findLast(({ quoting, end }) => quoting !== 'expansion' || end === '))');
  return levels.at(-1)?.quoting === 'expansion' && outer?.quoting !== 'bare';
}

function inExpansion(scan: Scan): void {
  const { level } = scan;
  const char = scan.char();
  const isArithmetic = level.end === '))';
  const isEnd = isArithmetic ? char === ')' && level.parens === 0 : char === '}';
  // A single ")" ends a subshell: this was no arithmetic. And some shells count "{".
  if (isArithmetic) scan.agree(!isEnd || scan.char(1) === ')', 'a single ")" where "((" ends');
  else scan.agree(char !== '{', 'a "{" in an expansion with braces');
  if (!isArithmetic) inBraces(scan, char);
  if (char === '(') level.parens += 1;
  if (char === ')') level.parens -= 1;
  if (isEnd) scan.close();
  else scan.pass(scan.at + 1, 'expansion');
}

/** Parentheses and comments in `${…}`. */
function inBraces(scan: Scan, char: string): void {
  const isInParentheses = scan.levels.some(
    ({ isList, isSubstitution }) => isList || (scan.isOld && isSubstitution),
  );
  // bash counts them, and knows comments, where it looks for the end of what is around it.
  if (isInParentheses)
    scan.agree(
      !/[()]/.test(char) && !(char === '#' && /[ \t\n]/.test(scan.char(-1))),
      'a parenthesis or "#" in an expansion with braces inside of parentheses',
    );
  // mksh has patterns there, but in the word of `${x:-word}`.
  if (char === '(') scan.agree(scan.level.holds === 'word', 'a "(" in a pattern of an expansion with braces');
}
