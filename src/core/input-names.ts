/** The inputs of the contract, in the order of the documents, with their defaults. */
export const INPUT_DEFAULTS = {
  url: '',
  'client-id': '',
  'client-secret': '',
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
