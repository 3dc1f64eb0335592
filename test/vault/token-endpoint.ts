import {
  CLIENT_ID_MISSING,
  CLIENT_REFUSED,
  GRANT_REFUSED,
  IP_DENIED,
  LOGIN_TTL_SETS_LIFETIME_SECONDS,
} from './assumptions.js';
import { isInactive, mayCallFrom } from './authorization.js';
import { checkLoginCertificate } from './client-certificate.js';
import { claimed } from './client-credentials.js';
import type { Authorization } from './data.js';
import type { Exchange } from './exchange.js';
import { federatedCaller, federatedClient } from './federation.js';
import { formFields } from './fields.js';
import { json, Refused, type Reply } from './reply.js';
import { clientsOfTenant } from './tenants.js';
import type { World } from './world.js';

/**
 * POST …/oauth2/token: the client in the body or in Basic; a Bearer on this endpoint is ignored.
 * The body is a form, as every client sends it. Success has no `response` wrapper and `expires_in` as a number.
 * Source: docs.senhasegura.io v3-32 and v3-33 first steps; helpcenter 3.25 requests-auth (Basic); dsmcli.
 */
export function issueToken(world: World, exchange: Exchange): Reply {
  try {
    const candidates = clientsOfTenant(world, exchange);
    const federated = federatedCaller(world, exchange, candidates);
    const caller = federated?.caller ?? callerWithSecret(world, exchange, candidates);
    checkLoginCertificate(caller, exchange);
    if (isInactive(caller, world.now()) && !world.settings.inactiveGetsToken) return clientRefused();
    if (!mayCallFrom(caller, exchange.remoteAddress)) return json(IP_DENIED.status, IP_DENIED.body);
    const { token, expiresInSeconds } = world.tokens.issue(caller.clientId, wantedLifetime(exchange));
    return json(200, {
      token_type: 'Bearer',
      expires_in: expiresInSeconds,
      access_token: token,
      ...federated?.states,
    });
  } catch (error) {
    if (error instanceof Refused) return error.reply;
    throw error;
  }
}

/** The client a token request names, believed or not. */
export function namedClient(world: World, exchange: Exchange): string | undefined {
  return claimed('both', exchange).clientId ?? federatedClient(world, exchange);
}

/** Source of `ttl`: community.senhasegura.io/t/como-criar-autorizacoes-de-api/1408; what it does is an assumption. */
function wantedLifetime(exchange: Exchange): number | undefined {
  const ttl = Number(formFields(exchange)['ttl'] ?? Number.NaN);
  return LOGIN_TTL_SETS_LIFETIME_SECONDS && ttl > 0 ? ttl : undefined;
}

function callerWithSecret(
  { settings }: World,
  exchange: Exchange,
  candidates: readonly Authorization[],
): Authorization {
  const form = formFields(exchange);
  if (form['grant_type'] !== 'client_credentials') {
    throw new Refused(json(GRANT_REFUSED.status, GRANT_REFUSED.body));
  }
  const { clientId, clientSecret } = claimed(settings.tokenAuth, exchange);
  if (clientId === undefined) {
    const none = exchange.headers.authorization === undefined && form['client_id'] === undefined;
    throw new Refused(none ? json(CLIENT_ID_MISSING.status, CLIENT_ID_MISSING.body) : clientRefused());
  }
  const caller = candidates.find((candidate) => candidate.clientId === clientId);
  if (caller === undefined || caller.clientSecret === '' || clientSecret !== caller.clientSecret) {
    throw new Refused(clientRefused());
  }
  return caller;
}

function clientRefused(): Reply {
  return json(CLIENT_REFUSED.status, CLIENT_REFUSED.body);
}
