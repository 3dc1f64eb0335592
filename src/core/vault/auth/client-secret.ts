import { SeguraError } from '../../errors.js';
import type { Secret } from '../../secret.js';
import { option, say, word } from '../../text.js';
import { oddIn, readReply } from '../envelope.js';
import { lateErrors } from '../errors/late-errors.js';
import type { Answer } from '../exchange.js';
import { type LoginParameters, NO_PARAMETERS } from './auth-settings.js';
import type { ClientAuth, Grant } from './client-auth.js';
import { endpointName, loginFields, namingHost, postToken, tokenPath } from './token-endpoint.js';
import { readToken } from './token-reply.js';

/**
 * The login of OAuth 2.0 client credentials, in both forms that are known; the second only where the first is rejected.
 *
 * Source: POST /iso/oauth2/token, docs.senhasegura.io v3-32 "A2A first steps"; credentials in the body, as every
 * official client sends them, then HTTP Basic (RFC 6749 section 2.3.1), as helpcenter.senhasegura.io 3.25 shows.
 */
export function clientSecretAuth(
  clientId: string,
  clientSecret: Secret,
  parameters: LoginParameters = NO_PARAMETERS,
): ClientAuth {
  const path = tokenPath(parameters);
  const sent = loginFields(parameters);
  return {
    clientId,
    secrets: [{ secret: clientSecret, user: clientId }],
    parameters,
    logIn: (exchange) =>
      namingHost(parameters, async () => {
        const inBody = { client_id: clientId, client_secret: clientSecret.reveal() };
        let reply = await postToken(exchange, path, { grant_type: 'client_credentials', ...inBody, ...sent });
        if (reply.status === 400 || reply.status === 401) {
          const pair = `${clientId}:${clientSecret.reveal()}`;
          const basic = { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
          reply = await postToken(exchange, path, { grant_type: 'client_credentials', ...sent }, basic);
        }
        return granted(reply, clientId, parameters);
      }),
  };
}

async function granted(reply: Answer, clientId: string, parameters: LoginParameters): Promise<Grant> {
  const endpoint = endpointName(parameters);
  const opened = readReply(reply, endpoint);
  if (!opened.ok) {
    if (opened.status === 400 || opened.status === 401 || opened.says === 'authentication-failed') {
      throw new SeguraError(
        'TOKEN_REJECTED',
        `${endpoint}: the vault rejected the client credentials (HTTP ${opened.status}).`,
        say`Check ${option.clientId} and ${option.clientSecret}, and in the vault that the authorization is active, has not expired, and allows ${word('this runner')}'s address.`,
        oddIn(opened),
      );
    }
    throw (await lateErrors()).replyError(opened, endpoint, { clientId });
  }
  return readToken(opened.body, endpoint);
}
