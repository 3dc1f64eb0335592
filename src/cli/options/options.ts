import type { InputName, SECRET_INPUTS } from '../../core/input-names.js';
import { NOUN_OPTIONS, REPEATABLE_NOUN_OPTIONS } from '../nouns/noun-options.js';
import { FILE_OPTIONS } from './file-options.js';
import { LOGIN_OPTIONS, type Option } from './login-options.js';

export type { Option };

/** Inputs without an option: secrets, and those that only apply to GitHub. */
type NoOption = (typeof SECRET_INPUTS)[number] | 'export-env' | 'summary';
export type InputOption = Exclude<InputName, NoOption>;

/** The options that are also inputs, with the same names and meanings. */
export const INPUT_OPTIONS: Readonly<Record<InputOption, Option>> = {
  url: { value: 'URL', meaning: 'base URL of the vault' },
  'client-id': { value: 'ID', meaning: 'OAuth 2.0 client id of the authorization' },
  ...LOGIN_OPTIONS,
  application: {
    value: 'NAME',
    meaning: 'DSM application; set it together with --system and --environment',
    short: 'a',
    aliases: ['app-name'],
  },
  system: { value: 'NAME', meaning: 'system of the DSM application', short: 's' },
  environment: { value: 'NAME', meaning: 'environment of the DSM application', short: 'e' },
  secrets: {
    value: 'LINES',
    meaning: "DSM requests, one per line: 'identity/field > NAME'; may be repeated",
  },
  credentials: { value: 'LINES', meaning: "PAM requests, one per line: 'id > NAME'; may be repeated" },
  dynamic: { value: 'LINES', meaning: "dynamic secrets: 'identity/field > NAME'; may be repeated" },
  'ssh-keys': {
    value: 'LINES',
    meaning: "SSH keys, one request per line: 'id > ssh-agent:' or 'id > file:PATH'; may be repeated",
  },
  'known-hosts': {
    value: 'LINES',
    meaning: 'lines of known hosts for git, ssh and scp; may be repeated',
  },
  mysafe: {
    value: 'LINES',
    meaning: "items of MySafe, one request per line: 'password:NAME > NAME'; may be repeated",
  },
  ...FILE_OPTIONS,
  save: {
    value: 'LINES',
    meaning:
      "values to write into DSM secrets, one per line: 'NAME > identity/field' or 'file:PATH > identity/field'; may be repeated",
  },
  'dsm-endpoint': { value: 'auto|sctm|dapp|api', meaning: 'vault endpoint that lists DSM secrets' },
  'pam-endpoint': { value: 'auto|api|iso|coe', meaning: 'vault endpoint that returns PAM credentials' },
  'ca-certificate': {
    value: 'FILE',
    meaning: 'additional CA certificates to trust: a PEM file, PEM text, or base64 of it',
  },
  'tls-verify': { value: 'true|false', meaning: 'verify the TLS certificate of the vault' },
  proxy: { value: 'URL', meaning: 'HTTP proxy URL; overrides HTTPS_PROXY' },
  'no-proxy': { value: 'HOSTS', meaning: 'hosts to reach without the proxy; overrides NO_PROXY' },
  timeout: { value: 'SECONDS', meaning: 'maximum time for one request' },
  deadline: { value: 'SECONDS', meaning: 'maximum time for the whole fetch' },
  retries: { value: 'NUMBER', meaning: 'maximum number of retries per request' },
  'custody-wait': {
    value: 'SECONDS',
    meaning: 'maximum time to wait for a credential that another client holds',
  },
  'custody-release': { value: 'true|false', meaning: 'release custody at the end' },
  'release-failure': {
    value: 'warn|fail',
    meaning:
      'what exec, or inject with a command, does when custody cannot be released: warn, or fail with exit code 125; other commands ignore it',
  },
  'min-mask-length': { value: 'NUMBER', meaning: 'minimum length of a value to redact' },
  'mask-metadata': {
    value: 'true|false',
    meaning: 'also redact metadata, such as user names, host names and ports',
  },
  unmasked: {
    value: 'NAMES',
    meaning: 'destinations whose values are not redacted; full names, no *; may be repeated',
  },
  opaque: {
    value: 'NAMES',
    meaning:
      'destinations whose values may look encrypted (base64 of 128, 256, 384 or 512 bytes); full names, no *; may be repeated',
  },
};

/** The options that exist only on the command line. */
export const OWN_OPTIONS = {
  config: {
    value: 'FILE',
    meaning: 'YAML file with settings; or set SENHASEGURA_CONFIG_FILE',
    short: 'c',
  },
  'client-secret-file': {
    value: 'FILE',
    meaning:
      'file that contains the client secret; - reads standard input, or prompts on a terminal; or set SENHASEGURA_CLIENT_SECRET_FILE',
  },
  state: { value: 'FILE', meaning: 'file that records what to release' },
  run: {
    value: 'NAME',
    meaning: 'name of this run; release accepts the state only with the same name',
  },
  format: { value: 'sh|pwsh|dotenv|json|github|azure|docker', meaning: 'format of the assignments' },
  readers: {
    value: 'READER,...',
    meaning: 'programs that read the dotenv file: sh, node, npm, python, compose (all)',
  },
  output: {
    value: 'FILE',
    meaning: 'file to write, which only its owner can read; - is standard output',
  },
  'in-file': {
    value: 'FILE',
    meaning: 'template to make one file from; with --inject, the file that gets values',
  },
  stdin: { value: '', meaning: 'read the template from standard input' },
  'out-file': {
    value: 'FILE',
    meaning: 'file to write, which only its owner can read; - is standard output, also of a terminal',
  },
  interactive: {
    value: '',
    meaning: 'connect the command to the terminal, for shells and REPLs; its output is not redacted',
  },
  online: { value: '', meaning: 'also log in and read the list of DSM secrets; takes no custody' },
  tool: {
    value: 'TOOL',
    meaning:
      'tool that reads the file: github, azure-devops, bamboo, bitbucket, circleci, teamcity, gitlab, linux',
    short: 't',
    aliases: ['tool-name'],
  },
  'prefix-identity': {
    value: '',
    meaning: 'name each variable IDENTITY_FIELD; or set SENHASEGURA_PREFIX_IDENTITY',
  },
  'delete-variables': {
    value: '',
    meaning: 'delete the project variables that the vault now holds; only with --tool gitlab',
  },
  'environment-scope': {
    value: 'SCOPE',
    meaning: 'environment scope of the project variables; only with --delete-variables',
  },
  ...NOUN_OPTIONS,
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

/** The environment variable for an option or input, which is also its key in a config file. */
export function variableOf(name: OptionName | InputName): string {
  return name === 'config'
    ? 'SENHASEGURA_CONFIG_FILE'
    : `SENHASEGURA_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** Options that can be repeated: their values are joined. */
export const REPEATABLE: readonly OptionName[] = [
  'secrets',
  'credentials',
  'dynamic',
  'ssh-keys',
  'known-hosts',
  'mysafe',
  'inject',
  'inject-format',
  'inject-namespaces',
  'templates',
  'save',
  'unmasked',
  'opaque',
  'readers',
  ...REPEATABLE_NOUN_OPTIONS,
];

/** True for an option that can stand without a value, which makes it true. */
export function isSwitch(name: OptionName): boolean {
  return OPTIONS[name].value === '' || OPTIONS[name].value === 'true|false';
}

/** Says to an exec inside that one around it has taken away what it logged in with. */
export const REMOVED_BY_OUTER = 'SENHASEGURA_OUTER_EXEC';
