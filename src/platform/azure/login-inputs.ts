import {
  type InputName,
  isGiven,
  isSecretInput,
  KEY_INPUTS,
  LOGIN_INPUTS,
  type RawInputs,
  SECRET_INPUTS,
} from '../../core/input-names.js';
import { bytesInText } from '../../core/vault/connection/given-file.js';

/** The secret inputs of the login that the inputs select, and whether that login uses a client secret. */
export function loginMeant(raw: RawInputs): { isBySecret: boolean; secrets: readonly InputName[] } {
  const { 'client-secret': bySecret, ...others } = LOGIN_INPUTS;
  const other = Object.entries(others).find(
    ([method, own]) => raw['auth-method'].toLowerCase() === method || own.some((name) => isGiven(raw, name)),
  );
  const isPrinted = raw['vault-url'] !== '' && raw['client-secret'] === '';
  if (other !== undefined || isPrinted)
    return { isBySecret: false, secrets: other?.[1].filter(isSecretInput) ?? [] };
  return { isBySecret: true, secrets: bySecret };
}

/** The secret texts in the inputs, with their inputs. No log may show them. */
export function secretInputs(raw: RawInputs): { name: InputName; text: string }[] {
  const isWhere =
    ['file', 'env'].includes(raw['oidc-provider'].toLowerCase()) || /^[A-Za-z_]\w*$/.test(raw['oidc-token']);
  const names: InputName[] = [
    ...SECRET_INPUTS,
    ...KEY_INPUTS.filter((name) => isPrivate(raw[name])),
    ...(isWhere ? [] : (['oidc-token'] as const)),
  ];
  return names.flatMap((name) => (raw[name] === '' ? [] : [{ name, text: raw[name] }]));
}

/** A certificate is public, but a text that may contain a key is secret. A path is not secret. */
function isPrivate(text: string): boolean {
  const bytes = bytesInText(text);
  if (bytes === undefined) return false;
  return bytes.includes('PRIVATE KEY-----') || !bytes.includes('-----BEGIN');
}

/** Whether an input may hold a secret: then a message does not repeat it. */
export function mayHoldSecret(name: InputName): boolean {
  return [...SECRET_INPUTS, ...KEY_INPUTS, 'oidc-token'].some((each) => each === name);
}
