import { FEDERATION_PROBLEMS, FEDERATION_TOKEN_REFUSED, type FederationProblem } from './assumptions.js';
import { claimed } from './client-credentials.js';
import type { Exchange } from './exchange.js';
import type { ExchangeName } from './federation-options.js';
import { formFields, repeatedField } from './fields.js';
import { readJwt } from './jwt.js';
import { json, Refused } from './reply.js';
import type { World } from './world.js';

const GRANTS: Readonly<Record<string, ExchangeName>> = {
  client_credentials: 'client-assertion',
  'urn:ietf:params:oauth:grant-type:jwt-bearer': 'jwt-bearer',
  'urn:ietf:params:oauth:grant-type:token-exchange': 'token-exchange',
};
const TOKEN_FIELD: Readonly<Record<ExchangeName, string>> = {
  'client-assertion': 'client_assertion',
  'jwt-bearer': 'assertion',
  'token-exchange': 'subject_token',
};
const TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:';
export const ACCESS_TOKEN = `${TOKEN_TYPE}access_token`;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:';
/** Source: draft-ietf-oauth-spiffe-client-auth. */
const SPIFFE_TYPE = `${ASSERTION_TYPE}jwt-spiffe`;

/** An identity token, and the request that presents it. */
export interface Presented {
  readonly way: ExchangeName;
  readonly form: Readonly<Record<string, string>>;
  readonly token: string;
  /** Absent: the token says which client it is for. */
  readonly clientId: string | undefined;
}

/** What a token request presents; undefined when this vault does not know the exchange. */
export function presentedBy({ settings }: World, exchange: Exchange): Presented | undefined {
  const form = formFields(exchange);
  const grant = form['grant_type'] ?? '';
  const way = Object.hasOwn(GRANTS, grant) ? GRANTS[grant] : undefined;
  if (way === undefined || !settings.federation.exchanges.includes(way)) return undefined;
  if (
    way === 'client-assertion' &&
    form['client_assertion'] === undefined &&
    form['client_assertion_type'] === undefined
  ) {
    return undefined;
  }
  const clientId = claimed('both', exchange).clientId || undefined;
  return { way, form, token: form[TOKEN_FIELD[way]] ?? '', clientId };
}

/** The identity tokens of a request, taken or not: they are secrets. */
export function sentTokens(exchange: Exchange): string[] {
  const form = formFields(exchange);
  return Object.values(TOKEN_FIELD).flatMap((name) => {
    const token = form[name];
    return token !== undefined && readJwt(token) !== undefined ? [token] : [];
  });
}

/** What is wrong with the request, whatever its token is. Source: RFC 6749 sections 3.2 and 5.2; RFC 7521 section 4. */
export function checkRequest(presented: Presented, exchange: Exchange, world: World): void {
  const { way, form, token } = presented;
  if (repeatedField(exchange)) throw refused('invalid_request', 'repeated');
  if (token === '') throw refused('invalid_request', 'tokenMissing');
  if (way === 'client-assertion') {
    const type = form['client_assertion_type'] ?? '';
    if (type === '') throw refused('invalid_request', 'typeMissing');
    if (type !== `${ASSERTION_TYPE}jwt-bearer` && type !== SPIFFE_TYPE) {
      throw refused('invalid_client', 'assertionType');
    }
  }
  if (way === 'token-exchange') {
    const type = form['subject_token_type'] ?? '';
    if (type === '') throw refused('invalid_request', 'typeMissing');
    if (![`${TOKEN_TYPE}jwt`, `${TOKEN_TYPE}id_token`].includes(type)) {
      throw refused('invalid_request', 'subjectTokenType');
    }
    if ((form['requested_token_type'] ?? ACCESS_TOKEN) !== ACCESS_TOKEN) {
      throw refused('invalid_request', 'requestedTokenType');
    }
    if (form['actor_token'] !== undefined || form['actor_token_type'] !== undefined) {
      throw refused('invalid_request', 'actorToken');
    }
  }
  checkSecret(presented, exchange, world);
}

/** With an assertion, no other client authentication is allowed. With a grant it is optional, but must be right. */
function checkSecret({ way, clientId }: Presented, exchange: Exchange, { data }: World): void {
  const { clientSecret } = claimed('both', exchange);
  if (clientSecret === undefined) return;
  if (way === 'client-assertion') throw refused('invalid_request', 'twoMethods');
  const client = data.authorizations.find((candidate) => candidate.clientId === clientId);
  if (clientSecret === '' || client?.clientSecret !== clientSecret) throw refused('invalid_client', 'client');
}

export function isSpiffe({ way, form }: Presented): boolean {
  return way === 'client-assertion' && form['client_assertion_type'] === SPIFFE_TYPE;
}

/** A token that is not accepted. Source: RFC 7521 sections 4.1.1 and 4.2.1; RFC 8693 section 2.2.2. */
export function refusedToken(way: ExchangeName, problem: FederationProblem): Refused {
  return refused(FEDERATION_TOKEN_REFUSED[way], problem);
}

/** Source: RFC 6749 section 5.2: 400, or 401 for a client that is not authenticated. */
export function refused(
  error: 'invalid_request' | 'invalid_client' | 'invalid_grant',
  problem: FederationProblem,
): Refused {
  const description = FEDERATION_PROBLEMS[problem];
  return new Refused(json(error === 'invalid_client' ? 401 : 400, { error, error_description: description }));
}
