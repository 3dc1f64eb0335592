import type { Answer, Exchange } from '../exchange.js';
import type { LoginParameters } from './auth-settings.js';

const TOKEN_PATH = '/iso/oauth2/token';

/** The path of the token endpoint at its host. */
export function tokenPath({ tokenEndpoint }: LoginParameters): string {
  if (tokenEndpoint === '') return TOKEN_PATH;
  return tokenEndpoint.startsWith('/') ? tokenEndpoint : new URL(tokenEndpoint).pathname;
}

/** The origin of a token endpoint on another host than the vault's; undefined where the vault itself has it. */
export function tokenOrigin({ tokenEndpoint }: LoginParameters): string | undefined {
  return tokenEndpoint === '' || tokenEndpoint.startsWith('/') ? undefined : new URL(tokenEndpoint).origin;
}

/** The token endpoint as a message names it: with its host where that is not the vault's. */
export function endpointName(parameters: LoginParameters): string {
  return `POST ${tokenOrigin(parameters) ?? ''}${tokenPath(parameters)}`;
}

/** What `logIn` gives; where it fails at another host than the vault's, the error names that host. */
export async function namingHost<T>(parameters: LoginParameters, logIn: () => Promise<T>): Promise<T> {
  const origin = tokenOrigin(parameters);
  if (origin === undefined) return logIn();
  try {
    return await logIn();
  } catch (error) {
    const { ofAnotherHost } = await import(/* webpackMode: "eager" */ '../errors/other-host.js');
    throw ofAnotherHost(error, new URL(origin));
  }
}

/**
 * What goes with every login. Source: docs.senhasegura.io v3-33 "A2A first steps" for `tenant`; v3-32 "Reference for
 * authorization by application" for `unique_key`.
 */
export function loginFields({ tenant, uniqueKey }: LoginParameters): Record<string, string> {
  return {
    ...(tenant === '' ? {} : { tenant }),
    ...(uniqueKey === '' ? {} : { unique_key: uniqueKey }),
  };
}

type Form = Readonly<Record<string, string>>;

/**
 * Asks a token endpoint, as a form. `nextForm` makes the form of a try that follows one that may have been carried out.
 * Errors: those of Exchange and of `nextForm`.
 */
export function postToken(
  exchange: Exchange,
  path: string,
  form: Form,
  headers: Form = {},
  nextForm?: () => Promise<Form>,
): Promise<Answer> {
  const bodyOf = (fields: Form): string => new URLSearchParams(fields).toString();
  return exchange.send({
    method: 'POST',
    path,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      ...headers,
    },
    body: bodyOf(form),
    ...(nextForm === undefined ? {} : { nextBody: async () => bodyOf(await nextForm()) }),
  });
}
