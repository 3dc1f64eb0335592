import { IDENTITY_PROVIDERS } from '../../core/vault/auth/auth-settings.js';
import { RUNB_TOOLS } from '../../platform/formats/runb/tools.js';
import { optionOf } from '../nouns/commands.js';
import { COMMANDS, type CommandHelp, type CommandName } from '../options/commands.js';
import { type OptionName, REPEATABLE } from '../options/options.js';

/** What a shell offers at one place. */
export type Values =
  | { readonly kind: 'files' | 'none' }
  | { readonly kind: 'words'; readonly words: readonly string[] };

export interface OptionWord {
  /** What the user types: `--state`, `-s`. */
  readonly names: readonly string[];
  readonly meaning: string;
  /** Undefined for an option without a value. */
  readonly values: Values | undefined;
  /** True if the option can be repeated. */
  readonly repeats: boolean;
}

export interface CommandWord {
  readonly name: CommandName;
  readonly summary: string;
  /** The positional arguments that it accepts. */
  readonly words: readonly string[];
  readonly options: readonly OptionWord[];
}

/** Every command with its options and arguments, for the completion scripts. */
export function commandWords(): readonly CommandWord[] {
  return (Object.keys(COMMANDS) as CommandName[]).map((name) => {
    const { summary, options }: CommandHelp = COMMANDS[name];
    return { name, summary, words: wordsOf(name), options: options.map((each) => optionWord(name, each)) };
  });
}

function wordsOf(name: CommandName): readonly string[] {
  if (name === 'help') return Object.keys(COMMANDS);
  const { words = [] }: CommandHelp = COMMANDS[name];
  return words;
}

function optionWord(command: CommandName, name: OptionName): OptionWord {
  const { short, meaning, value } = optionOf(command, name);
  return {
    names: [`--${name}`, ...(short === undefined ? [] : [`-${short}`])],
    meaning: meaning.replace(/[;:(].*/, '').trim(),
    values: valuesOf(name, value),
    repeats: REPEATABLE.includes(name),
  };
}

function valuesOf(name: OptionName, value: string): Values | undefined {
  if (value === '') return undefined;
  if (value === 'FILE') return { kind: 'files' };
  if (name === 'tool') return { kind: 'words', words: Object.keys(RUNB_TOOLS) };
  if (name === 'oidc-provider') return { kind: 'words', words: IDENTITY_PROVIDERS };
  if (name === 'oidc-token') return { kind: 'files' };
  return /^[a-z|-]*\|/.test(value) ? { kind: 'words', words: value.split('|') } : { kind: 'none' };
}
