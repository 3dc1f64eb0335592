import { parseArgs } from 'node:util';
import { closestMatch } from '../../core/did-you-mean.js';
import { SECRET_INPUTS } from '../../core/input-names.js';
import { printable } from '../../core/printable.js';
import { isVerbless, optionOf } from '../nouns/commands.js';
import { isNoun, verbsOf } from '../nouns/nouns.js';

import { COMMANDS, type CommandName, isCommand } from './commands.js';
import { isSwitch, OPTIONS, type OptionName, REPEATABLE, variableOf } from './options.js';
import { UsageError } from './usage-error.js';

/** A command line, taken apart. */
export interface Arguments {
  readonly command: CommandName;
  /** Each option that was given, with its values in order. */
  readonly options: ReadonlyMap<OptionName, readonly string[]>;
  /** The arguments after the command that are not options. */
  readonly positionals: readonly string[];
  /** The arguments after `--`; undefined if there is no `--`. */
  readonly child: readonly string[] | undefined;
  /** Warnings about it, to be printed before anything is done. */
  readonly warnings?: readonly string[];
}

/** Errors: UsageError, which never repeats a value: one could be a secret in the wrong place. */
export function readArguments(given: readonly string[]): Arguments {
  const end = given.indexOf('--');
  const own = end === -1 ? given : given.slice(0, end);
  const child = end === -1 ? undefined : given.slice(end + 1);
  const [word = 'help', ...rest] = own;
  if (['-h', '--help'].includes(word))
    return { command: 'help', options: new Map(), positionals: rest, child };
  if (['-V', '--version'].includes(word))
    return { command: 'version', options: new Map(), positionals: [], child };
  if (!isCommand(word)) throw unknownCommand(word);
  if (rest.some((text) => text === '--help' || text === '-h'))
    return { command: 'help', options: new Map(), positionals: [word, ...verbIn(word, rest)], child };
  const { positionals, ...read } = readOptions(word, rest);
  return { command: word, ...read, ...behindDashes(word, positionals, child) };
}

/**
 * What stands behind `--`: the operands of a command that runs no other, so that one may begin with "-". Before a command to
 * run, only those that a second `--` separates from it.
 */
function behindDashes(
  command: CommandName,
  positionals: readonly string[],
  child: Arguments['child'],
): Pick<Arguments, 'positionals' | 'child'> {
  if (child === undefined || !takesNames(command)) return { positionals, child };
  const [verb = child[0] ?? '', ...operands] = positionals;
  const help = isNoun(command) ? verbsOf(command)[verb] : undefined;
  if (help?.runsCommand !== true) return { positionals: [...positionals, ...child], child: undefined };
  const missing = help.operands.length - operands.length;
  if (positionals.length === 0 || missing < 1 || child[missing] !== '--') return { positionals, child };
  return { positionals: [...positionals, ...child.slice(0, missing)], child: child.slice(missing + 1) };
}

function readOptions(
  command: CommandName,
  given: readonly string[],
): { options: Map<OptionName, string[]>; positionals: string[]; warnings: string[] } {
  const known: readonly OptionName[] = COMMANDS[command].options;
  const names = known.flatMap((name) => [name, ...(OPTIONS[name].aliases ?? [])]);
  const { tokens } = parseArgs({
    args: given.map((text, index) => withTruth(text, given[index + 1], known)),
    options: Object.fromEntries(known.flatMap(declarationsOf)),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const options = new Map<OptionName, string[]>();
  const spelled = new Map<OptionName, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const name = known.find((each) => each === token.name || OPTIONS[each].aliases?.includes(token.name));
    if (name === undefined) throw unknownOption(command, token.rawName, names);
    const value = givenTo(token, OPTIONS[name].value === '');
    if (value === undefined || (token.inlineValue === false && /^-./.test(value))) {
      throw new UsageError(
        `Option ${token.rawName} needs a value.`,
        `Write ${token.rawName} ${optionOf(command, name).value}; a value that begins with "-" as --${name}=VALUE.`,
      );
    }
    if (OPTIONS[name].value === '' && token.value !== undefined && !/^(true|false)$/i.test(token.value)) {
      throw new UsageError(`Option ${token.rawName} takes no value.`, `Write ${token.rawName} alone.`);
    }
    options.set(name, [...(options.get(name) ?? []), value]);
    spelled.set(name, [...(spelled.get(name) ?? []), token.rawName]);
  }
  const warnings = [...options].flatMap(([name, values]) =>
    severalValues(name, values, spelled.get(name) ?? []),
  );
  return { options, positionals, warnings };
}

/** The verb of a noun, for help about it. */
function verbIn(command: CommandName, [verb = '']: readonly string[]): string[] {
  return isNoun(command) && Object.hasOwn(verbsOf(command), verb) ? [verb] : [];
}

function isSame(name: OptionName, one: string, other: string): boolean {
  return isSwitch(name) ? one.toLowerCase() === other.toLowerCase() : one === other;
}

/** Options whose values are names that can be shown: of any other a value may be a secret, in the wrong place too. */
const SHOWN: readonly OptionName[] = ['config', 'state', 'run', 'format', 'output', 'tool'];

/** Of several values all but the last are left out, and not without a word: the others may name a state to release. */
function severalValues(name: OptionName, values: readonly string[], spelled: readonly string[]): string[] {
  const last = values.at(-1) ?? '';
  if (REPEATABLE.includes(name) || values.every((value) => isSame(name, value, last))) return [];
  const [first, ...others] = [...new Set(spelled)];
  const names =
    others.length === 0
      ? `Option ${first} has`
      : `Options ${[first, ...others].join(' and ')} are the same option, and have`;
  const isShown = SHOWN.includes(name);
  const shown = isShown ? `: ${[...new Set(values)].map((value) => printable(value)).join(', ')}` : '';
  return [`${names} several values${shown}. The last one counts${isShown ? `: ${printable(last)}` : ''}.`];
}

/** What an option was given; the vendor's tool also takes `-t=linux`. */
function givenTo(
  { rawName, value }: { rawName: string; value?: string | undefined },
  isSwitchAlone: boolean,
): string | undefined {
  if (value === undefined) return isSwitchAlone ? 'true' : undefined;
  return rawName.startsWith('--') ? value : value.replace(/^=/, '');
}

/** Both kinds of switch work without a value; those that are inputs may also be followed by one. */
function withTruth(text: string, next: string | undefined, known: readonly OptionName[]): string {
  const name = known.find((each) => text === `--${each}`);
  if (name === undefined || OPTIONS[name].value !== 'true|false' || !isSwitch(name)) return text;
  return next !== undefined && /^(true|false)$/i.test(next) ? text : `${text}=true`;
}

type Declaration = { type: 'string' | 'boolean'; multiple: true; short?: string };

/** An option under its name, with its letter, and under its other names. */
function declarationsOf(name: OptionName): [string, Declaration][] {
  const { value, short, aliases = [] } = OPTIONS[name];
  const declaration: Declaration = { type: value === '' ? 'boolean' : 'string', multiple: true };
  return [
    [name, short === undefined ? declaration : { ...declaration, short }],
    ...aliases.map((alias): [string, Declaration] => [alias, declaration]),
  ];
}

/** `before` is what the command would have stood behind. */
export function unknownCommand(word: string, before = 'segura-secrets'): UsageError {
  const near = closestMatch(word, Object.keys(COMMANDS));
  return new UsageError(
    word.startsWith('-') ? 'The command comes before its options.' : 'There is no such command.',
    near === undefined
      ? `Write ${before} and one of ${Object.keys(COMMANDS).join(', ')}.`
      : `Did you mean ${before} ${near}?`,
  );
}

function takesNames(command: CommandName): boolean {
  return isNoun(command) || isVerbless(command);
}

function unknownOption(command: CommandName, raw: string, names: readonly string[]): UsageError {
  const secret = SECRET_INPUTS.find((name) => raw === `--${name}`);
  if (secret !== undefined) {
    const file =
      secret === 'client-secret' ? ', or give --client-secret-file FILE (- is standard input)' : '';
    return new UsageError(
      `The ${secret.replaceAll('-', ' ')} cannot be an argument: every process on the machine can read arguments.`,
      `Set the environment variable ${variableOf(secret)}${file}.`,
    );
  }
  const near = closestMatch(raw.replace(/^-+/, ''), names);
  return new UsageError(
    `The command ${command} has no option ${/^--?[A-Za-z0-9-]{1,40}$/.test(raw) ? raw : 'of that name'}.`,
    near === undefined
      ? `See segura-secrets help ${command}.${takesNames(command) ? ' A name that begins with "-" stands behind "--", after all options.' : ''}`
      : `Did you mean --${near}?`,
  );
}
