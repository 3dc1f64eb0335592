import { COMMANDS, type CommandName } from './command-list.js';
import { defaultOf, OPTIONS, type OptionName, variableOf } from './options.js';

const WIDTH = 34;

/** What `help` prints: all commands, or one with its options. */
export function helpText(command?: CommandName): string {
  if (command === undefined) {
    const lines = Object.values(COMMANDS).map(
      ({ usage, summary }) => `  segura-secrets ${usage}\n      ${summary}`,
    );
    return [
      'Usage:',
      ...lines,
      '',
      'Every option that is an input of the GitHub Action can also be set as a variable of the environment, or in a YAML',
      `file (--config): --custody-wait is ${variableOf('custody-wait')}. Options come first, then the environment, then the file.`,
      '',
    ].join('\n');
  }
  const { usage, summary, options } = COMMANDS[command];
  return [`Usage: segura-secrets ${usage}`, summary, ...describe(options), ''].join('\n');
}

function describe(options: readonly OptionName[]): string[] {
  if (options.length === 0) return [];
  return ['', 'Options:', ...options.map(line)];
}

function line(name: OptionName): string {
  const { short, value, meaning } = OPTIONS[name];
  const head = `  ${short === undefined ? '    ' : `-${short}, `}--${name}${value === '' ? '' : ` ${value}`}`;
  const gap = head.length < WIDTH - 1 ? head.padEnd(WIDTH) : `${head}\n${''.padEnd(WIDTH)}`;
  const initial = defaultOf(name);
  return `${gap}${meaning}${initial === '' ? '' : ` (${initial})`}`;
}
