import type { DsmSecret } from './dsm.js';
import { SeguraError } from './errors.js';
import { type SecretRequest, type Source, showSource } from './plan.js';
import { printable } from './printable.js';
import { nearest } from './similar.js';

export function secretNotFound(
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
  return new SeguraError(
    'FIELD_NOT_FOUND',
    `${request.where}: ${shown(source)} has no such field.`,
    near === undefined ? 'Check the name of the field in the vault: case counts.' : `Did you mean ${near}?`,
  );
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
