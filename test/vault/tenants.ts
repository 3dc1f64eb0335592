import { isIP } from 'node:net';
import { TENANT_MISSING } from './assumptions.js';
import type { Authorization } from './data.js';
import type { Exchange } from './exchange.js';
import { formFields } from './fields.js';
import { json, Refused } from './reply.js';
import type { World } from './world.js';

/**
 * The authorizations that a login can mean. In a vault of several tenants it says which tenant: by the host name, or
 * by the parameter `tenant`, "identical to the tenant's subdomain", which an address without a name needs.
 * Throws `Refused`. Source: docs.senhasegura.io v3-33, A2A first steps.
 */
export function clientsOfTenant({ settings, data }: World, exchange: Exchange): readonly Authorization[] {
  const { tenants } = settings;
  if (tenants.length === 0) return data.authorizations;
  const tenant = formFields(exchange)['tenant'] || exchange.query.get('tenant') || subdomain(exchange);
  if (tenant === undefined) throw new Refused(json(TENANT_MISSING.status, TENANT_MISSING.body));
  const isKnown = tenants.includes(tenant);
  return data.authorizations.filter(
    (authorization) => isKnown && (authorization.tenant === undefined || authorization.tenant === tenant),
  );
}

function subdomain({ headers }: Exchange): string | undefined {
  const host = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  const [first, ...domain] = host.split('.');
  return host.startsWith('[') || isIP(host) !== 0 || domain.length === 0 ? undefined : first;
}
