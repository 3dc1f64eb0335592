import { RSA_CIPHERTEXT_BYTES } from '../assumptions.js';
import { SeguraError } from '../errors.js';
import type { PlaceName } from '../ports.js';
import type { FoundField } from '../requests/found-field.js';
import type { NameList } from '../requests/name-list.js';
import type { SecretRequest } from '../requests/request.js';
import { say, settings } from '../text.js';

/** Sources that a message lists before it says how many more there are. */
const MAX_LISTED = 5;

export interface Arrival {
  readonly found: FoundField;
  readonly place: PlaceName;
}

/**
 * Why what a request found is not handed over: a value that looks encrypted would be tried as a password, which can lock
 * an account. `opaque` names those that are meant to look so. Errors: VALUE_BROKEN.
 */
export function refuseEncrypted(
  request: Pick<SecretRequest, 'where'>,
  arrivals: readonly Arrival[],
  opaque: NameList,
): SeguraError[] {
  const refused = arrivals.filter(
    ({ found, place }) => !opaque.has(place) && looksEncrypted(found.value.reveal()),
  );
  if (refused.length === 0) return [];
  const sources = [...new Set(refused.map(({ found }) => found.source))];
  const rest = sources.length - MAX_LISTED;
  const listed = sources.slice(0, MAX_LISTED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
  const line = opaque.with([...opaque.places, ...refused.map(({ place }) => place)]);
  return [
    new SeguraError(
      'VALUE_BROKEN',
      say`${request.where}: the vault sends ${listed} in a form that looks encrypted, and there is no key here to decrypt it.`,
      say`Turn off "Enable encryption of sensitive information" of the authorization in the vault. For a value that is meant to look so write ${settings('inside', line)}`,
    ),
  ];
}

/**
 * Base64 of exactly an RSA block: no flag of a reply says that a value is encrypted. In lines, without padding, and in
 * the alphabet of URLs it is the same block.
 */
export function looksEncrypted(value: string): boolean {
  const lines = value.split(/[\r\n]+/).map((line) => line.trim());
  const [, text = ''] = /^([A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/.exec(lines.join('')) ?? [];
  const bytes = Buffer.from(text, 'base64');
  if (!RSA_CIPHERTEXT_BYTES.some((length) => length === bytes.length)) return false;
  return bytes.toString('base64url') === text.replaceAll('+', '-').replaceAll('/', '_');
}
