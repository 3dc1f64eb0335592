import { englishName } from '../credential-name.js';
import { onceForEach } from '../lookup/once-for-each.js';
import { printable } from '../printable.js';
import type { FoundField } from '../requests/found-field.js';
import { type SecretRequest, type Source, showSource, sourceKey } from '../requests/request.js';
import { Secret } from '../secret.js';
import type { Credential } from '../vault/credential.js';
import type { DsmSecret } from '../vault/dsm.js';
import { EncryptedSecret, type Fields, textOfField } from '../vault/field.js';
import {
  ambiguousIdentity,
  fieldNotFound,
  inOtherMap,
  invalidUnicode,
  noSecrets,
  noSuchMap,
  notEncrypted,
  secretNotFound,
  severalMaps,
} from './find-errors.js';
import { usableOf } from './find-remedies.js';
import { byIdentity, identitiesOf } from './identities.js';
import { knownAs } from './twins.js';

type DsmSource = Extract<Source, { kind: 'dsm' }>;
type PamSource = Extract<Source, { kind: 'pam' }>;

/** A documented reply holds this text in place of a value: it is not the secret. Source: protocol.md 4.2. */
const ENCRYPTION_FAILED = 'An error occurred while encrypting the text';

/**
 * The fields that a DSM request means. A wildcard skips nulls. A field that is requested by name must not be null.
 *
 * Errors: SECRET_NOT_FOUND, FIELD_NOT_FOUND, FIELD_AMBIGUOUS, FIELD_NULL, VALUE_BROKEN.
 */
export function findInDsm(
  request: SecretRequest,
  source: DsmSource,
  secrets: readonly DsmSecret[],
): FoundField[] {
  const { identity, map: index, isDynamic } = source;
  const dynamic = isDynamic ? { isDynamic } : {};
  const { chosen, isTwin } = chosenOf(identity, secrets);
  if (chosen.length === 0) {
    throw identity === undefined ? noSecrets(request) : secretNotFound(request, identity, secrets);
  }
  const mapsOf = ({ maps }: DsmSecret): readonly Fields[] =>
    index === undefined ? maps : maps.slice(index, index + 1);
  const field =
    source.field === undefined ? undefined : labelMeant(source.field, joinedMaps(chosen.map(mapsOf)));
  const twin = field !== source.field ? 'field' : isTwin ? 'identity' : undefined;
  const found = new Map<string, FoundField>();
  for (const secret of chosen) {
    const maps = mapsOf(secret);
    if (index !== undefined && maps.length === 0) throw noSuchMap(request, source, secret.maps.length);
    const users = new Map<Fields | undefined, string | undefined>(maps.map((map) => [map, userOf(map)]));
    for (const label of field === undefined ? labelsOf(maps) : [field]) {
      const origin = {
        kind: 'dsm',
        identity: secret.identity,
        map: index,
        field: label,
        ...dynamic,
      } as const;
      const value = oneValue(request, maps, origin);
      if (value === undefined) continue;
      const earlier = found.get(sourceKey(origin));
      if (earlier !== undefined && earlier.value.reveal() !== value.reveal()) {
        throw ambiguousIdentity(request, origin);
      }
      found.set(sourceKey(origin), {
        field: label,
        origin,
        value,
        source: printable(showSource(origin)),
        version: secret.version,
        expires: secret.expires,
        user: users.get(maps.find((map) => textOfField(map.get(label)) === value.reveal())),
        ...(twin === undefined ? {} : { twin }),
      });
    }
  }
  if (found.size > 0 || field === undefined) return [...found.values()];
  const other =
    index === undefined
      ? -1
      : (chosen[0]?.maps.findIndex((map) => textOfField(map.get(field)) !== undefined) ?? -1);
  if (other !== -1) throw inOtherMap(request, source, other);
  const maps = joinedMaps(chosen.map(mapsOf));
  throw fieldNotFound(
    request,
    source,
    usableOf(maps),
    maps.some((map) => map.get(field) === null),
  );
}

/** The secrets of an identity, in whatever form of Unicode it is written; every one where none is named. */
function chosenOf(
  identity: string | undefined,
  secrets: readonly DsmSecret[],
): { chosen: readonly DsmSecret[]; isTwin: boolean } {
  if (identity === undefined) return { chosen: secrets, isTwin: false };
  const all = byIdentity(secrets);
  const exact = all.get(identity);
  if (exact !== undefined) return { chosen: exact, isTwin: false };
  return { chosen: all.get(knownAs(identity, identitiesOf(secrets))) ?? [], isTwin: true };
}

/** All of the maps: those of one secret are the same object each time. */
function joinedMaps(all: readonly (readonly Fields[])[]): readonly Fields[] {
  const [first, ...others] = all;
  return first !== undefined && others.length === 0 ? first : all.flat();
}

/** A field as some maps name it. */
function labelMeant(field: string, maps: readonly Fields[]): string {
  return maps.some((map) => map.has(field)) ? field : knownAs(field, labelsOf(maps));
}

/** The fields that a PAM request means. Errors: FIELD_NOT_FOUND, FIELD_NULL, VALUE_BROKEN. */
export function findInCredential(
  request: SecretRequest,
  source: PamSource,
  credential: Credential,
): FoundField[] {
  const { fields, expires } = credential;
  const { field } = source;
  const wanted =
    field === undefined || fields.has(field) ? field : knownAs(englishName(field), [...fields.keys()]);
  const user = userOf(fields);
  const isTwin = wanted !== undefined && wanted !== field && wanted !== englishName(field ?? '');
  const found: FoundField[] = [];
  for (const label of wanted === undefined ? fields.keys() : [wanted]) {
    const origin = { ...source, field: label };
    const value = oneValue(request, [fields], origin);
    if (value === undefined) continue;
    const shown = printable(showSource(origin));
    found.push({
      field: label,
      origin,
      value,
      source: shown,
      version: undefined,
      expires,
      user,
      ...(isTwin ? { twin: 'field' as const } : {}),
    });
  }
  if (found.length > 0 || wanted === undefined) return found;
  throw fieldNotFound(request, source, usableOf([fields]), fields.get(wanted) === null);
}

const labelsOf = onceForEach((maps: readonly Fields[]): readonly string[] => [
  ...new Set(maps.flatMap((map) => [...map.keys()])),
]);

const userOf = onceForEach((map: Fields): string | undefined => {
  const entry = [...map].find(([label]) => /^(user|username)$/i.test(label));
  return textOfField(entry?.[1]);
});

/** The one value of a field in some maps; undefined when it is absent or null in all of them. */
function oneValue(request: SecretRequest, maps: readonly Fields[], origin: Source): Secret | undefined {
  const label = origin.field ?? '';
  const indexes = maps.flatMap((map, index) => (map.get(label) ? [index] : []));
  const values = indexes.flatMap((index) => maps[index]?.get(label) ?? []);
  const [found] = values;
  if (found === undefined) return undefined;
  for (const value of values) if (!(value instanceof Secret)) throw value;
  const text = textOfField(found) ?? '';
  if (values.some((value) => textOfField(value) !== text)) throw severalMaps(request, origin, indexes);
  if (text.trim() === ENCRYPTION_FAILED) throw notEncrypted(request, origin);
  if (!text.isWellFormed()) throw invalidUnicode(request, origin);
  return found instanceof EncryptedSecret ? found : new Secret(text);
}
