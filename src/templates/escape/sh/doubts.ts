/** Where shells first differ on a script, and what stands there. It never holds a part of the script, which can be a value. */
export interface Doubt {
  readonly at: number;
  readonly what: string;
}

/** What is open at the end of a script, by what would end it. */
const UNCLOSED: Readonly<Record<string, string>> = {
  '"': 'a double quote that is never closed',
  ')': 'a "(" that is never closed',
  '}': 'a "${" that is never closed',
  '))': 'a "((" that is never closed',
};

export function unclosed(end: string): string {
  return UNCLOSED[end] ?? 'a quote that is never closed';
}

/** What bash 3.2 reads otherwise, by its first character: a here-document begins at the end of a line. */
const OLD: Readonly<Record<string, string>> = {
  ')': 'a ")" that bash 3.2 takes for the end of "$(…)"; it takes a pattern of case with both parentheses, "(a)"',
  '#': 'a comment in "$(…)", which bash 3.2 reads as code',
  '\n': 'the lines of a here-document in "$(…)", which bash 3.2 reads as code',
};

export function readByOld(char: string): string {
  return OLD[char] ?? 'what bash 3.2 reads differently';
}

/** A word that is reserved for some shells. */
export function reserved(text: string): string {
  return /^(?:case|esac)$/.test(text)
    ? `the word "${text}" where shells differ in whether it is reserved`
    : 'a word where "in" has to follow behind case';
}
