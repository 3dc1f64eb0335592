import { inputName, isSecretInput } from '../core/input-names.js';
import type { Setting, Word, Words } from '../core/text.js';
import { shellWord } from '../platform/formats/shell.js';
import type { CommandName } from './options/commands.js';
import { variableOf } from './options/options.js';

/** How long custody lasts, in the line about a value. */
const UNTIL: Partial<Record<CommandName, string>> = {
  exec: 'until the command ends',
  export: 'until segura-secrets release',
  inject: 'until segura-secrets release',
};

/** A command line has no steps of a job: it runs commands, has options, and is on a machine. */
const OWN: Readonly<Record<Exclude<Word, 'until the job ends'>, string>> = {
  'this runner': 'this machine',
  'the runner': 'this machine',
  'the step': 'the command',
  'the whole step': 'the whole fetch',
  'The deadline of the step': 'The deadline (--deadline)',
  'the step has left': '--deadline leaves',
  'debug logging, to see what led to it': '--debug, to see what led to it',
  'in one step': 'in one run',
  'Ask for less in one step.': 'Ask for less in one run.',
  'Ask for them in several steps.': 'Ask for them in several runs.',
  'Name another file, or remove it in an earlier step.': 'Name another file, or remove it first.',
  'Create it in an earlier step: run:': 'Run first:',
  'What this step took': 'What it took',
  'belongs to another run of a job': 'was written with another --run',
  'Find out which run wrote the state':
    'If --run is missing or mistyped, correct it. Otherwise find out what else writes the state',
  'every later step': 'every program that gets it',
  'this job': 'it',
  'the job may write': 'this user may write',
  'programs of the job': 'programs',
  'The job is being cancelled.': 'A signal stopped it.',
  'the job is being cancelled': 'a signal stopped it',
  'Run the job again.': 'Run it again.',
  'Put the jobs that share it in one `concurrency:` group':
    'Let the jobs that share it run one after another (in GitLab: resource_group)',
  'put the jobs that share it in one `concurrency:` group':
    'let the jobs that share it run one after another (in GitLab: resource_group)',
  'the workspace': 'the current folder',
  'have their own inputs': 'have their own settings',
  'is not masked: it can show in logs': 'is not masked: it can show in logs',
  // Every plain name is a variable here.
  'env:': '',
};

/** The words of a command line. */
export function commandWords(command: CommandName): Words {
  return {
    word: (word) => (word === 'until the job ends' ? (UNTIL[command] ?? 'until it ends') : OWN[word]),
    option: (key, as) => {
      if (key === 'clientSecret') return as === 'subject' ? 'The client secret' : 'the client secret';
      const name = inputName(key);
      // No argument can hold it.
      return isSecretInput(name) ? variableOf(name) : `--${name}`;
    },
    line: (number, of) => `Line ${number} of --${inputName(of)}`,
    settings: (settings, as) => {
      const verb = { whole: 'Write ', Set: 'Write ', set: 'write ', inside: '', value: '' }[as];
      return verb + settings.map(inShell).join(' ');
    },
    place: ({ kind, content }) => {
      if (kind === 'file') return 'file';
      if (kind === 'inject') return 'value in a file';
      return content === 'path' ? 'private file, path as variable' : 'variable';
    },
    ofOutputs: () => '',
  };
}

function inShell({ key, value }: Setting): string {
  return `--${inputName(key)}${value.startsWith('-') ? '=' : ' '}${shellWord(value)}`;
}
