/** What of a `case` comes next. */
type Case = 'subject' | 'in' | 'pattern' | 'commands';

/** Whether shells agree on what a word is. */
type IsKnown = boolean;

/** The words behind which a command begins. */
const OPENERS: ReadonlySet<string> = new Set([
  '!',
  '{',
  'do',
  'elif',
  'else',
  'if',
  'then',
  'until',
  'while',
]);

/**
 * Where the commands of one level of a shell script begin. `case` and `esac` are reserved only there, and the `)` of a
 * pattern ends no level.
 */
export class Commands {
  /** Where the next character begins a word: only there, `#` begins a comment. */
  isWordStart = true;
  #isStart = true;
  #isTest = false;
  readonly #cases: Case[] = [];
  readonly #isWords: boolean;
  readonly #isOld: boolean;

  /** `isWords`: a list without commands, as of an array; `isOld`: a shell that counts parentheses, whatever `case` is. */
  constructor(isWords: boolean, isOld: boolean) {
    this.#isWords = isWords;
    this.#isOld = isOld;
  }

  get isTest(): boolean {
    return this.#isTest;
  }

  get hasCase(): boolean {
    return this.#cases.length > 0;
  }

  get isCommandStart(): boolean {
    return this.isWordStart && this.#isStart && !this.#isTest && !this.#isWords;
  }

  get isPatternStart(): boolean {
    return this.isCommandStart && this.#cases.at(-1) === 'pattern';
  }

  /** A word; undefined for one with quotes or expansions, which is never reserved. */
  word(text?: string): IsKnown {
    const isStart = this.isCommandStart;
    this.isWordStart = false;
    const state = this.#cases.at(-1);
    if (state === 'subject') return this.#become('in', false);
    if (state === 'in') return text === 'in' && this.#become('pattern', true);
    if (text === 'case' || text === 'esac') {
      this.#isStart = false;
      return this.#isOld || (isStart && this.#reserved(text, state));
    }
    if (text === ']]') this.#isTest = false;
    if (text === '[[' && isStart && state !== 'pattern') this.#isTest = true;
    this.#isStart = isStart && state !== 'pattern' && text !== undefined && OPENERS.has(text);
    return true;
  }

  newline(): void {
    this.isWordStart = true;
    // A list of patterns goes on behind the line ends in front of it.
    if (this.#cases.at(-1) !== 'pattern') this.#isStart = true;
  }

  /** `;`, `&` and `|`; `isRedirect`: the second character of `>&`, `<&` or `>|`. */
  operator(isRedirect: boolean): IsKnown {
    this.isWordStart = true;
    const state = this.#cases.at(-1);
    if (!isRedirect && state !== 'pattern') this.#isStart = true;
    return state !== 'subject' && state !== 'in';
  }

  /** `;;`, `;&` and `;;&`. */
  nextPattern(): IsKnown {
    this.isWordStart = true;
    return this.#isOld || (this.#cases.at(-1) === 'commands' && this.#become('pattern', true));
  }

  /** Whether a `)` ends a pattern. */
  endPattern(): boolean {
    if (this.#cases.at(-1) !== 'pattern') return false;
    this.isWordStart = true;
    return this.#become('commands', true);
  }

  redirect(): void {
    this.isWordStart = true;
    this.#isStart = false;
  }

  /** Behind parentheses, by what they were. */
  close(was: 'function' | 'subshell' | 'word'): void {
    this.isWordStart = was !== 'word';
    this.#isStart = was === 'function';
  }

  #become(state: Case, isStart: boolean): true {
    this.#cases[this.#cases.length - 1] = state;
    this.#isStart = isStart;
    return true;
  }

  #reserved(text: 'case' | 'esac', state: Case | undefined): IsKnown {
    if (text === 'case') {
      this.#cases.push('subject');
      return state !== 'pattern';
    }
    return this.#cases.pop() !== undefined;
  }
}
