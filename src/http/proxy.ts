import { SeguraError } from '../core/errors.js';

/** Environment variables that name a proxy; lower case wins, as in curl. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a vault at a URL of `protocol`, as a URL with its user and password; undefined for none.
 *
 * Errors: INPUT_INVALID, without the text, which may hold a password.
 */
export function resolveProxy(
  input: string,
  protocol: string | undefined,
  environment: ProxyEnvironment,
): string | undefined {
  // Plain http is for loopback alone: through a proxy the credentials would leave this machine in clear.
  if (protocol === 'http:') {
    if (input === '') return undefined;
    throw new SeguraError(
      'INPUT_INVALID',
      'A vault at http: is on this machine, and no "proxy" is used for it.',
      'Leave "proxy" out, or use an https url.',
    );
  }
  if (input !== '') return readProxy('Input "proxy"', input);
  const value = environment['https_proxy'] ?? environment['HTTPS_PROXY'] ?? '';
  return value === '' ? undefined : readProxy('Environment variable HTTPS_PROXY', value);
}

export function resolveNoProxy(input: string, environment: ProxyEnvironment): string {
  return input || (environment['no_proxy'] ?? environment['NO_PROXY'] ?? '');
}

function readProxy(where: string, text: string): string {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:') && canDecode(url))
    return full;
  throw new SeguraError(
    'INPUT_INVALID',
    `${where} is no address of an HTTP proxy.`,
    'Write http://user:password@proxy.example.com:3128, special characters of user and password as %XX.',
  );
}

function canDecode(url: URL): boolean {
  try {
    decodeURIComponent(url.username + url.password);
    return true;
  } catch {
    return false;
  }
}

/** The address of a proxy by itself, and the header that its user and password make. */
export function withoutUser(proxy: string | undefined): { uri: string; authorization: string | undefined } {
  if (proxy === undefined) return { uri: '', authorization: undefined };
  const url = new URL(proxy);
  const user = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  url.username = '';
  url.password = '';
  const pair = Buffer.from(`${user}:${password}`).toString('base64');
  return { uri: url.href, authorization: user === '' && password === '' ? undefined : `Basic ${pair}` };
}

/** What must not be shown of a proxy's address: its password as it is written and decoded, and with its user. */
export function proxySecretsOf(proxy: string | undefined): { value: string; user?: string }[] {
  if (proxy === undefined) return [];
  const { username, password } = new URL(proxy);
  // A token in place of a user name is as secret as a password; the address may be printed as it was written.
  const written = /^[^/]*\/\/(.*)@/.exec(proxy)?.[1] ?? '';
  const [, writtenPassword = ''] = /:(.*)$/s.exec(written) ?? [];
  const user = decodeURIComponent(username);
  if (password === '') return user === '' ? [] : [{ value: user }, { value: written }];
  return [{ value: password }, { value: writtenPassword }, { value: decodeURIComponent(password), user }];
}
