import type { Clock, Log } from '../../ports.js';
import type { Secret } from '../../secret.js';
import { option, say, word } from '../../text.js';
import { readClaims, timeText, tokenSecrets } from '../../tokens/jwt.js';
import type { ClockDifference } from '../errors/clock-difference.js';
import type { ClientAuth } from './client-auth.js';

/**
 * No login: a bearer token that something else has got. It cannot be renewed.
 *
 * Where it is a JWT with an expiry, that is reported once. One that has expired by the clock of this machine is sent all the
 * same: only the vault knows, and custody may depend on it. logIn never fails.
 */
export function accessTokenAuth(
  token: Secret,
  { clock, log }: { readonly clock: Pick<Clock, 'nowMs'>; readonly log: Pick<Log, 'info' | 'warning'> },
  difference?: Pick<ClockDifference, 'note' | 'remedy'>,
): ClientAuth {
  const exp = readClaims(token)?.exp;
  let isReported = false;
  return {
    clientId: '',
    secrets: tokenSecrets(token).map((secret) => ({ secret })),
    rejection: () => ({
      what: say`the token in ${option.accessToken}`,
      note: say` ${expiryOf(exp, clock.nowMs() / 1_000)}, and cannot be renewed.${difference?.note() ?? ''}`,
      remedy: say`${difference?.remedy() ?? ''}${ANOTHER} Check in the vault that its authorization is active, and allows ${word('this runner')}.`,
    }),
    async logIn() {
      if (exp === undefined) return { token, lifetimeSeconds: Number.POSITIVE_INFINITY };
      const nowSeconds = clock.nowMs() / 1_000;
      const lifetimeSeconds = exp - nowSeconds;
      if (!isReported && lifetimeSeconds > 0)
        log.info(say`The token in ${option.accessToken} expires at ${timeText(exp)}.`);
      if (!isReported && lifetimeSeconds <= 0)
        log.warning(
          say`The token in ${option.accessToken} expired at ${timeText(exp)}; the clock of this machine says ${timeText(nowSeconds)}. It is still sent: the vault decides.`,
        );
      isReported = true;
      return { token, lifetimeSeconds };
    },
  };
}

const ANOTHER = say`Get a new token just before it is used. With ${option.authMethod} client-secret or oidc, new ones are fetched when they are needed.`;

function expiryOf(exp: number | undefined, nowSeconds: number): string {
  if (exp === undefined) return 'It does not say when it expires';
  return `It ${exp <= nowSeconds ? 'expired' : 'expires'} at ${timeText(exp)}`;
}
