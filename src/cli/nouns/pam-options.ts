import type { Option } from '../options/login-options.js';

/** The options of the nouns of PAM Core and of MySafe. */
export const PAM_OPTIONS = {
  password: { value: 'SOURCE', meaning: 'password to write; SOURCE is @FILE, -, or env:VARIABLE' },
  additional: { value: 'SOURCE', meaning: 'additional information to write; SOURCE as for --password' },
  content: { value: 'SOURCE', meaning: 'content of protected information; SOURCE as for --password' },
  identifier: { value: 'NAME', meaning: 'identifier of the item in the vault' },
  username: { value: 'NAME', meaning: 'user name of the credential' },
  hostname: { value: 'NAME', meaning: 'host name of the device' },
  ip: { value: 'ADDRESS', meaning: 'address of the device' },
  type: { value: 'TEXT', meaning: "type, as the vault names it, such as 'Local User' or Server" },
  vendor: { value: 'TEXT', meaning: 'vendor of the device' },
  model: { value: 'TEXT', meaning: 'model of the device' },
  site: { value: 'TEXT', meaning: 'site of the device' },
  connectivities: { value: 'LIST', meaning: "protocols with their ports, as 'SSH:22, HTTPS:443'" },
  domain: { value: 'NAME', meaning: 'domain that the vault knows' },
  tags: { value: 'TEXT', meaning: 'tags, with commas between them; replaces those that are there' },
  kind: { value: 'password|note|api', meaning: 'only items of this kind (all)' },
  tag: { value: 'NAME', meaning: 'only items with this tag' },
  new: { value: '', meaning: 'give it a new password of our own making, tried by --verify' },
  verify: {
    value: 'COMMAND',
    meaning: 'command for the shell that sets what is new where it is used, and tries it; it may run again',
  },
  length: { value: 'NUMBER', meaning: 'length of a new password, 12 to 64 (32)' },
  classes: { value: 'LIST', meaning: 'characters of a new password (lower,upper,digits,special)' },
  'no-ambiguous': { value: '', meaning: 'leave out 0, O, o, 1, l and I' },
  prefix: { value: 'NAME', meaning: 'before the names of the variables (CREDENTIAL_)' },
} as const satisfies Readonly<Record<string, Option>>;
