import { SeguraError } from '../core/errors.js';
import { option, say, subject, type Text } from '../core/text.js';
import type { Connection } from '../core/vault/connection/connection.js';
import { proxyUrl } from '../core/vault/connection/proxy-url.js';
import { passesBy } from './no-proxy.js';

/** The environment variables for a proxy. Lower case wins, as in curl. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/** The address of the vault, and the settings that decide how to reach it. */
export interface ProxyParts {
  /** The address of the vault; undefined if it is not valid. */
  readonly url: URL | undefined;
  /** Another host at which the job logs in. */
  readonly loginUrl?: URL | undefined;
  readonly input: string;
  readonly noProxy: string;
  readonly environment: ProxyEnvironment;
}

/**
 * The proxy for a vault, as a URL with its user and password; undefined for none, and if `noProxy` covers the vault and the
 * host at which the job logs in: a proxy that is not used is not checked.
 *
 * Errors: INPUT_INVALID, without the text, which may hold a password.
 */
export function resolveProxy({ url, loginUrl, input, noProxy, environment }: ProxyParts): string | undefined {
  // Plain http is only for loopback: through a proxy, the credentials would leave this machine in clear text.
  if (url !== undefined && isDirect(url) && input !== '' && loginUrl === undefined) {
    throw new SeguraError(
      'INPUT_INVALID',
      say`A vault with an http: URL is on this machine, so ${option.proxy} cannot be used for it.`,
      say`Leave ${option.proxy} out, or use an https URL.`,
    );
  }
  const value = input || (environment['https_proxy'] ?? environment['HTTPS_PROXY'] ?? '');
  const isUnused =
    url !== undefined && [url, loginUrl ?? url].every((each) => isDirect(each) || passesBy(noProxy, each));
  if (value === '' || isUnused) return undefined;
  return readProxy(input === '' ? 'Environment variable HTTPS_PROXY' : subject('proxy'), value);
}

/** Whether a host is never reached through a proxy, whatever NO_PROXY says. */
export function isDirect(url: URL): boolean {
  return url.protocol === 'http:';
}

export function resolveNoProxy(input: string, environment: ProxyEnvironment): string {
  return input || (environment['no_proxy'] ?? environment['NO_PROXY'] ?? '');
}

function readProxy(where: Text, text: string): string {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (proxyUrl(full) !== undefined) return full;
  throw new SeguraError(
    'INPUT_INVALID',
    say`${where} is not a valid HTTP proxy URL.`,
    'Write http://user:password@proxy.example.com:3128, with special characters in the user name and password as %XX.',
  );
}

/** The address of a proxy without its user, and the header for its user and password. */
export interface ProxyAddress {
  readonly address: URL;
  readonly authorization: string | undefined;
}

export function proxyAddress(proxy: string | undefined): ProxyAddress | undefined {
  if (proxy === undefined || proxy === '') return undefined;
  const address = new URL(proxy);
  const user = decodeURIComponent(address.username);
  const password = decodeURIComponent(address.password);
  address.username = '';
  address.password = '';
  const pair = Buffer.from(`${user}:${password}`).toString('base64');
  return { address, authorization: user === '' && password === '' ? undefined : `Basic ${pair}` };
}

/** The secret parts of a proxy URL: its password, as written and decoded, and together with its user. */
export function proxySecretsOf(proxy: string | undefined): { value: string; user?: string }[] {
  if (proxy === undefined) return [];
  const { username, password } = new URL(proxy);
  // A token in place of a user name is as secret as a password. Programs may print the URL as it was written.
  const written = /^[^/]*\/\/(.*)@/.exec(proxy)?.[1] ?? '';
  const [, writtenPassword = ''] = /:(.*)$/s.exec(written) ?? [];
  const user = decodeURIComponent(username);
  if (password === '') return user === '' ? [] : [{ value: user }, { value: written }];
  return [{ value: password }, { value: writtenPassword }, { value: decodeURIComponent(password), user }];
}

/** The secrets of a connection: the login of its proxy, the key of its certificate and the passphrase. */
export function connectionSecretsOf({
  proxy,
  clientCertificate,
}: Pick<Connection, 'proxy' | 'clientCertificate'>): { value: string; user?: string }[] {
  const ofProxy = proxySecretsOf(proxy);
  if (clientCertificate === undefined) return ofProxy;
  const { passphrase } = clientCertificate;
  const key = 'pfx' in clientCertificate ? clientCertificate.pfx : clientCertificate.key;
  return [...ofProxy, { value: key }, ...(passphrase === undefined ? [] : [{ value: passphrase }])];
}
