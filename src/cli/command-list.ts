import type { OptionName } from './options.js';

export interface CommandHelp {
  readonly usage: string;
  readonly summary: string;
  readonly options: readonly OptionName[];
}

const CONNECTION = [
  'config',
  'url',
  'client-id',
  'client-secret-file',
  'ca-certificate',
  'tls-verify',
  'proxy',
  'no-proxy',
  'timeout',
  'deadline',
  'retries',
] as const;
const APPLICATION = ['application', 'system', 'environment'] as const;
const REQUESTS = [...APPLICATION, 'secrets', 'credentials', 'dsm-endpoint', 'pam-endpoint'] as const;
const CUSTODY = ['custody-wait', 'custody-release', 'release-failure'] as const;
const MASKS = ['min-mask-length', 'mask-metadata', 'unmasked', 'opaque'] as const;
const TALK = ['quiet', 'debug'] as const;

/** What each command is for, and the options it takes. */
export const COMMANDS = {
  exec: {
    usage: 'exec [options] -- COMMAND [ARGUMENT...]',
    summary: 'runs COMMAND with the secrets in its environment and hides them in what it prints',
    options: ['interactive', 'state', 'run', ...REQUESTS, ...CUSTODY, ...MASKS, ...CONNECTION, ...TALK],
  },
  export: {
    usage: 'export --format FORMAT [options]',
    summary: 'prints the secrets as assignments that a shell or a CI system reads',
    options: [
      'format',
      'readers',
      'state',
      'run',
      'output',
      ...REQUESTS,
      ...CUSTODY,
      ...MASKS,
      ...CONNECTION,
      ...TALK,
    ],
  },
  release: {
    usage: 'release --state FILE [options]',
    summary: 'gives back what the state file holds, and removes its secret files',
    options: ['state', 'run', 'config', 'client-secret-file', ...TALK],
  },
  runb: {
    usage: 'runb -a APPLICATION -s SYSTEM -e ENVIRONMENT [-t TOOL] [options]',
    summary: 'writes the file that "dsm runb" of the vendor writes, without its faults',
    options: [
      ...APPLICATION,
      'tool',
      'prefix-identity',
      'delete-variables',
      'environment-scope',
      'dsm-endpoint',
      ...MASKS,
      ...CONNECTION,
      ...TALK,
    ],
  },
  check: {
    usage: 'check [--online] [options]',
    summary: 'says what is wrong with the requests, without touching any credential',
    options: ['online', ...REQUESTS, ...CUSTODY, ...MASKS, ...CONNECTION, ...TALK],
  },
  help: { usage: 'help [COMMAND]', summary: 'shows this, or the options of a command', options: [] },
  version: { usage: 'version', summary: 'prints the version', options: [] },
} as const satisfies Readonly<Record<string, CommandHelp>>;

export type CommandName = keyof typeof COMMANDS;

export function isCommand(word: string): word is CommandName {
  return Object.hasOwn(COMMANDS, word);
}
