import { LOGIN_INPUTS } from '../../core/input-names.js';
import { managingCommands } from '../nouns/commands.js';
import type { OptionName } from './options.js';

export interface CommandHelp {
  readonly usage: string;
  readonly summary: string;
  /** A call that works unchanged, in lines of at most 80 columns. */
  readonly example: readonly string[];
  /** What to set in addition to what `usage` shows. */
  readonly required: 'everything' | 'online' | 'client secret' | 'nothing';
  readonly options: readonly OptionName[];
  /** The positional arguments that the command accepts. */
  readonly words?: readonly string[];
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** How to log in: a group of its own in help. */
export const LOGIN = [
  'url',
  'vault-url',
  'auth-method',
  'client-id',
  'client-secret-file',
  ...LOGIN_INPUTS.oidc,
  'token-endpoint',
  'client-certificate',
  'client-key',
  'consumer-key',
  'token-key',
  'tenant',
  'unique-key',
] as const;
const NETWORK = ['ca-certificate', 'tls-verify', 'proxy', 'no-proxy'] as const;
const CONNECTION = [
  'config',
  ...LOGIN,
  'decryption-key',
  ...NETWORK,
  'timeout',
  'deadline',
  'retries',
] as const;
const APPLICATION = ['application', 'system', 'environment'] as const;
const REQUESTS = [
  ...APPLICATION,
  'secrets',
  'credentials',
  'dynamic',
  'ssh-keys',
  'known-hosts',
  'mysafe',
  'dsm-endpoint',
  'pam-endpoint',
] as const;
const INJECT = [
  'inject',
  'inject-format',
  'inject-namespaces',
  'inject-restore',
  'templates',
  'template-delimiters',
] as const;
/** What writes into the vault. */
const SAVE = ['save', 'yes'] as const;
const CUSTODY = ['custody-wait', 'custody-release', 'release-failure'] as const;
const MASKS = ['min-mask-length', 'mask-metadata', 'unmasked', 'opaque'] as const;
const TALK = ['quiet', 'debug'] as const;

/** Each command: what it does, and its options. */
export const COMMANDS = {
  exec: {
    usage: 'exec [options] -- COMMAND [ARGUMENT...]',
    summary: 'runs COMMAND with the secrets in its environment, and redacts its output',
    example: ["segura-secrets exec --secrets 'postgres/PASSWORD > DB_PASSWORD' -- ./deploy.sh"],
    required: 'everything',
    options: [
      ...['interactive', 'state', 'run'],
      ...REQUESTS,
      ...INJECT,
      ...SAVE,
      ...CUSTODY,
      ...MASKS,
      ...CONNECTION,
      ...TALK,
    ],
  },
  export: {
    usage: 'export --format FORMAT [options]',
    summary: 'prints the secrets as assignments for a shell or a CI system',
    example: [
      'secrets=$(segura-secrets export --format sh --state "$state" \\',
      '  --credentials \'94 > DEPLOY_PASSWORD\') && eval "$secrets"',
    ],
    required: 'everything',
    options: [
      'format',
      'readers',
      'state',
      'run',
      'output',
      ...REQUESTS,
      ...INJECT,
      ...SAVE,
      ...CUSTODY,
      ...MASKS,
      ...CONNECTION,
      ...TALK,
    ],
  },
  inject: {
    usage: 'inject [options] [-- COMMAND [ARGUMENT...]]',
    summary: 'puts values into files or makes files from templates, until release or while COMMAND runs',
    example: [
      'segura-secrets inject --in-file app.yaml.liquid --out-file app.yaml',
      "segura-secrets inject --templates 'app.yaml.liquid > app.yaml' -- ./serve.sh",
    ],
    required: 'everything',
    options: [
      ...['in-file', 'stdin', 'out-file', 'state', 'run'],
      ...INJECT,
      ...REQUESTS,
      ...SAVE,
      ...CUSTODY,
      ...MASKS,
      ...CONNECTION,
      ...TALK,
    ],
  },
  release: {
    usage: 'release --state FILE [options]',
    summary: 'releases the custody that the state file records, and removes its secret files',
    example: ['segura-secrets release --state "$state"'],
    required: 'client secret',
    options: ['state', 'run', 'config', ...LOGIN, ...NETWORK, ...TALK],
  },
  runb: {
    usage: 'runb -a APPLICATION -s SYSTEM -e ENVIRONMENT [-t TOOL] [options]',
    summary: 'writes the same file as "dsm runb" of the vendor, without its bugs',
    example: ['segura-secrets runb -a billing -s payments -e staging && . ./.runb.vars'],
    required: 'everything',
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
    summary: 'checks the requests and reports every error, without reading a credential',
    example: ["segura-secrets check --online --secrets 'postgres/PASSWORD > DB_PASSWORD'"],
    required: 'online',
    options: ['online', ...REQUESTS, ...INJECT, ...SAVE, ...CUSTODY, ...MASKS, ...CONNECTION, ...TALK],
  },
  ...managingCommands({ application: APPLICATION, connection: [...CONNECTION, ...TALK] }),
  completion: {
    usage: `completion ${SHELLS.join('|')}`,
    summary: 'prints the completion script for a shell',
    example: ['source <(segura-secrets completion bash)'],
    required: 'nothing',
    options: [],
    words: SHELLS,
  },
  help: {
    usage: 'help [COMMAND]',
    summary: 'shows this overview, or the options of a command',
    example: ['segura-secrets help exec'],
    required: 'nothing',
    options: [],
  },
  version: {
    usage: 'version',
    summary: 'prints the version',
    example: ['segura-secrets version'],
    required: 'nothing',
    options: [],
  },
} as const satisfies Readonly<Record<string, CommandHelp>>;

export type CommandName = keyof typeof COMMANDS;

export function isCommand(word: string): word is CommandName {
  return Object.hasOwn(COMMANDS, word);
}
