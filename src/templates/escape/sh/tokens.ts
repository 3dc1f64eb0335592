/** Parts of a shell script, each by where it begins. */

/** Where what a sticky pattern matches ends; undefined where it does not match. */
export function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** A `$` without braces: where its name ends (a backslash joins lines in it), and whether what is next could be more of it. */
export function parameterAt(
  text: string,
  at: number,
  markAt: (offset: number) => number,
): { end: number; isName: boolean; isOpen: boolean } {
  let end = at + 1;
  let first = '';
  while (end < text.length) {
    if (text.startsWith('\\\n', end)) end += 2;
    // Old releases of dash take all digits of `$10`.
    else if (markAt(end) === 0 && /^(?:[A-Za-z_]\w*|\d+)$/.test(first + text.charAt(end))) {
      first ||= text.charAt(end);
      end += 1;
    } else break;
  }
  if (first === '' && /[@*#?$!-]/.test(text.charAt(end)))
    return { end: end + 1, isName: true, isOpen: false };
  return { end, isName: first !== '', isOpen: true };
}

/** Whether the backslash at the end of a line can join what is one token for a shell, and two things here. */
export function isTokenSplit(text: string, at: number, quoting: string): boolean {
  if (text.charAt(at + 1) !== '\n') return false;
  const before = text.charAt(at - 1);
  const next = text.charAt(at + 2);
  if (quoting === 'double') return before === '$';
  if (quoting !== 'bare') return true;
  const isApart = /^[ \t\n]?$/.test(before) || /^[ \t\n]?$/.test(next);
  return /[#(<]/.test(next) || !(isApart || (/["']/.test(before) && /["']/.test(next)));
}

/** Where backticks end: at the next one without a backslash, whatever the quotes between them. */
export function backticksEnd(text: string, at: number): number | undefined {
  const end = endOf(/`(?:[^`\\]|\\[\s\S])*`/y, text, at);
  const inner = text.slice(at, end);
  const isEven = (quote: string): boolean => inner.split(quote).length % 2 === 1;
  return isEven("'") && isEven('"') ? end : undefined;
}

const IN_INDEX = /[^\s<>();&|\\`'"[\]]|'[^'\n]*'|"(?:[^"\\`$\n]|\$(?=\w)|\$\{\w+\})*"/.source;
const INDEX = new RegExp(`\\w*\\[(?:${IN_INDEX}|\\[(?:${IN_INDEX})*\\])*\\]`, 'y');

/**
 * Where the index of an array ends, at whose `[` or name an offset is. In it, bash knows neither comments nor
 * here-documents, and dash sees no index.
 */
export function indexEnd(text: string, at: number): number | undefined {
  return endOf(INDEX, text, at);
}

/** Whether the words of an `alias` that begins at an offset can change how what follows is read. */
export function changesReading(text: string, at: number): boolean {
  const line = /[^\n]*/y;
  line.lastIndex = at;
  const words = line.exec(text)?.[0] ?? '';
  // It is read once for each alias on the line.
  if (words.length > 1_000) return true;
  const bodies = [...words.matchAll(/=(?:'([^']*)'|"([^"]*)"|(\S*))/g)];
  return bodies.some((body) => /['"`#()<\\]|\b(?:case|esac)\b/.test(body.slice(1).join('')));
}
