import { CLIENT_ID_MISSING, CLIENT_REFUSED, GRANT_REFUSED, IP_DENIED } from './assumptions.js';
import { isInactive, mayCallFrom } from './authorization.js';
import type { Exchange } from './exchange.js';
import { formFields } from './fields.js';
import { json, type Reply } from './reply.js';
import type { World } from './world.js';

interface Claimed {
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
}

/**
 * POST …/oauth2/token: the client in the body or in Basic; a Bearer on this endpoint is ignored.
 * The body is a form, as every client sends it. Success has no `response` wrapper and `expires_in` as a number.
 * Source: docs.senhasegura.io v3-32 and v3-33 first steps; helpcenter 3.25 requests-auth (Basic); dsmcli.
 */
export function issueToken(world: World, exchange: Exchange): Reply {
  if (formFields(exchange)['grant_type'] !== 'client_credentials') {
    return json(GRANT_REFUSED.status, GRANT_REFUSED.body);
  }
  const { clientId, clientSecret } = claimed(world.settings.tokenAuth, exchange);
  if (clientId === undefined) {
    const none =
      exchange.headers.authorization === undefined && formFields(exchange)['client_id'] === undefined;
    return none ? json(CLIENT_ID_MISSING.status, CLIENT_ID_MISSING.body) : refused();
  }
  const caller = world.data.authorizations.find((authorization) => authorization.clientId === clientId);
  if (caller === undefined || clientSecret !== caller.clientSecret) return refused();
  if (isInactive(caller, world.now()) && !world.settings.inactiveGetsToken) return refused();
  if (!mayCallFrom(caller, exchange.remoteAddress)) return json(IP_DENIED.status, IP_DENIED.body);
  const { token, expiresInSeconds } = world.tokens.issue(clientId);
  return json(200, { token_type: 'Bearer', expires_in: expiresInSeconds, access_token: token });
}

/** The client a token request names, believed or not. */
export function namedClient(exchange: Exchange): string | undefined {
  return claimed('both', exchange).clientId;
}

function claimed(taken: 'body' | 'basic' | 'both', exchange: Exchange): Claimed {
  const form = formFields(exchange);
  if (taken !== 'basic' && form['client_id'] !== undefined) {
    return { clientId: form['client_id'], clientSecret: form['client_secret'] };
  }
  return taken === 'body' ? { clientId: undefined, clientSecret: undefined } : basic(exchange);
}

function basic(exchange: Exchange): Claimed {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(exchange.headers.authorization ?? '')?.[1];
  if (encoded === undefined) return { clientId: undefined, clientSecret: undefined };
  const [clientId = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { clientId, clientSecret: secret.join(':') };
}

function refused(): Reply {
  return json(CLIENT_REFUSED.status, CLIENT_REFUSED.body);
}
