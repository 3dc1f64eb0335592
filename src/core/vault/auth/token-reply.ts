import { TOKEN_LIFETIME_WHEN_UNSAID_SECONDS } from '../../assumptions.js';
import { Secret } from '../../secret.js';
import { child, type JsonObject, loginAt, malformed } from '../json.js';
import type { Grant } from './client-auth.js';

/**
 * The token of a reply of OAuth 2.0, whatever it was asked for with. Errors: REPLY_MALFORMED.
 *
 * Source: RFC 6749 section 5.1; a vault may leave out how long it lives.
 */
export function readToken(body: JsonObject, endpoint: string): Grant {
  const node = child({ value: body, path: '$', endpoint }, 'access_token');
  if (typeof node.value !== 'string' || node.value === '')
    throw malformed(endpoint, `${node.path} is missing`);
  const token = loginAt(node);
  if (!/^[\x21-\x7e]+$/.test(token)) throw malformed(endpoint, '$.access_token has characters no token has');
  const said = Number.parseFloat(String(body['expires_in']));
  const lifetimeSeconds = Number.isFinite(said) && said >= 0 ? said : TOKEN_LIFETIME_WHEN_UNSAID_SECONDS;
  return { token: new Secret(token), lifetimeSeconds };
}
