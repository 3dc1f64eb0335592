import { INPUT_DEFAULTS, type InputName } from '../core/inputs.js';

/** Inputs that no option stands for: the first must never be an argument, the others mean something to GitHub alone. */
type NoOption = 'client-secret' | 'export-env' | 'summary';
export type InputOption = Exclude<InputName, NoOption>;

export interface Option {
  /** What help says of it; `FILE` and the like name its value. */
  readonly value: string;
  readonly meaning: string;
  /** One letter, for those that `dsm runb` has. */
  readonly short?: string;
  /** Other names of the same. */
  readonly aliases?: readonly string[];
}

/** The options that are inputs too, with the same names and meanings. */
export const INPUT_OPTIONS: Readonly<Record<InputOption, Option>> = {
  url: { value: 'URL', meaning: 'base URL of the vault' },
  'client-id': { value: 'ID', meaning: 'OAuth 2.0 client id of the authorization' },
  application: {
    value: 'NAME',
    meaning: 'DSM application; with --system and --environment',
    short: 'a',
    aliases: ['app-name'],
  },
  system: { value: 'NAME', meaning: 'system of the DSM application', short: 's' },
  environment: { value: 'NAME', meaning: 'environment of the DSM application', short: 'e' },
  secrets: { value: 'LINES', meaning: 'DSM requests, one a line: identity/field > NAME; may be repeated' },
  credentials: { value: 'LINES', meaning: 'PAM requests, one a line: id > NAME; may be repeated' },
  'dsm-endpoint': { value: 'auto|sctm|dapp|api', meaning: 'where DSM secrets are listed' },
  'pam-endpoint': { value: 'auto|api|iso|coe', meaning: 'where PAM credentials are read' },
  'ca-certificate': {
    value: 'FILE',
    meaning: 'CA certificates to trust as well: a PEM file, or the PEM itself',
  },
  'tls-verify': { value: 'true|false', meaning: "verify the vault's certificate" },
  proxy: { value: 'URL', meaning: 'HTTP proxy; overrides HTTPS_PROXY' },
  'no-proxy': { value: 'HOSTS', meaning: 'hosts reached without the proxy; overrides NO_PROXY' },
  timeout: { value: 'SECONDS', meaning: 'for one request' },
  deadline: { value: 'SECONDS', meaning: 'for fetching as a whole' },
  retries: { value: 'NUMBER', meaning: 'extra tries of a request' },
  'custody-wait': { value: 'SECONDS', meaning: 'to wait for a credential that somebody else holds' },
  'custody-release': { value: 'true|false', meaning: 'give custody back at the end' },
  'release-failure': {
    value: 'warn|fail',
    meaning: 'what a custody that could not be given back is to exec',
  },
  'min-mask-length': { value: 'NUMBER', meaning: 'shorter values are not redacted' },
  'mask-metadata': { value: 'true|false', meaning: 'redact user names, host names and the like too' },
  unmasked: { value: 'NAMES', meaning: 'destinations whose values stay readable; may be repeated' },
  opaque: { value: 'NAMES', meaning: 'destinations whose values may look encrypted; may be repeated' },
};

/** The options that a command line alone has. */
export const OWN_OPTIONS = {
  config: {
    value: 'FILE',
    meaning: 'YAML file of settings; also SENHASEGURA_CONFIG_FILE',
    short: 'c',
  },
  'client-secret-file': {
    value: 'FILE',
    meaning: 'file that holds the client secret; - is standard input; also SENHASEGURA_CLIENT_SECRET_FILE',
  },
  state: { value: 'FILE', meaning: 'where it is kept what has to be given back' },
  run: {
    value: 'NAME',
    meaning: 'the run of a job that the state is for; release obeys a state of the same run alone',
  },
  format: { value: 'sh|pwsh|dotenv|json|github|azure|docker', meaning: 'who is to read the assignments' },
  readers: {
    value: 'READER,...',
    meaning: 'with --format dotenv, who must read it: sh, node, npm, python, compose (all)',
  },
  output: {
    value: 'FILE',
    meaning: 'write there, readable by the owner alone, instead of to standard output',
  },
  interactive: {
    value: '',
    meaning: 'for shells and REPLs: the command gets the terminal itself, and what it prints is not redacted',
  },
  online: { value: '', meaning: 'log in too, and look at what DSM offers; takes no custody' },
  tool: {
    value: 'TOOL',
    meaning:
      'who is to read the file: github, azure-devops, bamboo, bitbucket, circleci, teamcity, gitlab, linux',
    short: 't',
    aliases: ['tool-name'],
  },
  'prefix-identity': {
    value: '',
    meaning: 'write each field as IDENTITY_FIELD; also SENHASEGURA_PREFIX_IDENTITY',
  },
  'delete-variables': {
    value: '',
    meaning: 'with --tool gitlab: delete the project variables that the vault holds by now',
  },
  'environment-scope': { value: 'SCOPE', meaning: 'with --delete-variables: the scope of the variables' },
  quiet: { value: '', meaning: 'say only warnings and errors' },
  debug: {
    value: '',
    meaning: 'say every request too: method, path, status, time',
    short: 'v',
    aliases: ['verbose'],
  },
} as const satisfies Readonly<Record<string, Option>>;

export type OptionName = InputOption | keyof typeof OWN_OPTIONS;

export const OPTIONS: Readonly<Record<OptionName, Option>> = { ...INPUT_OPTIONS, ...OWN_OPTIONS };

/** The variable of the environment, and key of a config file, that stands for an option or input. */
export function variableOf(name: OptionName | InputName): string {
  return name === 'config'
    ? 'SENHASEGURA_CONFIG_FILE'
    : `SENHASEGURA_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** True for an option that is true when it stands alone. */
export function isSwitch(name: OptionName): boolean {
  return OPTIONS[name].value === '' || OPTIONS[name].value === 'true|false';
}

export function defaultOf(name: OptionName): string {
  return name in INPUT_DEFAULTS ? INPUT_DEFAULTS[name as InputName] : '';
}
