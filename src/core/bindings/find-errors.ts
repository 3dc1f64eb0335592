import { closestMatch } from '../did-you-mean.js';
import type { ErrorCode } from '../error-codes.js';
import { SeguraError } from '../errors.js';
import { printable } from '../printable.js';
import { type SecretRequest, type Source, showSource } from '../requests/request.js';
import { quote } from '../requests/tokens.js';
import { bare, say, type Text } from '../text.js';
import type { DsmSecret } from '../vault/dsm.js';
import {
  fieldsOf,
  hasList,
  isReadable,
  lineFor,
  lineOfSecret,
  sourceOf,
  wildcardLine,
  withLine,
} from './find-remedies.js';
import { byIdentity, identitiesOf } from './identities.js';
import { twinsOf } from './twins.js';

export function secretNotFound(
  request: SecretRequest,
  identity: string,
  secrets: readonly DsmSecret[],
): SeguraError {
  const identities = identitiesOf(secrets);
  const unreadable = secrets.length - identities.length;
  const nearName = closestMatch(identity, identities);
  const near = byIdentity(secrets)
    .get(nearName ?? '')
    ?.find(isReadable);
  const asWhole = `${identity}/${request.source.field ?? ''}`;
  const whole = byIdentity(secrets).has(asWhole) ? asWhole : undefined;
  const line =
    whole === undefined
      ? near && lineOfSecret(request, near)
      : wildcardLine(request, sourceOf(whole, undefined));
  let remedy: Text = hasList(
    'It shows',
    identities,
    'Check the identity in the vault, and that the authorization includes it.',
  );
  if (near !== undefined) remedy = `Did you mean ${printable(quote(near.identity))}? ${fieldsOf(near)}`;
  if (line !== undefined)
    remedy =
      whole === undefined ? say`Did you mean ${line}?` : say`For all fields of that secret write ${line}`;
  if (identity === '*') remedy = 'For every secret write * without quotes.';
  // One twin would have been found.
  if (twinsOf(identity, identities).length > 0) remedy = SAME_LOOK;
  const others = unreadable === 0 ? '' : ` (${unreadable} of its secrets have no identity that can be read)`;
  return problem(
    'SECRET_NOT_FOUND',
    request,
    `the vault has no secret "${printable(identity)}" for this authorization${others}.`,
    remedy,
  );
}

export function noSuchMap(
  request: SecretRequest,
  source: Source & { kind: 'dsm' },
  count: number,
): SeguraError {
  return problem(
    'FIELD_NOT_FOUND',
    request,
    `${printable(source.identity ?? '*')} has ${count} map${count === 1 ? '' : 's'}, so there is no [${source.map ?? 0}].`,
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
    return problem(
      'FIELD_NULL',
      request,
      `${shown(source)} exists, but the vault has no value for it.`,
      'Set the value in the vault, or leave the line out.',
    );
  }
  const near = closestMatch(source.field ?? '', labels);
  if (twinsOf(source.field ?? '', labels).length > 0)
    return problem('FIELD_NOT_FOUND', request, `${shown(source)} has no such field.`, SAME_LOOK);
  // If no log shows a name as it is, the text in the log cannot be used to request it.
  const isShown = near !== undefined && labels.includes(near);
  const line = isShown ? lineFor(request, { ...source, field: near }) : undefined;
  return problem(
    'FIELD_NOT_FOUND',
    request,
    `${shown(source)} has no such field.`,
    line === undefined
      ? hasList('It has', labels, 'Check the name of the field in the vault. Names are case-sensitive.')
      : say`Did you mean ${line}?`,
  );
}

/** The field exists, but in a different map than the requested one. */
export function inOtherMap(
  request: SecretRequest,
  source: Source & { kind: 'dsm' },
  map: number,
): SeguraError {
  return problem(
    'FIELD_NOT_FOUND',
    request,
    `${shown(source)} has no such field.`,
    withLine(`It is in map [${map}]`, lineFor(request, { ...source, map })),
  );
}

export function noSecrets(request: SecretRequest): SeguraError {
  return problem(
    'SECRET_NOT_FOUND',
    request,
    'the vault has no secrets for this authorization.',
    say`Include secrets in the authorization. With ${bare('application')}, ${bare('system')} and ${bare('environment')} check their spelling: a vault may register an unknown combination, which has no secrets.`,
  );
}

const SAME_LOOK =
  'Several names look like this, each in a different form of Unicode: copy the one you mean from the vault, or rename them there.';

export function severalMaps(request: SecretRequest, origin: Source, indexes: readonly number[]): SeguraError {
  const [first = 0] = indexes;
  const chosen = origin.kind === 'dsm' ? { ...origin, map: first } : origin;
  return problem(
    'FIELD_AMBIGUOUS',
    request,
    `${shown(origin)} is in maps [${indexes.join('] and [')}] with different values.`,
    withLine('Say which', lineFor(request, chosen)),
  );
}

export function ambiguousIdentity(request: SecretRequest, origin: Source): SeguraError {
  return problem(
    'FIELD_AMBIGUOUS',
    request,
    `${shown(origin)} is in two secrets of that identity with different values.`,
    say`Give each secret its own identity in the vault, or select one application: ${bare('application')}, ${bare('system')}, ${bare('environment')}.`,
  );
}

export function notEncrypted(request: SecretRequest, origin: Source): SeguraError {
  return problem(
    'VALUE_BROKEN',
    request,
    `the vault failed to encrypt ${shown(origin)} and sent an error text in its place.`,
    'Turn off "Enable encryption of sensitive information" of the authorization, or fix its key.',
  );
}

export function invalidUnicode(request: SecretRequest, origin: Source): SeguraError {
  return problem(
    'VALUE_BROKEN',
    request,
    `${shown(origin)} is not valid Unicode text, so its bytes cannot be kept.`,
    'Store the value in the vault as base64.',
  );
}

function problem(code: ErrorCode, { where }: SecretRequest, what: string, remedy: Text): SeguraError {
  return new SeguraError(code, say`${where}: ${what}`, remedy);
}

function shown(source: Source): string {
  return printable(showSource(source));
}
