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
