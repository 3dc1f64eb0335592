import { randomBytes } from 'node:crypto';
import { Secret } from '../../secret.js';

/** In front of the secret, a multiple of three: even a short secret makes a text that is long enough to be hidden. */
const PAD_BYTES = 18;

/**
 * The client secret as it stands in a state that carries it: letters, digits, `-` and `_`, which nothing on the way escapes.
 *
 * So one mask hides it, whatever the secret is made of. It hides nothing from whoever has the state.
 */
export function packLogin(clientSecret: Secret): string {
  return Buffer.concat([randomBytes(PAD_BYTES), Buffer.from(clientSecret.reveal())]).toString('base64url');
}

/** Empty for a text that packLogin did not make. */
export function unpackLogin(text: string): Secret {
  return new Secret(Buffer.from(text, 'base64url').subarray(PAD_BYTES).toString());
}
