import { readByOld, reserved } from './doubts.js';
import { bodiesEnd, hereDocumentAt } from './here-documents.js';
import { parentheses, quoted } from './levels.js';
import type { Scan } from './scan.js';
import { changesReading, endOf, indexEnd } from './tokens.js';

/** Passes what has its meaning outside of quotes only. */
export function passBare(scan: Scan): void {
  const { isWordStart } = scan.level.commands;
  const char = scan.char();
  // Behind a ")", it depends on what that ended.
  if (char === '#') scan.agree(scan.char(-1) !== ')', 'a "#" right behind a ")"');
  // bash 3.2 takes it for the end of a `${` around the substitution.
  if (char === '}' && scan.isOld)
    scan.agree(
      scan.levels.every(({ end }) => end !== '}'),
      'a "}" in a substitution in an expansion with braces',
    );
  if (char === '(') parenthesis(scan);
  else if (char === ')') parenthesisEnd(scan);
  else if (char === '<' || char === '>') redirect(scan);
  else if (/[;&|]/.test(char)) separator(scan);
  else if (/[ \t\n]/.test(char)) space(scan);
  else if (!isWordStart) scan.pass(scan.at + 1, 'bare');
  else if (char === '#') comment(scan);
  else word(scan);
}

function parenthesis(scan: Scan): void {
  const { level, text, at } = scan;
  scan.agree(!level.isArray || /[<>]/.test(scan.char(-1)), 'a "(" in an array');
  if (scan.char(1) === '(') {
    level.commands.close('subshell');
    scan.open(quoted('expansion', '))', 'command'), 2);
  } else scan.open(parentheses(text, at, level, scan.isOld), 1);
}

function parenthesisEnd(scan: Scan): void {
  const { commands, end, was } = scan.level;
  if (commands.endPattern()) scan.pass(scan.at + 1, 'bare');
  else if (end === '') {
    commands.close('subshell');
    scan.pass(scan.at + 1, 'bare');
  } else {
    scan.know(!commands.hasCase, 'a ")" in front of the esac of a case');
    scan.close();
    if (was !== 'pattern') scan.level.commands.close(was);
    else scan.level.commands.endPattern();
  }
}

function separator(scan: Scan): void {
  const { commands, isArray } = scan.level;
  // bash drops the line at one that cannot be there, and reads on behind it.
  scan.agree(!isArray, 'an operator in an array');
  const isNext = scan.char() === ';' && /[;&]/.test(scan.char(1));
  if (isNext) scan.know(commands.nextPattern(), 'a ";;" outside of case');
  else scan.know(commands.operator(/[<>]/.test(scan.char(-1))), 'an operator between case and its "in"');
  scan.pass(scan.at + (isNext ? 2 : 1), 'bare');
}

function space(scan: Scan): void {
  const { commands } = scan.level;
  if (scan.char() === '\n') commands.newline();
  else commands.isWordStart = true;
  if (scan.char() === '\n' && scan.waiting.length > 0) bodies(scan);
  else scan.pass(scan.at + 1, 'bare');
}

function redirect(scan: Scan): void {
  const { level, text, at } = scan;
  level.commands.redirect();
  scan.agree(!level.isArray || scan.char(1) === '(', 'a redirection in an array');
  if (text.startsWith('<<<', at)) scan.pass(at + 3, 'bare');
  else if (text.startsWith('<<', at) && !isUnknownToOld(scan)) hereDocument(scan);
  else scan.pass(at + 1, 'bare');
}

const MAX_WAITING = 20;

function hereDocument(scan: Scan): void {
  const { level, text, at } = scan;
  const found = hereDocumentAt(text, at);
  scan.agree(scan.waiting.length < MAX_WAITING, `more than ${MAX_WAITING} here-documents in one line`);
  scan.agree(found !== undefined, 'a here-document whose word is not plain');
  scan.agree(!level.isList && !level.commands.isTest, 'a here-document in a list or test');
  scan.pass(at + (found?.length ?? 2), 'heredoc');
  level.commands.isWordStart = false;
  if (found !== undefined) scan.waiting.push({ head: found.head, level, at });
}

function bodies(scan: Scan): void {
  const all = scan.waiting.splice(0);
  scan.agree(
    all.every(({ level }) => level === scan.level),
    'a here-document whose lines begin behind the end of what it is in',
  );
  const end = bodiesEnd(
    scan.text,
    scan.at,
    all.map(({ head }) => head),
  );
  scan.agree(end !== undefined, 'a here-document whose lines or end shells read differently');
  scan.pass(end ?? scan.text.length, 'heredoc');
}

function comment(scan: Scan): void {
  const { isList, commands } = scan.level;
  const isQuoted = scan.levels.some(({ quoting }) => quoting === 'double');
  if (isQuoted && isUnknownToOld(scan)) word(scan);
  else {
    scan.agree(!isList && !commands.isTest, 'a comment in a list or test');
    if (isUnknownToOld(scan)) scan.agree(isCommentToOld(scan), readByOld('#'));
    scan.pass(endOf(/[^\n]*/y, scan.text, scan.at) ?? scan.text.length, 'comment');
  }
}

/** In a substitution, bash 3.2 knows a comment by the space before it only, and none inside of an expansion. */
function isCommentToOld(scan: Scan): boolean {
  const before = scan.char(-1);
  const isApart = /[ \t\n]/.test(before) || (before === '(' && /[$<>]/.test(scan.char(-2)));
  return isApart && scan.levels.every(({ quoting }) => quoting !== 'expansion');
}

function isUnknownToOld(scan: Scan): boolean {
  return scan.isOld && scan.levels.some(({ isSubstitution }) => isSubstitution);
}

/** What is no quote and no operator, where it begins a word. */
function word(scan: Scan): void {
  const { level, text: script, at } = scan;
  const end = endOf(/[^ \t\n;&|()<>"'`\\$]+/y, script, at) ?? at + 1;
  const text = script.slice(at, end);
  const isWhole = !/["'`\\$]/.test(script.charAt(end));
  // A line can go on in the middle of a word.
  scan.know(isWhole || !/^(?:case|esac)$/.test(text), reserved(text));
  scan.know(level.commands.word(isWhole ? text : undefined), reserved(text));
  if (text === 'alias')
    scan.agree(!changesReading(script, end), 'an alias that changes how the script is read');
  const isIndexed = level.isArray ? /^(?:[A-Za-z_]\w*)?\[/.test(text) : /^[A-Za-z_]\w*\[/.test(text);
  const index = isIndexed ? indexEnd(script, at) : undefined;
  scan.agree(!isIndexed || index !== undefined, 'an index of an array that only some shells know');
  scan.pass(index ?? at + 1, index === undefined ? 'bare' : 'index');
}
