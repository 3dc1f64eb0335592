import { isGiven, LOGIN_INPUTS, type RawInputs } from '../../input-names.js';
import { type ReadLogin, readSecretLogin } from './secret-login.js';

/** Any of these says more of the login than a client id and its secret. */
const OTHER = [
  'vault-url',
  'auth-method',
  ...LOGIN_INPUTS.oidc,
  ...LOGIN_INPUTS.oauth1,
  ...LOGIN_INPUTS['access-token'],
  'token-endpoint',
  'tenant',
  'unique-key',
] as const;

/** What reads the login that these inputs mean: most jobs have a client id and its secret, and load nothing for it. */
export async function readerOfLogin(raw: RawInputs): Promise<ReadLogin> {
  if (!OTHER.some((name) => isGiven(raw, name))) return readSecretLogin;
  const { readAnyLogin } = await import(/* webpackMode: "eager" */ './other-login-inputs.js');
  return readAnyLogin;
}
