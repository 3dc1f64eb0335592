import { INPUT_DEFAULTS, type InputName, type RawInputs } from '../../input-names.js';
import { type ReadLogin, readSecretLogin } from './secret-login.js';

/** Any of these says more of the login than a client id and its secret. */
const OTHER = [
  'vault-url',
  'auth-method',
  'oidc-provider',
  'oidc-token',
  'oidc-audience',
  'oidc-exchange',
  'oidc-assertion-type',
  'token-endpoint',
  'consumer-key',
  'consumer-secret',
  'token-key',
  'token-secret',
  'access-token',
  'tenant',
  'unique-key',
] as const satisfies readonly InputName[];

/** What reads the login that these inputs mean: most jobs have a client id and its secret, and load nothing for it. */
export async function readerOfLogin(raw: RawInputs): Promise<ReadLogin> {
  if (OTHER.every((name) => raw[name] === '' || raw[name] === INPUT_DEFAULTS[name])) return readSecretLogin;
  const { readAnyLogin } = await import(/* webpackMode: "eager" */ './other-login-inputs.js');
  return readAnyLogin;
}
