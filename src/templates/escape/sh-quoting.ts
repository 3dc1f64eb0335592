/** What stands around a place of a shell script. */
export type Quoting =
  | 'bare'
  | 'single'
  | 'double'
  | 'comment'
  | 'heredoc'
  | 'backtick'
  | 'expansion'
  | 'ansi'
  | 'escaped'
  | 'parameter'
  | 'nowhere';

interface Level {
  readonly quoting: 'bare' | 'double' | 'expansion' | 'backtick';
  /** What ends it; empty at the lowest level. */
  readonly end: string;
  /** It can be two subshells. */
  readonly isCommand: boolean;
  /** How many `case` are open in it: the `)` of their patterns end nothing. */
  cases: number;
}

interface HereDocument {
  readonly word: string;
  readonly isIndented: boolean;
}

/**
 * The quoting of each mark of a script, in their order (POSIX.1-2017, "Shell Command Language", 2.2, 2.6 and 2.7.4; and
 * `$'…'`, `<<<` of bash). A script whose quotes are left open at its end has none that is known.
 *
 * `markAt`: the length of the mark that begins at an offset, or 0.
 */
export function quotingOf(text: string, markAt: (offset: number) => number): Quoting[] {
  const found: Quoting[] = [];
  const levels: Level[] = [{ quoting: 'bare', end: '', isCommand: false, cases: 0 }];
  const waiting: HereDocument[] = [];
  // Shells differ in `"${x#'}"` and `$'\''`; and in `((`, which begins a subshell in dash, where `<<` is another thing.
  let isUnsure = false;
  let at = 0;
  /** Goes on to an offset; every mark on the way has that quoting. */
  const pass = (to: number, quoting: Quoting): void => {
    while (at < to) {
      const length = markAt(at);
      // Between backticks, a shell takes backslashes away before it reads the quotes; in an expansion, shells differ.
      const outer = levels.find((level) => level.quoting === 'backtick' || level.quoting === 'expansion');
      if (length > 0) found.push(outer?.quoting ?? quoting);
      at += Math.max(1, length);
    }
  };
  const push = (quoting: Level['quoting'], opening: string, end: string): void => {
    levels.push({ quoting, end, isCommand: opening === '((', cases: 0 });
    at += opening.length;
  };
  while (at < text.length) {
    const level = levels.at(-1) as Level;
    const char = text.charAt(at);
    const rest = text.slice(at, at + 3);
    if (level.end === '))' && /[\n#'"`]/.test(char)) isUnsure = true;
    if (level.isCommand && char === '<') isUnsure = true;
    if (char === '\\' && isTokenSplit(text, at, level.quoting === 'bare')) isUnsure = true;
    if (char === '\\' && waiting.length > 0) isUnsure = true;
    if (char === '\\') pass(at + 1 + Math.max(1, markAt(at + 1)), 'escaped');
    else if (level.end !== '' && text.startsWith(level.end, at) && (level.end !== ')' || level.cases < 1)) {
      levels.pop();
      at += level.end.length;
    } else if (rest === '$((') push('expansion', '$((', '))');
    else if (rest.startsWith('((') && level.quoting === 'bare') push('expansion', '((', '))');
    else if (rest.startsWith('${')) push('expansion', '${', '}');
    else if (rest.startsWith('$(')) push('bare', '$(', ')');
    else if (char === '`') push('backtick', '`', '`');
    else if (char === '"') push('double', '"', '"');
    else if (
      PARAMETER_SIGN.has(level.quoting) &&
      char === '$' &&
      !(rest[1] === "'" && level.quoting === 'bare')
    ) {
      const { end, isName, isOpen } = parameterAt(text, at, markAt);
      if (!isName && isOpen && end > at + 1 && markAt(end) === 0) isUnsure = true;
      pass(end, level.quoting);
      // What is written bare has a quote in front, which ends a name.
      const isPart = isOpen && !(isName && level.quoting === 'bare');
      if (isPart && markAt(end) > 0) pass(end + markAt(end), 'parameter');
    } else if (level.quoting === 'double') pass(at + Math.max(1, markAt(at)), 'double');
    else if (rest.startsWith("$'")) {
      const end = endOf(/\$'[^'\\]*(?:\\[\s\S][^'\\]*)*'/y, text, at);
      if (text.slice(at, end).includes("\\'")) isUnsure = true;
      pass(end, 'ansi');
    } else if (char === "'" && level.quoting === 'expansion' && levels.at(-2)?.quoting === 'double') {
      isUnsure = true;
      at += 1;
    } else if (char === "'")
      pass(endOf(/'[^']*'/y, text, at), level.quoting === 'bare' ? 'single' : level.quoting);
    else if (level.quoting !== 'bare') pass(at + Math.max(1, markAt(at)), level.quoting);
    else if (char === '(') push('bare', '(', ')');
    else if (char === '#' && /^$|[\s;&|()]/.test(text.charAt(at - 1)))
      pass(endOf(/[^\n]*/y, text, at), 'comment');
    else if (rest === '<<<') at += 3;
    else if (rest.startsWith('<<')) pass(hereDocument(text, at, waiting), 'heredoc');
    else if (char === '\n' && waiting.length > 0) {
      const end = bodiesEnd(text, at, waiting.splice(0));
      // A backslash joins the line behind it to its own, and the end may be another one.
      if (/\\\r?\n/.test(text.slice(at, end))) isUnsure = true;
      pass(end, 'heredoc');
    } else {
      level.cases += caseAt(text, at);
      pass(at + Math.max(1, markAt(at)), 'bare');
    }
  }
  const isKnown = levels.length === 1 && waiting.length === 0 && !isUnsure;
  return isKnown ? found : found.map(() => 'nowhere');
}

const PARAMETER_SIGN: ReadonlySet<string> = new Set(['bare', 'double']);

/** A `$` without braces: where its name ends (a backslash joins lines in it), and whether what is next could be more of it. */
function parameterAt(
  text: string,
  at: number,
  markAt: (offset: number) => number,
): { end: number; isName: boolean; isOpen: boolean } {
  let end = at + 1;
  let name = '';
  while (end < text.length) {
    if (text.startsWith('\\\n', end)) end += 2;
    // Old releases of dash take all digits of `$10`.
    else if (markAt(end) === 0 && /^(?:[A-Za-z_]\w*|\d+)$/.test(name.charAt(0) + text.charAt(end))) {
      name += text.charAt(end);
      end += 1;
    } else break;
  }
  if (name === '' && /[@*#?$!-]/.test(text.charAt(end))) return { end: end + 1, isName: true, isOpen: false };
  return { end, isName: name !== '', isOpen: true };
}

/** Whether the backslash at the end of a line joins what is one token for a shell, and two things here. */
function isTokenSplit(text: string, at: number, isBare: boolean): boolean {
  if (text.charAt(at + 1) !== '\n') return false;
  const before = text.slice(Math.max(0, at - 3), at);
  const next = text.charAt(at + 2);
  return (
    isBare &&
    (/[(<]$|<<-$/.test(before) || /[#(<]/.test(next) || (/[a-z]$/.test(before) && /[a-z]/.test(next)))
  );
}

const CASE = /(?<![\w$-])(?:case|esac)(?![\w-])/y;

/** 1 where `case` begins, -1 where `esac` does. */
function caseAt(text: string, at: number): number {
  if (!/[ce]/.test(text.charAt(at))) return 0;
  CASE.lastIndex = at;
  const word = CASE.exec(text)?.[0];
  return word === undefined ? 0 : word === 'case' ? 1 : -1;
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found === null ? text.length : at + Math.max(1, found[0].length);
}

/** Where the head of a here-document ends. */
function hereDocument(text: string, at: number, waiting: HereDocument[]): number {
  const head = /<<(-?)[ \t]*((?:'[^'\n]*'|"[^"\n]*"|\\.|[^ \t\n;&|<>()'"\\])+)/y;
  head.lastIndex = at;
  const found = head.exec(text);
  if (found === null) return at + 2;
  const [all, dash, word = ''] = found;
  waiting.push({ word: word.replaceAll(/['"\\]/g, ''), isIndented: dash === '-' });
  return at + all.length;
}

function bodiesEnd(text: string, at: number, waiting: readonly HereDocument[]): number {
  let end = at + 1;
  for (const [index, { word, isIndented }] of waiting.entries()) {
    // Behind the line of the one before.
    if (index > 0) end += 1;
    for (;;) {
      if (end >= text.length) return text.length;
      const next = text.indexOf('\n', end);
      const line = text.slice(end, next === -1 ? text.length : next);
      if ((isIndented ? line.replace(/^\t+/, '') : line) === word) {
        end = next === -1 ? text.length : next;
        break;
      }
      if (next === -1) return text.length;
      end = next + 1;
    }
  }
  return end;
}
