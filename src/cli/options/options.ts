import { INPUT_DEFAULTS, type InputName } from '../../core/input-names.js';

/** Inputs that no option stands for: the first must never be an argument, the others only mean something to GitHub. */
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
  secrets: { value: 'LINES', meaning: "DSM requests, one a line: 'identity/field > NAME'; may be repeated" },
  credentials: { value: 'LINES', meaning: "PAM requests, one a line: 'id > NAME'; may be repeated" },
  'dsm-endpoint': { value: 'auto|sctm|dapp|api', meaning: 'where DSM secrets are listed' },
  'pam-endpoint': { value: 'auto|api|iso|coe', meaning: 'where PAM credentials are read' },
  'ca-certificate': {
    value: 'FILE',
    meaning: 'more CA certificates to trust: a PEM file, or the PEM itself',
  },
  'tls-verify': { value: 'true|false', meaning: "verify the vault's certificate" },
  proxy: { value: 'URL', meaning: 'HTTP proxy; overrides HTTPS_PROXY' },
  'no-proxy': { value: 'HOSTS', meaning: 'hosts to reach without the proxy; overrides NO_PROXY' },
  timeout: { value: 'SECONDS', meaning: 'time for one request' },
  deadline: { value: 'SECONDS', meaning: 'time for the whole fetch' },
  retries: { value: 'NUMBER', meaning: 'retries of a request' },
  'custody-wait': { value: 'SECONDS', meaning: 'time to wait for a credential that another client holds' },
  'custody-release': { value: 'true|false', meaning: 'release custody at the end' },
  'release-failure': {
    value: 'warn|fail',
    meaning: 'what exec does when custody cannot be released',
  },
  'min-mask-length': { value: 'NUMBER', meaning: 'shortest value that is redacted' },
  'mask-metadata': { value: 'true|false', meaning: 'also redact user names, host names and the like' },
  unmasked: {
    value: 'NAMES',
    meaning: 'destinations whose values stay readable, by full name, no *; may be repeated',
  },
  opaque: {
    value: 'NAMES',
    meaning:
      'destinations whose values may look encrypted (base64 of 128, 256, 384 or 512 bytes), by full name, no *; may be repeated',
  },
};

/** The options that only a command line has. */
export const OWN_OPTIONS = {
  config: {
    value: 'FILE',
    meaning: 'YAML file of settings; also SENHASEGURA_CONFIG_FILE',
    short: 'c',
  },
  'client-secret-file': {
    value: 'FILE',
    meaning:
      'file with the client secret; - is standard input, or a prompt on a terminal; also SENHASEGURA_CLIENT_SECRET_FILE',
  },
  state: { value: 'FILE', meaning: 'notes what has to be released' },
  run: {
    value: 'NAME',
    meaning: 'run of a job that the state belongs to; release accepts only a state of the same run',
  },
  format: { value: 'sh|pwsh|dotenv|json|github|azure|docker', meaning: 'who reads the assignments' },
  readers: {
    value: 'READER,...',
    meaning: 'with --format dotenv, who must read it: sh, node, npm, python, compose (all)',
  },
  output: {
    value: 'FILE',
    meaning: 'write to this file, which only its owner can read; - is standard output',
  },
  interactive: {
    value: '',
    meaning: 'for shells and REPLs: the command gets the terminal itself, and what it prints is not redacted',
  },
  online: { value: '', meaning: 'also log in and list what DSM offers; takes no custody' },
  tool: {
    value: 'TOOL',
    meaning: 'who reads the file: github, azure-devops, bamboo, bitbucket, circleci, teamcity, gitlab, linux',
    short: 't',
    aliases: ['tool-name'],
  },
  'prefix-identity': {
    value: '',
    meaning: 'write each field as IDENTITY_FIELD; also SENHASEGURA_PREFIX_IDENTITY',
  },
  'delete-variables': {
    value: '',
    meaning: 'with --tool gitlab: delete the project variables that the vault now holds',
  },
  'environment-scope': { value: 'SCOPE', meaning: 'with --delete-variables: scope of the variables' },
  quiet: { value: '', meaning: 'print only warnings and errors' },
  debug: {
    value: '',
    meaning: 'also print each request: method, path, status, time',
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

/** Options whose values are put together where they stand several times. */
export const REPEATABLE: readonly OptionName[] = ['secrets', 'credentials', 'unmasked', 'opaque', 'readers'];

/** True for an option that is true when it stands alone. */
export function isSwitch(name: OptionName): boolean {
  return OPTIONS[name].value === '' || OPTIONS[name].value === 'true|false';
}

export function defaultOf(name: OptionName): string {
  return name in INPUT_DEFAULTS ? INPUT_DEFAULTS[name as InputName] : '';
}
