import type { RawInputs } from '../../core/input-names.js';
import { INPUT_DEFAULTS, type InputName } from '../../core/input-names.js';
import { bytesInText } from '../../core/vault/connection/given-file.js';

/** Inputs that are secrets whatever they hold. */
const SECRETS = [
  'client-secret',
  'consumer-secret',
  'token-secret',
  'access-token',
  'client-key-passphrase',
  'decryption-key-passphrase',
] as const satisfies readonly InputName[];
/** Inputs that hold a key, or name the file of one. */
const KEYS = ['client-certificate', 'client-key', 'decryption-key'] as const satisfies readonly InputName[];

/** Of each login but that with a client secret: the inputs that show that it is meant, and those that are secrets. */
const OTHER_LOGINS = {
  oidc: {
    own: ['oidc-provider', 'oidc-token', 'oidc-audience', 'oidc-exchange', 'oidc-assertion-type'],
    secrets: [],
  },
  oauth1: {
    own: ['consumer-key', 'consumer-secret', 'token-key', 'token-secret'],
    secrets: ['consumer-secret', 'token-secret'],
  },
  'access-token': { own: ['access-token'], secrets: ['access-token'] },
} as const satisfies Record<string, Record<'own' | 'secrets', readonly InputName[]>>;

/** The secret inputs of the login that is meant, and whether it is that with a client secret. */
export function loginMeant(raw: RawInputs): { isBySecret: boolean; secrets: readonly InputName[] } {
  const isGiven = (name: InputName): boolean => raw[name] !== '' && raw[name] !== INPUT_DEFAULTS[name];
  const other = Object.entries(OTHER_LOGINS).find(
    ([method, { own }]) => raw['auth-method'].toLowerCase() === method || own.some(isGiven),
  );
  const isPrinted = raw['vault-url'] !== '' && raw['client-secret'] === '';
  if (other !== undefined || isPrinted) return { isBySecret: false, secrets: other?.[1].secrets ?? [] };
  return { isBySecret: true, secrets: ['client-secret'] };
}

/** What of the inputs no log may show, by the input. */
export function secretInputs(raw: RawInputs): { name: InputName; text: string }[] {
  const isWhere =
    ['file', 'env'].includes(raw['oidc-provider'].toLowerCase()) || /^[A-Za-z_]\w*$/.test(raw['oidc-token']);
  const names: InputName[] = [
    ...SECRETS,
    ...KEYS.filter((name) => isPrivate(raw[name])),
    ...(isWhere ? [] : (['oidc-token'] as const)),
  ];
  return names.flatMap((name) => (raw[name] === '' ? [] : [{ name, text: raw[name] }]));
}

/** A certificate is shown to everyone; what may hold a key is not. A path is no secret. */
function isPrivate(text: string): boolean {
  const bytes = bytesInText(text);
  if (bytes === undefined) return false;
  return bytes.includes('PRIVATE KEY-----') || !bytes.includes('-----BEGIN');
}

/** Whether no log may show an input, whatever it holds. */
export function isSecretInput(name: InputName): boolean {
  return [...SECRETS, ...KEYS, 'oidc-token'].some((each) => each === name);
}
