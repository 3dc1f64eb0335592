import type { Exchange } from './exchange.js';
import { formFields } from './fields.js';

interface Claimed {
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
}

/** The client that a token request names, with its secret: in the body, or else in Basic. */
export function claimed(taken: 'body' | 'basic' | 'both', exchange: Exchange): Claimed {
  const form = formFields(exchange);
  if (taken !== 'basic' && form['client_id'] !== undefined) {
    return { clientId: form['client_id'], clientSecret: form['client_secret'] };
  }
  return taken === 'body' ? { clientId: undefined, clientSecret: undefined } : basic(exchange);
}

function basic(exchange: Exchange): Claimed {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(exchange.headers.authorization ?? '')?.[1];
  if (encoded === undefined) return { clientId: undefined, clientSecret: undefined };
  const [clientId = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { clientId, clientSecret: secret.join(':') };
}
