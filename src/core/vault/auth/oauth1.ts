import type { Clock } from '../../ports.js';
import type { ClientAuth } from './client-auth.js';
import { type OAuth1Keys, oauth1Header } from './oauth1-signature.js';

/**
 * Requests that are signed one by one with OAuth 1.0a: no login, no token, a new nonce and time for each try.
 *
 * `baseUrl`: of the vault, without a slash at the end. Source: docs.senhasegura.io v3-32, "OAuth 1.0".
 */
export function oauth1Auth(keys: OAuth1Keys, baseUrl: string, clock: Pick<Clock, 'nowMs'>): ClientAuth {
  return {
    clientId: keys.consumerKey,
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
