import { SeguraError } from '../../errors.js';
import type { Clock, Log } from '../../ports.js';
import type { Secret } from '../../secret.js';
import { option, say } from '../../text.js';
import { readClaims, timeText, tokenSecrets } from '../../tokens/jwt.js';
import type { ClientAuth } from './client-auth.js';

/**
 * No login: a bearer token that something else has got. It cannot be renewed.
 *
 * Where it is a JWT with an expiry, that is reported once, and it is not used after it. Errors of logIn: TOKEN_REJECTED.
 */
export function accessTokenAuth(
  token: Secret,
  { clock, log }: { readonly clock: Pick<Clock, 'nowMs'>; readonly log: Pick<Log, 'info'> },
): ClientAuth {
  const exp = readClaims(token)?.exp;
  let isReported = false;
  return {
    clientId: '',
    secrets: tokenSecrets(token).map((secret) => ({ secret })),
    async logIn() {
      if (exp === undefined) return { token, lifetimeSeconds: Number.POSITIVE_INFINITY };
      const lifetimeSeconds = exp - clock.nowMs() / 1_000;
      if (lifetimeSeconds <= 0) {
        throw new SeguraError(
          'TOKEN_REJECTED',
          say`The token in ${option.accessToken} expired at ${timeText(exp)}, and cannot be renewed.`,
          say`Get a new token just before it is used. With ${option.authMethod} client-secret or oidc, new ones are fetched when they are needed.`,
        );
      }
      if (!isReported) log.info(say`The token in ${option.accessToken} expires at ${timeText(exp)}.`);
      isReported = true;
      return { token, lifetimeSeconds };
    },
  };
}
