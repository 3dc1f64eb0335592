import type { Credential } from './credential.js';
import type { DsmSecret } from './dsm.js';
import { SeguraError } from './errors.js';
import { type SecretRequest, type Source, showSource } from './plan.js';
import { printable } from './printable.js';
import type { Secret } from './secret.js';
import { nearest } from './similar.js';

/** One field that a request found, with what is known about it. */
export interface Found {
  readonly field: string;
  readonly value: Secret;
  readonly source: string;
  readonly version: string | undefined;
  readonly expires: string | undefined;
  /** The same map's user name, which travels with a password in HTTP Basic. */
  readonly user: string | undefined;
}

type Fields = ReadonlyMap<string, Secret | null>;
type DsmSource = Extract<Source, { kind: 'dsm' }>;
type PamSource = Extract<Source, { kind: 'pam' }>;

/** A documented reply holds this text in place of a value: it is not the secret. Source: protocol.md 4.2. */
const ENCRYPTION_FAILED = 'An error occurred while encrypting the text';

/**
 * The fields that a DSM request means. A wildcard passes over nulls; a field asked for by name may not be one.
 *
 * Errors: SECRET_NOT_FOUND, FIELD_NOT_FOUND, FIELD_AMBIGUOUS, FIELD_NULL, VALUE_BROKEN.
 */
export function findInDsm(request: SecretRequest, source: DsmSource, secrets: readonly DsmSecret[]): Found[] {
  const { identity, map: index, field } = source;
  const chosen = identity === undefined ? secrets : secrets.filter((secret) => secret.identity === identity);
  if (chosen.length === 0 && identity !== undefined) throw secretNotFound(request, identity, secrets);
  const found = new Map<string, Found>();
  for (const secret of chosen) {
    const maps = index === undefined ? secret.maps : secret.maps.slice(index, index + 1);
    if (index !== undefined && maps.length === 0) throw noSuchMap(request, source, secret.maps.length);
    for (const label of field === undefined ? labelsOf(maps) : [field]) {
      const value = oneValue(request, maps, label, secret.identity);
      if (value === undefined) continue;
      const name = showSource({ kind: 'dsm', identity: secret.identity, map: index, field: label });
      const key = `${secret.identity}\n${label}`;
      const earlier = found.get(key);
      if (earlier !== undefined && earlier.value.reveal() !== value.reveal()) throw ambiguous(request, name);
      const user = userOf(maps.find((map) => map.get(label)?.reveal() === value.reveal()));
      found.set(key, {
        field: label,
        value,
        source: printable(name),
        version: secret.version,
        expires: secret.expires,
        user,
      });
    }
  }
  if (found.size === 0 && field !== undefined)
    throw fieldNotFound(
      request,
      source,
      chosen.flatMap(({ maps }) => labelsOf(maps)),
      chosen.some(({ maps }) => maps.some((map) => map.get(field) === null)),
    );
  return [...found.values()];
}

/** The fields that a PAM request means. Errors: FIELD_NOT_FOUND, FIELD_NULL, VALUE_BROKEN. */
export function findInCredential(request: SecretRequest, source: PamSource, credential: Credential): Found[] {
  const { fields, expires } = credential;
  const labels = source.field === undefined ? [...fields.keys()] : [source.field];
  const found: Found[] = [];
  for (const label of labels) {
    const value = oneValue(request, [fields], label, source.credential);
    if (value === undefined) continue;
    const name = showSource({ ...source, field: label });
    found.push({
      field: label,
      value,
      source: printable(name),
      version: undefined,
      expires,
      user: userOf(fields),
    });
  }
  if (found.length === 0 && source.field !== undefined) {
    throw fieldNotFound(request, source, [...fields.keys()], fields.get(source.field) === null);
  }
  return found;
}

function labelsOf(maps: readonly Fields[]): string[] {
  return [...new Set(maps.flatMap((map) => [...map.keys()]))];
}

function userOf(map: Fields | undefined): string | undefined {
  const entry = [...(map ?? [])].find(([label]) => /^(user|username)$/i.test(label));
  return entry?.[1]?.reveal();
}

/** The one value of a label in some maps; undefined when it is absent or null in all of them. */
function oneValue(
  request: SecretRequest,
  maps: readonly Fields[],
  label: string,
  of: string,
): Secret | undefined {
  let found: Secret | undefined;
  for (const value of maps.map((map) => map.get(label))) {
    if (value === undefined || value === null) continue;
    if (found !== undefined && found.reveal() !== value.reveal()) {
      throw ambiguous(
        request,
        showSource({ kind: 'dsm', identity: of, map: undefined, field: label }),
        maps,
        label,
      );
    }
    found = value;
  }
  if (found === undefined) return undefined;
  const text = found.reveal();
  if (text.trim() === ENCRYPTION_FAILED) {
    throw new SeguraError(
      'VALUE_BROKEN',
      `${request.where}: the vault failed to encrypt ${printable(label)} of ${printable(of)} and sent an error text in its place.`,
      'Turn off "Enable encryption of sensitive information" of the authorization, or mend its key.',
    );
  }
  if (!text.isWellFormed()) {
    throw new SeguraError(
      'VALUE_BROKEN',
      `${request.where}: ${printable(label)} of ${printable(of)} is not valid Unicode text, so its bytes cannot be kept.`,
      'Store the value in the vault as base64.',
    );
  }
  return found;
}

function secretNotFound(
  request: SecretRequest,
  identity: string,
  secrets: readonly DsmSecret[],
): SeguraError {
  const near = nearest(
    identity,
    secrets.map((secret) => secret.identity),
  );
  const whole = secrets.find((secret) => secret.identity === `${identity}/${request.source.field ?? ''}`);
  const remedy =
    whole !== undefined
      ? `For all fields of that secret write "${printable(whole.identity)}"/*`
      : near !== undefined
        ? `Did you mean ${near}?`
        : 'Check the identity in the vault, and that the authorization includes the secret.';
  return new SeguraError(
    'SECRET_NOT_FOUND',
    `${request.where}: the vault shows this authorization no secret "${printable(identity)}".`,
    remedy,
  );
}

function noSuchMap(request: SecretRequest, source: DsmSource, count: number): SeguraError {
  return new SeguraError(
    'FIELD_NOT_FOUND',
    `${request.where}: ${printable(source.identity ?? '*')} has ${count} map${count === 1 ? '' : 's'}, so there is no [${source.map}].`,
    count === 0
      ? 'The secret is empty: put a value into it in the vault.'
      : `Write an index from [0] to [${count - 1}], or none.`,
  );
}

function fieldNotFound(
  request: SecretRequest,
  source: Source,
  labels: readonly string[],
  isNull: boolean,
): SeguraError {
  const shown = printable(showSource(source));
  if (isNull) {
    return new SeguraError(
      'FIELD_NULL',
      `${request.where}: ${shown} is there, but the vault holds no value for it.`,
      'Set the value in the vault, or leave the line out.',
    );
  }
  const near = nearest(source.field ?? '', labels);
  return new SeguraError(
    'FIELD_NOT_FOUND',
    `${request.where}: ${shown} has no such field.`,
    near === undefined ? 'Check the name of the field in the vault: case counts.' : `Did you mean ${near}?`,
  );
}

function ambiguous(
  request: SecretRequest,
  name: string,
  maps: readonly Fields[] = [],
  label = '',
): SeguraError {
  const indexes = maps.flatMap((map, index) => (map.has(label) && map.get(label) !== null ? [index] : []));
  const [first = 0, second = 1] = indexes;
  return new SeguraError(
    'FIELD_AMBIGUOUS',
    `${request.where}: ${printable(name)} stands in ${indexes.length > 0 ? `maps [${indexes.join('] and [')}]` : 'two secrets'} with different values.`,
    `Say which: ${printable(name.replace(/^(.*)(\/[^/]*)$/, `$1[${first}]$2`))} > NAME (or [${second}]).`,
  );
}
