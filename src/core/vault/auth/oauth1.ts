import type { Clock } from '../../ports.js';
import { option, say } from '../../text.js';
import type { ClockDifference } from '../errors/clock-difference.js';
import type { ClientAuth } from './client-auth.js';
import { type OAuth1Keys, oauth1Header } from './oauth1-signature.js';

/**
 * Requests that are signed one by one with OAuth 1.0a: no login, no token, a new nonce and time for each try.
 *
 * `baseUrl`: of the vault, without a slash at the end. Source: docs.senhasegura.io v3-32, "OAuth 1.0".
 */
export function oauth1Auth(
  keys: OAuth1Keys,
  baseUrl: string,
  clock: Pick<Clock, 'nowMs'>,
  difference?: Pick<ClockDifference, 'note' | 'remedy'>,
): ClientAuth {
  return {
    clientId: keys.consumerKey,
    rejection: () => ({
      what: 'the OAuth 1.0 signature',
      note: say` It was made for an address below ${baseUrl}.${difference?.note() ?? ''}`,
      remedy: say`${difference?.remedy() ?? ''}Check ${option.consumerKey}, ${option.consumerSecret}, ${option.tokenKey} and ${option.tokenSecret}, and in the vault that the authorization is active and has not expired. A signature covers the address: behind a reverse proxy, ${option.url} must have the scheme, host, port and path that the vault itself sees.`,
    }),
    secrets: [{ secret: keys.consumerSecret }, { secret: keys.tokenSecret }],
    logIn: async () => ({
      authorize: ({ method, path, body }) => {
        const form = body === undefined ? undefined : new URLSearchParams(body);
        const nonce = process.getBuiltinModule('node:crypto').randomBytes(16).toString('hex');
        const timestampSeconds = Math.floor(clock.nowMs() / 1_000);
        const signed = { method, url: baseUrl + path, form };
        return { authorization: oauth1Header(signed, keys, { nonce, timestampSeconds }) };
      },
    }),
  };
}
