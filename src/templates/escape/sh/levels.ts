import { Commands } from './commands.js';

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
  | 'index'
  | 'nowhere';

/** What begins in a shell script, and has an end of its own. */
export interface Level {
  readonly quoting: 'bare' | 'double' | 'expansion';
  /** What ends it; empty at the lowest level. */
  readonly end: string;
  /** `$(…)`. */
  readonly isSubstitution: boolean;
  /**
   * What an expansion holds. `command`: arithmetic without a `$`, as `((…))`, which dash takes for two subshells. `word`: the
   * word of `${NAME:-…}` and its kin, which is no pattern.
   */
  readonly holds: 'command' | 'word' | 'other';
  /** A list without commands in which bash knows neither comments nor here-documents, as in `@(…)`. */
  readonly isList: boolean;
  /** `NAME=(…)`. */
  readonly isArray: boolean;
  /** What goes on behind it, if it is parentheses. */
  readonly was: 'function' | 'subshell' | 'word' | 'pattern';
  readonly commands: Commands;
  /** How many parentheses are open in arithmetic. */
  parens: number;
  /** In double quotes: zsh takes what follows for a modifier or an index of a variable, as in `"$x:h"`. */
  isModified: boolean;
}

const INNER = {
  isSubstitution: false,
  holds: 'other',
  isList: false,
  isArray: false,
  was: 'word',
  parens: 0,
  isModified: false,
} as const;

export function lowest(isOld: boolean): Level {
  return { ...INNER, quoting: 'bare', end: '', commands: new Commands(false, isOld) };
}

export function substitution(isOld: boolean): Level {
  return { ...lowest(isOld), end: ')', isSubstitution: true };
}

/** One without commands of its own. */
export function quoted(quoting: 'double' | 'expansion', end: string, holds: Level['holds'] = 'other'): Level {
  return { ...INNER, quoting, end, holds, commands: new Commands(true, false) };
}

/** The level of a `(` that stands in another one, by what is in front of it. */
export function parentheses(text: string, at: number, outer: Level, isOld: boolean): Level {
  const before = text.charAt(at - 1);
  const isProcess = /[<>]/.test(before);
  const isSubshell = outer.commands.isCommandStart && !outer.commands.isPatternStart;
  const isWord = /[=?*+@!]/.test(before) || outer.commands.isTest || outer.isList;
  const rest = isWord ? 'word' : /^\([ \t]*\)/.test(text.slice(at, at + 20)) ? 'function' : 'subshell';
  return {
    ...INNER,
    quoting: 'bare',
    end: ')',
    // bash 3.2 finds the end of both in the same way.
    isSubstitution: isProcess,
    was: outer.commands.isPatternStart ? 'pattern' : isProcess ? 'word' : isSubshell ? 'subshell' : rest,
    isList: outer.isList || (!isProcess && !isSubshell && before !== '='),
    isArray: before === '=',
    commands: new Commands(!isProcess && !isSubshell, isOld),
  };
}
