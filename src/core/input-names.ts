/** The inputs of the contract, in the order of the documents, with their defaults. */
export const INPUT_DEFAULTS = {
  url: '',
  'client-id': '',
  'client-secret': '',
  'vault-url': '',
  'auth-method': '',
  'oidc-provider': 'auto',
  'oidc-token': '',
  'oidc-audience': '',
  'oidc-exchange': 'client-assertion',
  'oidc-assertion-type': 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  'token-endpoint': '',
  'client-certificate': '',
  'client-key': '',
  'client-key-passphrase': '',
  'consumer-key': '',
  'consumer-secret': '',
  'token-key': '',
  'token-secret': '',
  'access-token': '',
  'decryption-key': '',
  'decryption-key-passphrase': '',
  tenant: '',
  'unique-key': '',
  application: '',
  system: '',
  environment: '',
  secrets: '',
  credentials: '',
  dynamic: '',
  'ssh-keys': '',
  'known-hosts': '',
  mysafe: '',
  inject: '',
  'inject-format': '',
  'inject-namespaces': '',
  'inject-restore': 'true',
  templates: '',
  'template-delimiters': '',
  save: '',
  'export-env': 'false',
  'dsm-endpoint': 'auto',
  'pam-endpoint': 'auto',
  'ca-certificate': '',
  'tls-verify': 'true',
  proxy: '',
  'no-proxy': '',
  timeout: '30',
  deadline: '120',
  retries: '4',
  'custody-wait': '0',
  'custody-release': 'true',
  'release-failure': 'warn',
  'min-mask-length': '4',
  'mask-metadata': 'false',
  unmasked: '',
  opaque: '',
  summary: 'true',
} as const;

export type InputName = keyof typeof INPUT_DEFAULTS;
export type RawInputs = Readonly<Record<InputName, string>>;

/**
 * Each way to log in, with the inputs that only it reads: any of them shows which way is meant.
 */
export const LOGIN_INPUTS = {
  'client-secret': ['client-secret'],
  oidc: ['oidc-provider', 'oidc-token', 'oidc-audience', 'oidc-exchange', 'oidc-assertion-type'],
  oauth1: ['consumer-key', 'consumer-secret', 'token-key', 'token-secret'],
  'access-token': ['access-token'],
} as const satisfies Readonly<Record<string, readonly InputName[]>>;

/** Inputs that are secrets whatever they hold. */
export const SECRET_INPUTS = [
  'client-secret',
  'consumer-secret',
  'token-secret',
  'access-token',
  'client-key-passphrase',
  'decryption-key-passphrase',
] as const satisfies readonly InputName[];

/** Inputs that hold a key or a certificate, or name its file. */
export const KEY_INPUTS = [
  'client-certificate',
  'client-key',
  'decryption-key',
] as const satisfies readonly InputName[];

export function isSecretInput(name: InputName): name is (typeof SECRET_INPUTS)[number] {
  return SECRET_INPUTS.some((each) => each === name);
}

/** Whether an input says something: a surface may fill in the default where nothing was written. */
export function isGiven(raw: RawInputs, name: InputName): boolean {
  return raw[name] !== '' && raw[name] !== INPUT_DEFAULTS[name];
}

type Camel<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : S;

/** An input as an option of a library: `client-id` is `clientId`. */
export type OptionKey = Camel<InputName>;

export function optionKey<N extends InputName>(name: N): Camel<N> {
  return name.replaceAll(/-(\w)/g, (_match, letter: string) => letter.toUpperCase()) as Camel<N>;
}

export function inputName(key: OptionKey): InputName {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) as InputName;
}
