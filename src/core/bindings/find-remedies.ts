import { onceForEach } from '../lookup/once-for-each.js';
import { printable } from '../printable.js';
import { kindText, showDestination } from '../requests/destination.js';
import { type SecretRequest, type Source, showSource } from '../requests/request.js';
import { shownWhole } from '../requests/shown-whole.js';
import { quote } from '../requests/tokens.js';
import { joined, say, type Text } from '../text.js';
import type { DsmSecret } from '../vault/dsm.js';
import { usableLabels } from '../vault/field.js';

/** The labels of some maps that can be asked for. */
export const usableOf = onceForEach(usableLabels);

/** A secret that cannot be read is not offered as a remedy for another error. */
export function isReadable(secret: DsmSecret): boolean {
  try {
    return secret.maps.length >= 0;
  } catch {
    return false;
  }
}

/** The line of a request with another secret; undefined when that lacks the field. */
export function lineOfSecret(request: SecretRequest, secret: DsmSecret): Text | undefined {
  const { field } = request.source;
  const source = sourceOf(secret.identity, field);
  if (field === undefined) return wildcardLine(request, source);
  return usableOf(secret.maps).includes(field) ? lineFor(request, source) : undefined;
}

/** The fields of a secret, as a remedy lists them. */
export function fieldsOf({ maps }: DsmSecret): string {
  return hasList('It has', usableOf(maps), 'It is empty.');
}

/** A field of a secret, in whatever map of it. */
export function sourceOf(identity: string, field: string | undefined): Source {
  return { kind: 'dsm', identity, map: undefined, field };
}

const MAX_LISTED = 10;

/** Names that could have been meant; names of secrets and fields are no secrets, the log of `*` shows them all. */
export function hasList(what: string, names: readonly string[], otherwise: string): string {
  if (names.length === 0) return otherwise;
  const listed = names.slice(0, MAX_LISTED).map((name) => printable(quote(name)));
  return `${what}: ${listed.join(', ')}${names.length > MAX_LISTED ? ', …' : ''}.`;
}

/** A request for one field, where it was to go; undefined where no log shows the line as it is. */
export function lineFor(
  { destinations, prefix = '', write }: SecretRequest,
  source: Source,
): Text | undefined {
  if (write !== undefined) return shownWhole(write(source));
  const label = source.field ?? '';
  const places = destinations.map((destination) => showDestination(destination, label) || 'NAME');
  return shownWhole(
    say`${prefix}${showSource(source)} > ${places.length === 0 ? 'NAME' : joined(places, ', ')}`,
  );
}

/** A request for all fields, each name of the request as a prefix. */
export function wildcardLine({ destinations, write }: SecretRequest, source: Source): Text | undefined {
  if (write !== undefined) return shownWhole(write(source));
  const places = destinations.map((destination): Text => {
    if (destination.kind === 'file' || destination.kind === 'inject') return 'path:PREFIX_*';
    const { kind, name, wildcard } = destination;
    return say`${kindText(kind)}${name}${wildcard ? '' : '_'}*`;
  });
  return shownWhole(say`${showSource(source)} > ${places.length === 0 ? '*' : joined(places, ', ')}`);
}

/** If no log shows the line as it is, only the index can be offered. */
export function withLine(what: string, line: Text | undefined): Text {
  return line === undefined ? `${what} by the index of the map.` : say`${what}: ${line}`;
}
