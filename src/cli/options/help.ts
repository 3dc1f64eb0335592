import { INPUT_DEFAULTS, type InputName } from '../../core/input-names.js';
import { optionOf } from '../nouns/commands.js';
import { isNoun, type NounName, optionsOfNoun, optionsOfVerb, verbsOf } from '../nouns/nouns.js';
import { COMMANDS, type CommandHelp, type CommandName, LOGIN } from './commands.js';
import { type OptionName, variableOf } from './options.js';

const WIDTH = 80;
/** The column where the meanings of options and settings begin. */
const COLUMN = 30;

const REQUIRED: Readonly<Record<string, string>> = {
  SENHASEGURA_URL: 'base URL of the vault, or --url',
  SENHASEGURA_CLIENT_ID: 'client id of the authorization, or --client-id',
  SENHASEGURA_CLIENT_SECRET: 'client secret of the authorization, or --client-secret-file',
};
const HEADS: Readonly<Record<CommandHelp['required'], string>> = {
  everything: 'Required:',
  online: 'Required with --online:',
  'client secret': 'Required:',
  nothing: '',
};

const OTHER_LOGIN =
  'With an identity token (--auth-method oidc), OAuth 1.0 or an access token: the URL, and the settings of that login instead of id and secret.';
const OTHER_LOGINS: Readonly<Record<CommandHelp['required'], string>> = {
  everything: OTHER_LOGIN,
  online: OTHER_LOGIN,
  'client secret': 'With another login: the settings of that login and of the connection.',
  nothing: '',
};

/** The text of `help`: all commands, one command with its options, or one verb, at most 80 columns wide. */
export function helpText(command?: CommandName, verb?: string): string {
  return `${(command === undefined ? overview() : helpOf(command, verb)).join('\n')}\n`;
}

function overview(): string[] {
  const commands = Object.values(COMMANDS).flatMap(({ usage, summary }) => [
    ...wrapped(`segura-secrets ${usage}`, 2),
    ...wrapped(summary, 6),
  ]);
  const note = `Options that are inputs of the GitHub Action also work as environment variables, and as keys of a YAML file (--config): --custody-wait is ${variableOf('custody-wait')}. Options override the environment, and the environment overrides the file.`;
  return ['Usage:', ...commands, ...required('everything'), '', ...wrapped(note, 0)];
}

function helpOf(command: CommandName, verb?: string): string[] {
  const {
    usage,
    summary,
    example,
    required: what,
    options,
  }: CommandHelp = isNoun(command) && verb !== undefined ? helpOfVerb(command, verb) : COMMANDS[command];
  const lines = (name: OptionName): string[] => lineOf(command, name);
  return [
    ...wrapped(`Usage: segura-secrets ${usage}`, 0),
    '',
    ...wrapped(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`, 0),
    ...(isNoun(command) && verb === undefined ? verbLines(command) : []),
    '',
    'Example:',
    ...example.map((line) => `  ${line}`),
    ...required(what),
    ...group('Options:', options.filter((name) => !isLogin(name)).flatMap(lines)),
    ...group('Options of the login:', options.filter(isLogin).flatMap(lines)),
  ];
}

/** A noun of which only one verb is wanted. */
function helpOfVerb(noun: NounName, verb: string): CommandHelp {
  const help = verbsOf(noun)[verb];
  const whole: CommandHelp = COMMANDS[noun];
  if (help === undefined) return whole;
  const own: readonly OptionName[] = optionsOfVerb(help);
  const others = (optionsOfNoun(noun) as readonly OptionName[]).filter((name) => !own.includes(name));
  return {
    ...whole,
    usage: `${[noun, verb, ...help.operands].join(' ')} [options]`,
    summary: help.summary,
    options: whole.options.filter((name) => !others.includes(name)),
  };
}

function verbLines(noun: NounName): string[] {
  const lines = Object.entries(verbsOf(noun)).flatMap(([verb, { operands, summary }]) =>
    inColumns(`  ${[noun, verb, ...operands].join(' ')}`, summary),
  );
  return ['', 'Verbs:', ...lines, ...wrapped(`Options of one verb: segura-secrets help ${noun} VERB`, 2)];
}

function required(what: CommandHelp['required']): string[] {
  if (what === 'nothing') return [];
  const names = Object.entries(REQUIRED).filter(
    ([name]) => what !== 'client secret' || name === 'SENHASEGURA_CLIENT_SECRET',
  );
  const lines = names.flatMap(([name, meaning]) => inColumns(`  ${name}`, meaning));
  return ['', HEADS[what], ...lines, ...wrapped(OTHER_LOGINS[what], 2)];
}

function isLogin(name: OptionName): boolean {
  return (LOGIN as readonly OptionName[]).includes(name);
}

function group(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function lineOf(command: CommandName, name: OptionName): string[] {
  const { short, value, meaning, aliases = [] } = optionOf(command, name);
  const head = `  ${short === undefined ? '    ' : `-${short}, `}--${name}${value === '' ? '' : ` ${value}`}`;
  // A default that is too long for a line does not help a reader.
  const initial = defaultOf(name).length < WIDTH - COLUMN ? defaultOf(name) : '';
  const others = aliases.map((alias) => `; also --${alias}`).join('');
  return inColumns(head, `${meaning}${others}${initial === '' ? '' : ` (${initial})`}`);
}

/** The meaning beside its head, or below it if the head is too long. */
function inColumns(head: string, meaning: string): string[] {
  const [first = '', ...more] = wrapped(meaning, COLUMN);
  if (head.length >= COLUMN - 1) return [head, first, ...more];
  return [head.padEnd(COLUMN) + first.slice(COLUMN), ...more];
}

/** The text in lines of at most `WIDTH` columns, each after `indent` spaces. */
function wrapped(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => ''.padEnd(indent) + each);
}

function defaultOf(name: OptionName): string {
  return name in INPUT_DEFAULTS ? INPUT_DEFAULTS[name as InputName] : '';
}
