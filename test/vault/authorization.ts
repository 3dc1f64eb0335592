import { IP_DENIED, REFERER_DENIED } from './assumptions.js';
import { certificateReply, hasItsCertificate } from './client-certificate.js';
import type { Authorization, Resource } from './data.js';
import { inactiveAuthorization, plainError, resourceNotAuthorized } from './envelope.js';
import type { Exchange } from './exchange.js';
import type { Reply } from './reply.js';

export function isInactive(authorization: Authorization, now: number): boolean {
  return !authorization.active || (authorization.expiresAt !== undefined && authorization.expiresAt <= now);
}

export function mayCallFrom(authorization: Authorization, address: string): boolean {
  return authorization.allowedIps.some((allowed) => allowed === '*' || allowed === address);
}

/** The attributes that deny access before the resource is checked; undefined when access is allowed. */
export function doorReply(caller: Authorization, exchange: Exchange, now: number): Reply | undefined {
  if (isInactive(caller, now)) return inactiveAuthorization();
  if (!mayCallFrom(caller, exchange.remoteAddress)) return plainError(IP_DENIED.status, IP_DENIED.message);
  if (!hasItsCertificate(caller, exchange)) return certificateReply();
  const { allowedReferers } = caller;
  if (allowedReferers.length > 0 && !allowedReferers.includes(exchange.headers.referer ?? '')) {
    return plainError(REFERER_DENIED.status, REFERER_DENIED.message);
  }
  return undefined;
}

export function resourceReply(caller: Authorization, resource: Resource): Reply | undefined {
  return caller.resources.includes(resource) ? undefined : resourceNotAuthorized();
}
