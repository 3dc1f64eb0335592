import { BEARER_REFUSED, FOREIGN_PREFIX_REACHES_VAULT, INVALID_SIGNATURE_STATUS } from './assumptions.js';
import { doorReply, resourceReply } from './authorization.js';
import type { Route } from './call.js';
import { ENCRYPTION_FAILED, type Seal, type SealFault } from './cipher.js';
import type { Authorization } from './data.js';
import { absentResource, businessError, noRoute, plainError, unexpectedError } from './envelope.js';
import type { Exchange } from './exchange.js';
import { prepareFederation } from './federation.js';
import { readFields } from './fields.js';
import { isSigned, isTimely, oauth1Authorization, oauth1Parameters } from './oauth1.js';
import { withV2Headers } from './pam-v2.js';
import { json, Refused, type Reply } from './reply.js';
import { tokenPaths } from './routes.js';
import { issueToken, namedClient } from './token-endpoint.js';
import type { World } from './world.js';

/**
 * The vault's answer, in its order: gateway, token endpoint, authentication, the authorization's attributes,
 * route, authorized resource, handler. A request that ends in an exception gets the documented "Unexpected error".
 */
export function answer(world: World, exchange: Exchange, sealFault: SealFault | undefined): Reply {
  const path = world.settings.v2 ? (exchange.path ?? '') : '';
  try {
    return withV2Headers({ world, path }, judge(world, exchange, sealFault));
  } catch (error) {
    return withV2Headers({ world, path }, error instanceof Refused ? error.reply : unexpectedError());
  }
}

function judge(world: World, exchange: Exchange, sealFault: SealFault | undefined): Reply {
  world.applyDueChanges();
  if (!isRouted(world, exchange)) return noRoute();
  if (isTokenRequest(world, exchange)) return issueToken(world, exchange);
  if (exchange.headers.authorization === undefined && oauth1Parameters(exchange) === undefined)
    return noRoute();
  const caller = authenticate(world, exchange);
  const closed = doorReply(caller, exchange, world.now());
  if (closed !== undefined) return closed;
  return dispatch(world, exchange, caller, sealFor(world, caller, sealFault));
}

/** Fetches what `answer` needs from elsewhere: the keys of an issuer. */
export async function prepare(world: World, exchange: Exchange): Promise<void> {
  if (isTokenRequest(world, exchange)) await prepareFederation(world, exchange);
}

/** Who a request says it is from, believed or not: for the journal and for faults. */
export function claimedClient(world: World, exchange: Exchange): string | undefined {
  if (isTokenRequest(world, exchange)) return namedClient(world, exchange);
  const parameters = oauth1Parameters(exchange);
  if (parameters !== undefined) return oauth1Authorization(world.data, parameters)?.clientId;
  return world.tokens.ownerOf(bearer(exchange) ?? '');
}

function dispatch(world: World, exchange: Exchange, caller: Authorization, seal: Seal): Reply {
  const route = world.routes.find((candidate) => matches(candidate, exchange));
  if (route === undefined) return absentResource();
  const closed = resourceReply(caller, route.resource);
  if (closed !== undefined) return closed;
  if (route.write === true && caller.permission === 'Read-only') {
    return businessError(1039, 'Without PAM Configuration Access permission');
  }
  return route.handle({
    world,
    exchange,
    caller,
    fields: readFields(exchange),
    id: route.path.endsWith('/:id') ? (exchange.segments.at(-1) ?? '') : '',
    seal,
  });
}

function sealFor({ cipher }: World, caller: Authorization, fault: SealFault | undefined): Seal {
  if (fault === 'failed') return () => ENCRYPTION_FAILED;
  return fault === 'encrypted' || caller.encryption ? cipher.sealFor(caller) : (value) => value;
}

function authenticate(world: World, exchange: Exchange): Authorization {
  const parameters = oauth1Parameters(exchange);
  if (parameters !== undefined) {
    const caller = oauth1Authorization(world.data, parameters);
    const isGood =
      caller?.oauth1 !== undefined &&
      isSigned(exchange, parameters, caller.oauth1, world.settings.unsignedOAuth1) &&
      isTimely(parameters, world.now(), world.settings.oauth1ClockSkewSeconds);
    if (!isGood) {
      throw new Refused(plainError(INVALID_SIGNATURE_STATUS, 'Invalid signature'));
    }
    return caller;
  }
  const clientId = world.tokens.validFor(bearer(exchange) ?? '');
  const caller = world.data.authorizations.find((authorization) => authorization.clientId === clientId);
  if (caller === undefined) throw new Refused(json(BEARER_REFUSED.status, BEARER_REFUSED.body));
  return caller;
}

function bearer(exchange: Exchange): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(exchange.headers.authorization ?? '')?.[1];
}

function isTokenRequest(world: World, exchange: Exchange): boolean {
  return exchange.method === 'POST' && tokenPaths(world.settings).includes(exchange.path ?? '');
}

/** The gateway knows prefixes, not resources. */
function isRouted(world: World, { segments: [prefix, ...rest] }: Exchange): boolean {
  const known = [...world.routes.map((route) => route.path), ...tokenPaths(world.settings)];
  if (FOREIGN_PREFIX_REACHES_VAULT && (prefix === 'iso' || prefix === 'api')) return rest.length > 0;
  return rest.length > 0 && known.some((path) => path.startsWith(`/${prefix}/`));
}

function matches(route: Route, exchange: Exchange): boolean {
  const parts = route.path.split('/').slice(1);
  return (
    route.method === exchange.method &&
    parts.length === exchange.segments.length &&
    parts.every((part, at) => part === ':id' || part === exchange.segments[at])
  );
}
