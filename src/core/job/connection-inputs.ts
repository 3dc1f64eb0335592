import { collect, SeguraError } from '../errors.js';
import type { RawInputs } from '../input-names.js';
import { option, say, subject } from '../text.js';
import type { AuthSettings } from '../vault/auth/auth-settings.js';
import { tokenOrigin } from '../vault/auth/token-endpoint.js';
import type { WantedConnection } from '../vault/connection/connection.js';
import { readUrl } from '../vault/connection/url.js';
import { type EnvironmentInputs, readBoolean, required } from './read-input.js';

/** Where the vault is, by either name. Errors: INPUT_MISSING, INPUT_INVALID. */
export function readVaultUrl(
  raw: Pick<RawInputs, 'url' | 'vault-url'>,
  { url = '' }: Pick<EnvironmentInputs, 'url'>,
): URL {
  // `vault-url` is what the vendor's overview calls it.
  if (raw.url !== '' && raw['vault-url'] !== '') {
    throw new SeguraError(
      'INPUT_INVALID',
      say`${subject('url')} and ${option.vaultUrl} are the same setting, and both are set.`,
      say`Leave ${option.vaultUrl} out.`,
      { about: 'url' },
    );
  }
  return readUrl(required('url', raw.url || raw['vault-url'] || url.trim()));
}

/** How the inputs want the vault at `url` to be reached, and the host of the login. Errors, in `problems`: INPUT_INVALID. */
export function readConnection(
  raw: RawInputs,
  { url, auth }: { readonly url: URL | undefined; readonly auth: AuthSettings },
  problems: SeguraError[],
): WantedConnection {
  const origin = 'parameters' in auth ? tokenOrigin(auth.parameters) : undefined;
  return {
    url,
    loginUrl: origin === undefined ? undefined : new URL(origin),
    caCertificate: raw['ca-certificate'],
    tlsVerify: collect(problems, () => readBoolean('tls-verify', raw['tls-verify'])) ?? false,
    proxy: raw.proxy,
    noProxy: raw['no-proxy'],
  };
}
