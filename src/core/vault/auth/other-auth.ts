import type { Transport } from '../../transport.js';
import { ClockDifference } from '../errors/clock-difference.js';
import { accessTokenAuth } from './access-token.js';
import type { AuthParts } from './auth-parts.js';
import { type AuthSettings, type LoginParameters, NO_PARAMETERS } from './auth-settings.js';
import type { ClientAuth, KeptGrants } from './client-auth.js';
import { identityAuth } from './identity.js';
import { oauth1Auth } from './oauth1.js';

/** The logins that are not made with a client secret. */
export function otherAuth(
  settings: Exclude<AuthSettings, { method: 'client-secret' }>,
  { baseUrl, clock, log, identityToken, grants = new Map() }: AuthParts,
): ClientAuth {
  const difference = new ClockDifference(clock, log);
  const watch = (transport: Transport): Transport => difference.watch(transport);
  switch (settings.method) {
    case 'oidc': {
      const auth = identityAuth({
        ...settings,
        token: (wish, within) => identityToken({ ...settings.identity, ...wish }, within),
        clock: difference,
        nowMs: () => clock.nowMs(),
      });
      return { ...withEarlier(auth, grants, loginName(baseUrl, settings)), watch };
    }
    case 'oauth1':
      return {
        ...oauth1Auth(settings.keys, baseUrl, clock, difference),
        watch,
        parameters: ofRegistration(settings),
      };
    case 'access-token':
      return {
        ...accessTokenAuth(settings.token, { clock, log }, difference),
        watch,
        parameters: ofRegistration(settings),
      };
  }
}

/**
 * The login of a process that may have logged in before: where that fails, what was granted then is used once more. A vault
 * may take each identity token only once, and not every place issues another.
 */
function withEarlier(auth: ClientAuth, grants: KeptGrants, name: string): ClientAuth {
  let earlier = grants.get(name);
  return {
    ...auth,
    async logIn(exchange) {
      const last = earlier;
      earlier = undefined;
      try {
        const granted = await auth.logIn(exchange);
        grants.set(name, granted);
        return granted;
      } catch (error) {
        if (last === undefined) throw error;
        // The vault knows whether it still holds.
        return { ...last, lifetimeSeconds: Number.POSITIVE_INFINITY };
      }
    },
  };
}

/** The same for each login of these settings at this vault, and for no other. */
function loginName(
  baseUrl: string,
  { clientId, identity, exchange, assertionType, parameters }: Extract<AuthSettings, { method: 'oidc' }>,
): string {
  const { provider, token, audience } = identity;
  return JSON.stringify([
    baseUrl,
    clientId,
    [provider, token.reveal(), audience],
    [exchange, assertionType, parameters],
  ]);
}

/** Nothing is sent with a login where there is none; a registration still names its unique key. */
function ofRegistration({ uniqueKey = '' }: { readonly uniqueKey?: string }): LoginParameters {
  return { ...NO_PARAMETERS, uniqueKey };
}
