import { IDENTITY_EXCHANGES } from '../../assumptions.js';
import { collect, SeguraError } from '../../errors.js';
import {
  INPUT_DEFAULTS,
  type InputName,
  isGiven,
  LOGIN_INPUTS,
  optionKey,
  type RawInputs,
} from '../../input-names.js';
import { Secret } from '../../secret.js';
import { joined, option, say, setting, settings, subject } from '../../text.js';
import {
  AUTH_METHODS,
  type AuthMethod,
  type AuthSettings,
  IDENTITY_PROVIDERS,
  type IdentityExchange,
  type LoginParameters,
} from '../../vault/auth/auth-settings.js';
import { readChoice, required } from '../read-input.js';
import { type LoginFallbacks, readSecretLogin } from './secret-login.js';
import { readTokenEndpoint } from './token-endpoint.js';

const OWN: Readonly<Record<AuthMethod, readonly InputName[]>> = LOGIN_INPUTS;

/**
 * How the job logs in, as the inputs say it or make it certain.
 *
 * Errors, in `problems`: INPUT_MISSING, INPUT_INVALID for what contradicts, FORK_WITHOUT_SECRETS.
 */
export function readAnyLogin(
  raw: RawInputs,
  fallbacks: LoginFallbacks,
  problems: SeguraError[],
  vault?: URL,
): AuthSettings {
  const method = collect(problems, () => methodOf(raw, fallbacks));
  // What a way lacks is told once it is certain which one is meant.
  if (method === undefined) return { method: 'access-token', token: new Secret('') };
  const { isUnused = false } = fallbacks;
  const clientId = raw['client-id'] || fallbacks.clientId?.trim() || '';
  switch (method) {
    case 'client-secret':
      return {
        ...readSecretLogin(raw, fallbacks, problems),
        parameters: readParameters(raw, vault, problems),
      };
    case 'oidc': {
      const choice = <T extends string>(name: InputName, all: readonly T[]): T =>
        collect(problems, () => readChoice(name, raw[name], all)) ?? (all[0] as T);
      const provider = choice('oidc-provider', IDENTITY_PROVIDERS);
      const token = raw['oidc-token'];
      if (!isUnused && provider === 'env' && token === '') problems.push(variableMissing());
      const identity = { provider, token: new Secret(token), audience: raw['oidc-audience'] };
      const exchange = choice('oidc-exchange', Object.keys(IDENTITY_EXCHANGES) as IdentityExchange[]);
      const assertionType = raw['oidc-assertion-type'] || INPUT_DEFAULTS['oidc-assertion-type'];
      const parameters = readParameters(raw, vault, problems);
      return { method, clientId, identity, exchange, assertionType, parameters };
    }
    case 'oauth1': {
      rejectParameters(raw, method, problems);
      if (!isUnused) for (const name of OWN.oauth1) collect(problems, () => required(name, raw[name]));
      const secret = (name: InputName): Secret => new Secret(raw[name]);
      const [consumerSecret, tokenSecret] = [secret('consumer-secret'), secret('token-secret')];
      const keys = {
        consumerKey: raw['consumer-key'],
        consumerSecret,
        tokenKey: raw['token-key'],
        tokenSecret,
      };
      return { method, keys, ...ofRegistration(raw) };
    }
    case 'access-token':
      rejectParameters(raw, method, problems);
      if (!isUnused || raw['access-token'] !== '') collect(problems, () => readBearer(raw['access-token']));
      return { method, token: new Secret(raw['access-token']), ...ofRegistration(raw) };
  }
}

/**
 * The way that is named, or the one that an input belongs to. With neither it is the client secret, unless the vault is
 * addressed as `vault-url` and no client secret is there: so the workflow that the vendor prints means an identity token.
 */
function methodOf(raw: RawInputs, { clientSecret = '' }: LoginFallbacks): AuthMethod {
  const meant = AUTH_METHODS.filter((method) => OWN[method].some((name) => isGiven(raw, name)));
  const named =
    raw['auth-method'] === '' ? undefined : readChoice('auth-method', raw['auth-method'], AUTH_METHODS);
  const [first, second] = named === undefined ? meant : [named, meant.find((method) => method !== named)];
  if (second !== undefined && first !== undefined) throw contradiction(raw, first, second, named);
  if (first !== undefined) return first;
  return raw['vault-url'] !== '' && clientSecret.trim() === '' ? 'oidc' : 'client-secret';
}

function contradiction(
  raw: RawInputs,
  first: AuthMethod,
  second: AuthMethod,
  named: AuthMethod | undefined,
): SeguraError {
  const given = OWN[second].filter((name) => isGiven(raw, name)).map((name) => option[optionKey(name)]);
  const own = OWN[first].filter((name) => isGiven(raw, name)).map((name) => option[optionKey(name)]);
  const beside =
    named === undefined
      ? joined(own, ' and ')
      : settings('value', { key: 'authMethod', value: named, isBare: true });
  return new SeguraError(
    'INPUT_INVALID',
    say`${joined(given, ' and ')} and ${beside} are for different ways to log in (${second}, ${first}).`,
    say`Leave one of them out, or ${settings('set', { key: 'authMethod', value: second, isBare: true })} without the other.`,
    { about: 'authMethod' },
  );
}

/** Errors: INPUT_MISSING, INPUT_INVALID for what no header can hold, without the text. Source: RFC 6750 section 2.1. */
function readBearer(text: string): void {
  if (/^[\x21-\x7e]+$/.test(required('access-token', text))) return;
  throw new SeguraError(
    'INPUT_INVALID',
    say`${subject('accessToken')} has characters that no access token has.`,
    'An access token is one line of printable characters without spaces: give what the vault issued, without quotes and line ends.',
    { about: 'accessToken' },
  );
}

function variableMissing(): SeguraError {
  return new SeguraError(
    'INPUT_MISSING',
    say`${subject('oidcToken')} is empty.`,
    say`Name the variable that holds the identity token: ${settings('inside', setting('oidcToken', 'SEGURA_ID_TOKEN'))}`,
    { about: 'oidcToken' },
  );
}

function readParameters(raw: RawInputs, vault: URL | undefined, problems: SeguraError[]): LoginParameters {
  const tokenEndpoint = collect(problems, () => readTokenEndpoint(raw['token-endpoint'], vault)) ?? '';
  return { tokenEndpoint, tenant: raw.tenant, uniqueKey: raw['unique-key'] };
}

/** These are sent with a login, which the other ways do not make. */
function rejectParameters(raw: RawInputs, method: AuthMethod, problems: SeguraError[]): void {
  for (const name of ['token-endpoint', 'tenant'] as const) {
    if (raw[name] === '') continue;
    const key = optionKey(name);
    problems.push(
      new SeguraError(
        'INPUT_INVALID',
        say`${subject(key)} is sent only when the job logs in, and ${settings('value', { key: 'authMethod', value: method, isBare: true })} needs no login.`,
        say`Leave ${option[key]} out.`,
        { about: key },
      ),
    );
  }
}

/** Without a login it is sent only where an application is registered. */
function ofRegistration(raw: RawInputs): { readonly uniqueKey?: string } {
  return raw['unique-key'] === '' ? {} : { uniqueKey: raw['unique-key'] };
}
