import type { Transport } from '../../transport.js';
import { ClockDifference } from '../errors/clock-difference.js';
import { accessTokenAuth } from './access-token.js';
import type { AuthParts } from './auth-parts.js';
import { type AuthSettings, type LoginParameters, NO_PARAMETERS } from './auth-settings.js';
import type { ClientAuth } from './client-auth.js';
import { identityAuth } from './identity.js';
import { oauth1Auth } from './oauth1.js';

/** The logins that are not made with a client secret. */
export function otherAuth(
  settings: Exclude<AuthSettings, { method: 'client-secret' }>,
  { baseUrl, clock, log, identityToken }: AuthParts,
): ClientAuth {
  const difference = new ClockDifference(clock, log);
  const watch = (transport: Transport): Transport => difference.watch(transport);
  switch (settings.method) {
    case 'oidc':
      return {
        ...identityAuth({
          ...settings,
          token: (wish) => identityToken({ ...settings.identity, ...wish }),
          clock: difference,
          nowMs: () => clock.nowMs(),
        }),
        watch,
      };
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

/** Nothing is sent with a login where there is none; a registration still names its unique key. */
function ofRegistration({ uniqueKey = '' }: { readonly uniqueKey?: string }): LoginParameters {
  return { ...NO_PARAMETERS, uniqueKey };
}
