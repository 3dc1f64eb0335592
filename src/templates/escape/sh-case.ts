/** A list of commands between parentheses, in which the `)` behind a pattern of a `case` ends nothing. */
export interface CommandList {
  /** Where it begins, behind its `(`. */
  readonly from: number;
  /** How many `case` are open in it. */
  readonly cases: number;
  /** Behind the `)` of its last pattern; -1 for none. */
  readonly patternEnd: number;
}

const WORD = /(?<=^|[\s;&|()])(?:case|esac)(?=$|[\s;&|()<>\\])/y;
/** What no pattern and no list of words looks like: `case`, one word, `in`. */
const CASE_IN =
  /case[ \t]+(?:[^\s;&|<>()"'`\\#]|"[^"`\\]*"|'[^']*'|\$\([^()"'`\\]*\))+[ \t\n]+in(?=[ \t\n])/y;

/**
 * What a script has at an offset outside of quotes: 1 where a `case` begins, -1 where one ends, 0 for anything else. Undefined if
 * a shell may see it in another way, since both words are also arguments, patterns and names of files.
 *
 * Source: POSIX.1-2017, "Shell Command Language", 2.4 and 2.10.2.
 */
export function caseAt(text: string, at: number, list: CommandList): 1 | -1 | 0 | undefined {
  if (!/[ce]/.test(text.charAt(at))) return 0;
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0];
  if (word === undefined) return 0;
  const isSure = word === 'case' ? isWhole(text, at) : isEnd(text, at, list);
  if (!isSure || !beginsCommand(text, at, list)) return undefined;
  return word === 'case' ? 1 : -1;
}

function isWhole(text: string, at: number): boolean {
  CASE_IN.lastIndex = at;
  return CASE_IN.test(text);
}

/** Between `|`, the word is a pattern. */
function isEnd(text: string, at: number, { from, cases }: CommandList): boolean {
  let before = at - 1;
  while (before > from && /[ \t]/.test(text.charAt(before))) before -= 1;
  return cases > 0 && /[\n;&)]/.test(text.charAt(before)) && text.charAt(at + 'esac'.length) !== '\\';
}

/** More than any of these words has, with what is in front of it. */
const LONGEST = 12;
const BEFORE_COMMAND = /(?<=^|[\s;&|()])(?:then|do|else|elif|if|while|until|!|\{)$/;

/** Whether the word at an offset surely is the first one of a command. */
function beginsCommand(text: string, at: number, { from, patternEnd }: CommandList): boolean {
  for (let start = at; ; ) {
    let end = start;
    while (end > from && /[ \t]/.test(text.charAt(end - 1))) end -= 1;
    // An array, or a pattern of bash: no commands stand in it.
    if (end === from) return !/[=@?*+!\w]/.test(text.charAt(from - 2));
    const before = text.slice(Math.max(from, end - LONGEST), end);
    if (before.endsWith('\n')) return !/\\\r?\n$/.test(before);
    if (/[;&|]$/.test(before)) return !/[\\<>].$/.test(before);
    if (before.endsWith(')')) return end === patternEnd;
    const [keyword] = BEFORE_COMMAND.exec(before) ?? [];
    if (keyword === undefined) return false;
    start = end - keyword.length;
  }
}
