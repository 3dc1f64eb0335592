import type { DsmSecret } from './dsm.js';
import { SeguraError } from './errors.js';
import { quote } from './line.js';
import { type SecretRequest, type Source, showSource } from './plan.js';
import { printable } from './printable.js';
import { nearest } from './similar.js';

export function secretNotFound(
  request: SecretRequest,
  identity: string,
  secrets: readonly DsmSecret[],
): SeguraError {
  const identities = secrets.map((secret) => secret.identity);
  const near = nearest(identity, identities);
  const whole = identities.find((name) => name === `${identity}/${request.source.field ?? ''}`);
  let remedy = hasList(
    'It shows',
    identities,
    'Check the identity in the vault, and that the authorization includes it.',
  );
  if (near !== undefined) remedy = `Did you mean ${lineFor(near, request.source.field)}?`;
  if (whole !== undefined) remedy = `For all fields of that secret write ${lineFor(whole, undefined)}`;
  if (identity === '*') remedy = 'For every secret write * without quotes.';
  return new SeguraError(
    'SECRET_NOT_FOUND',
    `${request.where}: the vault shows this authorization no secret "${printable(identity)}".`,
    remedy,
  );
}

export function noSuchMap(
  request: SecretRequest,
  source: Source & { kind: 'dsm' },
  count: number,
): SeguraError {
  return new SeguraError(
    'FIELD_NOT_FOUND',
    `${request.where}: ${printable(source.identity ?? '*')} has ${count} map${count === 1 ? '' : 's'}, so there is no [${source.map}].`,
    count === 0
      ? 'The secret is empty: put a value into it in the vault.'
      : `Write an index from [0] to [${count - 1}], or none.`,
  );
}

export function fieldNotFound(
  request: SecretRequest,
  source: Source,
  labels: readonly string[],
  isNull: boolean,
): SeguraError {
  if (isNull) {
    return new SeguraError(
      'FIELD_NULL',
      `${request.where}: ${shown(source)} is there, but the vault holds no value for it.`,
      'Set the value in the vault, or leave the line out.',
    );
  }
  const near = nearest(source.field ?? '', labels);
  const meant = { ...source, field: near };
  return new SeguraError(
    'FIELD_NOT_FOUND',
    `${request.where}: ${shown(source)} has no such field.`,
    near === undefined
      ? hasList('It has', labels, 'Check the name of the field in the vault: case counts.')
      : `Did you mean ${shown(meant)} > NAME?`,
  );
}

/** The field is there, but in another map than the one that was asked for. */
export function inOtherMap(
  request: SecretRequest,
  source: Source & { kind: 'dsm' },
  map: number,
): SeguraError {
  return new SeguraError(
    'FIELD_NOT_FOUND',
    `${request.where}: ${shown(source)} has no such field.`,
    `It is in map [${map}]: ${shown({ ...source, map })} > NAME`,
  );
}

export function nothingAtAll(request: SecretRequest): SeguraError {
  return new SeguraError(
    'SECRET_NOT_FOUND',
    `${request.where}: the vault shows this authorization no secret at all.`,
    'Include secrets in the authorization. With application, system and environment check their spelling: a vault may register an unknown one, which has none.',
  );
}

const MOST_LISTED = 10;

/** Names that could have been meant; names of secrets and fields are no secrets, the log of `*` shows them all. */
function hasList(what: string, names: readonly string[], otherwise: string): string {
  if (names.length === 0) return otherwise;
  const listed = names.slice(0, MOST_LISTED).map((name) => printable(quote(name)));
  return `${what}: ${listed.join(', ')}${names.length > MOST_LISTED ? ', …' : ''}.`;
}

function lineFor(identity: string, field: string | undefined): string {
  const line = shown({ kind: 'dsm', identity, map: undefined, field });
  return field === undefined ? line : `${line} > NAME`;
}

export function severalMaps(request: SecretRequest, origin: Source, indexes: readonly number[]): SeguraError {
  const [first = 0] = indexes;
  const chosen = origin.kind === 'dsm' ? { ...origin, map: first } : origin;
  return new SeguraError(
    'FIELD_AMBIGUOUS',
    `${request.where}: ${shown(origin)} stands in maps [${indexes.join('] and [')}] with different values.`,
    `Say which: ${shown(chosen)} > NAME`,
  );
}

export function twoSecrets(request: SecretRequest, origin: Source): SeguraError {
  return new SeguraError(
    'FIELD_AMBIGUOUS',
    `${request.where}: ${shown(origin)} stands in two secrets of that identity with different values.`,
    'Give the secrets identities of their own in the vault, or select one application: application, system, environment.',
  );
}

export function notEncrypted(request: SecretRequest, origin: Source): SeguraError {
  return new SeguraError(
    'VALUE_BROKEN',
    `${request.where}: the vault failed to encrypt ${shown(origin)} and sent an error text in its place.`,
    'Turn off "Enable encryption of sensitive information" of the authorization, or mend its key.',
  );
}

export function notText(request: SecretRequest, origin: Source): SeguraError {
  return new SeguraError(
    'VALUE_BROKEN',
    `${request.where}: ${shown(origin)} is not valid Unicode text, so its bytes cannot be kept.`,
    'Store the value in the vault as base64.',
  );
}

function shown(source: Source): string {
  return printable(showSource(source));
}
