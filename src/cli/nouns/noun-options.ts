import type { Option } from '../options/login-options.js';
import { PAM_OPTIONS } from './pam-options.js';

/** The options of nouns such as `secret`. Each is unknown to every other command. */
export const NOUN_OPTIONS = {
  field: {
    value: 'NAME=SOURCE',
    meaning:
      'field to write; SOURCE is @FILE, - for standard input, or env:VARIABLE, never the value; may be repeated',
  },
  'env-file': { value: 'FILE', meaning: 'write every entry of a .env file as a field' },
  json: { value: 'FILE', meaning: 'write every member of a JSON object as a field; - is standard input' },
  expires: {
    value: 'DATE',
    meaning: "expiration date, as 2027-01-31 or '2027-01-31 18:00:00', in the time zone of the vault",
  },
  replace: { value: '', meaning: 'remove the fields that are not given' },
  engine: { value: 'NAME', meaning: 'engine of a new secret, such as Generic, GitLab or Kubernetes' },
  title: { value: 'TEXT', meaning: 'name of the secret that the vault shows' },
  description: { value: 'TEXT', meaning: 'description that the vault shows' },
  'secret-file': {
    value: 'FILE',
    meaning: 'file that gets the client secret, which only its owner can read',
  },
  identity: {
    value: 'IDENTITY',
    meaning: 'DSM secret that gets the entries (the name of the application)',
  },
  include: { value: 'NAMES', meaning: 'entries to move whatever they look like; may be repeated' },
  exclude: { value: 'NAMES', meaning: 'entries to leave where they are; may be repeated' },
  overwrite: { value: '', meaning: 'write over fields that have another value in the vault' },
  strip: {
    value: '',
    meaning: 'write the files without the secrets, once the vault has been read back and compared',
  },
  backup: {
    value: 'FOLDER',
    meaning: 'folder for the old files, outside of the checkout; only its owner can read them',
  },
  'pod-name': { value: 'NAME', meaning: 'pod that the vault provisions for (a name of its own)' },
  deploy: { value: 'NAME', meaning: 'deploy that the vault provisions for (segura-secrets)' },
  namespace: { value: 'NAME', meaning: 'namespace that the vault provisions for (segura-secrets)' },
  ...PAM_OPTIONS,
  reveal: { value: '', meaning: 'also print the values, to a terminal or with --yes' },
  'dry-run': { value: '', meaning: 'say what would be sent, with the names of fields, and send nothing' },
  yes: { value: '', meaning: 'answer every question with yes' },
  'audit-file': { value: 'FILE', meaning: 'file that gets one line for every change, without values' },
  'audit-format': { value: 'json|cef', meaning: 'format of the lines in the audit file (json)' },
} as const satisfies Readonly<Record<string, Option>>;

export type NounOption = keyof typeof NOUN_OPTIONS;

/** `--output` of a noun: the other commands write a file by it. */
export const NOUN_OUTPUT: Option = { value: 'table|json', meaning: 'format of what is printed (table)' };

/** Options of nouns that can be repeated. */
export const REPEATABLE_NOUN_OPTIONS = [
  'field',
  'include',
  'exclude',
] as const satisfies readonly NounOption[];
