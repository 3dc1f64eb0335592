export interface HereDocument {
  readonly word: string;
  readonly isIndented: boolean;
  /** Its body is read as it stands. */
  readonly isQuoted: boolean;
}

/** Shells agree on these: a plain word, one behind a backslash, and one between quotes. */
const HEAD =
  /<<(-|(?!-))[ \t]*(?:(\\?)([\w.+!%:,@/^=-]+)|'((?:(?![\\'])[ -~])+)'|"((?:(?!["\\$`])[ -~])+)")(?=[ \t\n;&|<>()]|$)/y;

/** The head of a here-document and its length; undefined for one that shells can read differently. */
export function hereDocumentAt(
  text: string,
  at: number,
): { readonly head: HereDocument; readonly length: number } | undefined {
  HEAD.lastIndex = at;
  const found = HEAD.exec(text);
  if (found === null) return undefined;
  const [all, dash, backslash, plain, single, double] = found;
  return {
    head: {
      word: plain ?? single ?? double ?? '',
      isIndented: dash === '-',
      isQuoted: plain === undefined || backslash !== '',
    },
    length: all.length,
  };
}

/** Where the last of some here-documents ends, which begin behind a line end; undefined where shells do not agree. */
export function bodiesEnd(text: string, at: number, heads: readonly HereDocument[]): number | undefined {
  let end = at;
  for (const head of heads) {
    const next = bodyEnd(text, end + 1, head);
    if (next === undefined || !(head.isQuoted || isComplete(text.slice(end + 1, next)))) return undefined;
    end = next;
  }
  return end;
}

const VARIABLE = /\$(?:\w+(?!\w)|\{\w+\})/.source;
const SINGLE = /'(?:[^'\\()]|\\[\w.])*'/.source;

/** A `$(…)` in which no here-document begins: dash reads that to its end in later lines. */
function substitution(inner: string): string {
  const double = `"(?:[^"\`$\\\\()]|\\\\[\\w.]|${VARIABLE}${inner})*"`;
  return `\\$\\((?:[^()"'\`$\\\\#<]|<(?!<)|${SINGLE}|${double}|${VARIABLE}${inner})*\\)`;
}

/** What a body has in it of which a shell reads the `$(…)`, part by part. */
const PART = new RegExp(
  [
    /[^`$\\]+/.source,
    /\\(?!\r?\n|$)[\s\S]/.source,
    // The line behind it is not the last one, and with a space, no line is the word of a here-document.
    /(?<=[ \t])\\\n(?=.*\n)/.source,
    /\$(?![({])/.source,
    /`(?:[^`\\$'"()#<\n]|\$\w+(?!\w))*`/.source,
    /\$\{\w*(?!\w)[^{}()"'`$\\]*\}/.source,
    `\\$\\(\\((?:[\\w \\t+*/%=!?:,&|^~<>-]|${VARIABLE})*\\)\\)`,
    substitution(`|${substitution('')}`),
  ].join('|'),
  'y',
);

/**
 * Whether a body ends where its lines say: some shells read a `$(` or `${` to its end in later lines, and a backslash joins
 * the line behind it to its own, which is then the last one or not.
 */
function isComplete(body: string): boolean {
  for (let at = 0; at < body.length; at = PART.lastIndex) {
    PART.lastIndex = at;
    const [part] = PART.exec(body) ?? [];
    // The ")" of a pattern would be taken for the end, and dash reads on to the real one.
    if (part === undefined || (part.startsWith('$(') && /\b(?:case|esac)\b/.test(part))) return false;
  }
  return true;
}

function bodyEnd(text: string, start: number, { word, isIndented }: HereDocument): number | undefined {
  for (let begin = start; begin < text.length; ) {
    const next = text.indexOf('\n', begin);
    const end = next === -1 ? text.length : next;
    const line = text.slice(begin, end);
    if ((isIndented ? line.replace(/^\t+/, '') : line) === word) return end;
    // Some shells end it here all the same: in `$(…)` in front of its end, and where a line ends with CR.
    const near = line.trim();
    if (near === word || near.startsWith(`${word})`)) return undefined;
    begin = end + 1;
  }
  return undefined;
}
