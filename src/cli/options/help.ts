import { COMMANDS, type CommandHelp, type CommandName, LOGIN } from './commands.js';
import { defaultOf, OPTIONS, type OptionName, variableOf } from './options.js';

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

/** The text of `help`: all commands, or one command with its options, at most 80 columns wide. */
export function helpText(command?: CommandName): string {
  return `${(command === undefined ? overview() : helpOf(COMMANDS[command])).join('\n')}\n`;
}

function overview(): string[] {
  const commands = Object.values(COMMANDS).flatMap(({ usage, summary }) => [
    ...wrapped(`segura-secrets ${usage}`, 2),
    ...wrapped(summary, 6),
  ]);
  const note = `Options that are inputs of the GitHub Action also work as environment variables, and as keys of a YAML file (--config): --custody-wait is ${variableOf('custody-wait')}. Options override the environment, and the environment overrides the file.`;
  return ['Usage:', ...commands, ...required('everything'), '', ...wrapped(note, 0)];
}

function helpOf({ usage, summary, example, required: what, options }: CommandHelp): string[] {
  return [
    ...wrapped(`Usage: segura-secrets ${usage}`, 0),
    '',
    ...wrapped(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`, 0),
    '',
    'Example:',
    ...example.map((line) => `  ${line}`),
    ...required(what),
    ...group(
      'Options:',
      options.filter((name) => !isLogin(name)),
    ),
    ...group('Options of the login:', options.filter(isLogin)),
  ];
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

function group(title: string, options: readonly OptionName[]): string[] {
  return options.length === 0 ? [] : ['', title, ...options.flatMap(lineOf)];
}

function lineOf(name: OptionName): string[] {
  const { short, value, meaning } = OPTIONS[name];
  const head = `  ${short === undefined ? '    ' : `-${short}, `}--${name}${value === '' ? '' : ` ${value}`}`;
  // A default that is too long for a line does not help a reader.
  const initial = defaultOf(name).length < WIDTH - COLUMN ? defaultOf(name) : '';
  return inColumns(head, `${meaning}${initial === '' ? '' : ` (${initial})`}`);
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
