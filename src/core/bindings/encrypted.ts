import { SeguraError } from '../errors.js';
import type { PlaceName } from '../ports.js';
import type { FoundField } from '../requests/found-field.js';
import type { NameList } from '../requests/name-list.js';
import type { SecretRequest } from '../requests/request.js';
import type { Secret } from '../secret.js';
import { option, say, settings, type Text } from '../text.js';
import { looksEncrypted } from '../vault/ciphertext.js';
import { EncryptedSecret } from '../vault/field.js';

/** Sources that a message lists before it says how many more there are. */
const MAX_LISTED = 5;

export interface Arrival {
  readonly found: FoundField;
  readonly place: PlaceName;
}

/**
 * The problems of fields that are still encrypted: a job would try an encrypted value as a password, which can lock an
 * account. `opaque` names the values that are meant to look encrypted. Errors: VALUE_BROKEN.
 */
export function checkEncrypted(
  request: Pick<SecretRequest, 'where'>,
  arrivals: readonly Arrival[],
  opaque: NameList,
): SeguraError[] {
  const refused = arrivals.filter(({ found, place }) => !opaque.has(place) && isStillEncrypted(found.value));
  if (refused.length === 0) return [];
  const line = opaque.with([...opaque.places, ...refused.map(({ place }) => place)]);
  const wayOut = say`If a value is meant to look like this, write ${settings('inside', line)}`;
  const hasKey = refused.some(({ found }) => found.value instanceof EncryptedSecret);
  const sources = listed(refused);
  return [
    hasKey
      ? problem(
          say`${request.where}: ${option.decryptionKey} does not decrypt ${sources}, which the vault sends in a form that looks encrypted.`,
          say`Use the private key that the vault shows for this authorization. ${wayOut}`,
        )
      : problem(
          say`${request.where}: the vault sends ${sources} in a form that looks encrypted, but there is no key here to decrypt it.`,
          say`Turn off "Enable encryption of sensitive information" of the authorization in the vault. ${wayOut}`,
        ),
  ];
}

/** A decrypted value may look encrypted: then it is the value that the vault holds. */
function isStillEncrypted(value: Secret): boolean {
  if (value instanceof EncryptedSecret) return value.state === 'undecodable';
  return looksEncrypted(value.reveal());
}

function listed(refused: readonly Arrival[]): string {
  const sources = [...new Set(refused.map(({ found }) => found.source))];
  const rest = sources.length - MAX_LISTED;
  return sources.slice(0, MAX_LISTED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function problem(message: Text, remedy: Text): SeguraError {
  return new SeguraError('VALUE_BROKEN', message, remedy);
}
