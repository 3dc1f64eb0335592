import type { Authorization } from './data.js';
import type { Exchange } from './exchange.js';
import type { ExchangeName } from './federation-options.js';
import {
  ACCESS_TOKEN,
  checkRequest,
  isSpiffe,
  type Presented,
  presentedBy,
  refused,
  refusedToken,
  sentTokens,
} from './federation-request.js';
import { matching } from './federation-rules.js';
import type { Issuers, TrustedIssuer } from './issuers.js';
import { fittingKeys, isKnownAlgorithm, isSignedBy, type Jwt, readJwt } from './jwt.js';
import type { World } from './world.js';

/**
 * The authorization for which a token request presents an identity token, and what the reply states besides;
 * undefined when this vault does not know the exchange. Throws `Refused`.
 */
export function federatedCaller(
  world: World,
  exchange: Exchange,
  candidates: readonly Authorization[],
): { caller: Authorization; states: Record<string, string> } | undefined {
  const presented = presentedBy(world, exchange);
  if (presented === undefined) return undefined;
  checkRequest(presented, exchange, world);
  const caller = callerOf(world, presented, candidates);
  return { caller, states: presented.way === 'token-exchange' ? { issued_token_type: ACCESS_TOKEN } : {} };
}

/** Notes identity tokens as secrets, and fetches what is needed to judge them. Never rejects. */
export async function prepareFederation(world: World, exchange: Exchange): Promise<void> {
  for (const token of sentTokens(exchange)) {
    world.handedOut.add(token).add(token.slice(token.lastIndexOf('.') + 1));
  }
  const { token, issuer } = unverified(world, exchange);
  if (issuer !== undefined && token !== undefined) await world.issuers.prepare(issuer, token);
}

/** The client whose rules an identity token meets, believed or not. */
export function federatedClient(world: World, exchange: Exchange): string | undefined {
  const { token, issuer } = unverified(world, exchange);
  if (token === undefined || issuer === undefined) return undefined;
  const found = matching(world.data.authorizations, issuer, token.claims);
  return Array.isArray(found) ? found[0]?.clientId : undefined;
}

function unverified(world: World, exchange: Exchange): { token?: Jwt; issuer?: TrustedIssuer } {
  const presented = presentedBy(world, exchange);
  const token = presented && readJwt(presented.token);
  if (presented === undefined || token === undefined) return {};
  const issuer = world.issuers.of(token, isSpiffe(presented));
  return issuer === undefined ? { token } : { token, issuer };
}

function callerOf(world: World, presented: Presented, candidates: readonly Authorization[]): Authorization {
  const { way, clientId } = presented;
  const named = candidates.filter((candidate) => clientId === undefined || candidate.clientId === clientId);
  if (named.length === 0) throw refused('invalid_client', 'client');
  const { claims, issuer } = believed(world, presented);
  const found = matching(named, issuer, claims);
  if (!Array.isArray(found)) throw refusedToken(way, found);
  const [caller, another] = found;
  if (caller === undefined || another !== undefined) throw refused('invalid_request', 'severalClients');
  if (world.settings.federation.jtiOnce) spend(world, way, { claims, issuer });
  return caller;
}

/** The claims of a token whose issuer, signature and time are right. Source: RFC 7523 section 3. */
function believed(world: World, presented: Presented): { claims: Jwt['claims']; issuer: TrustedIssuer } {
  const { way, token } = presented;
  const { issuers } = world;
  const jwt = readJwt(token);
  if (jwt === undefined) throw refusedToken(way, 'malformed');
  const issuer = issuers.of(jwt, isSpiffe(presented));
  if (issuer === undefined) throw refusedToken(way, 'issuer');
  if (!isKnownAlgorithm(jwt)) throw refusedToken(way, 'algorithm');
  checkSignature(issuers, issuer, { way, jwt });
  checkTime(world, way, jwt.claims);
  if (typeof jwt.claims['sub'] !== 'string') throw refusedToken(way, 'subjectMissing');
  return { claims: jwt.claims, issuer };
}

function checkSignature(
  issuers: Issuers,
  issuer: TrustedIssuer,
  { way, jwt }: { way: ExchangeName; jwt: Jwt },
): void {
  const keys = issuers.keysOf(issuer);
  if (keys === undefined) throw refusedToken(way, 'keysUnreadable');
  const fitting = fittingKeys(jwt, keys);
  if (fitting.length === 0) throw refusedToken(way, 'key');
  if (!fitting.some((key) => isSignedBy(jwt, key))) throw refusedToken(way, 'signature');
}

/** Source: RFC 7519 sections 4.1.4 and 4.1.5. `exp` is required: RFC 7523 section 3, point 4. */
function checkTime(world: World, way: ExchangeName, { exp, nbf }: Jwt['claims']): void {
  const now = world.now() / 1_000;
  const leeway = world.settings.federation.leewaySeconds;
  if (typeof exp !== 'number') throw refusedToken(way, 'expiryMissing');
  if (exp + leeway <= now) throw refusedToken(way, 'expired');
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf - leeway <= now)) {
    throw refusedToken(way, 'notYet');
  }
}

function spend(
  world: World,
  way: ExchangeName,
  { claims, issuer }: { claims: Jwt['claims']; issuer: TrustedIssuer },
): void {
  if (claims['jti'] === undefined) return;
  const name = JSON.stringify([issuer.issuer, claims['jti']]);
  if (world.spentTokens.has(name)) throw refusedToken(way, 'spent');
  world.spentTokens.add(name);
}
