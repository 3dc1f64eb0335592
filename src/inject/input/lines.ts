import { collect, type SeguraError } from '../../core/errors.js';
import type { SecretRequest } from '../../core/requests/request.js';
import {
  type Char,
  firstBareIndex,
  isBlank,
  readLine,
  requestInvalid,
  split,
  textOf,
  trim,
} from '../../core/requests/tokens.js';
import { lineOf, type Text } from '../../core/text.js';
import type { Format } from '../format.js';
import { type Place, readPlace, sameTwice, showPlace } from '../place.js';
import { readSource } from './source.js';

/** One line of `inject`. */
export interface InjectLine {
  readonly request: SecretRequest;
  /** Its source, as it stands in the line. */
  readonly source: string;
  readonly places: readonly NamedPlace[];
}

/** A place as the format of its file has it, and the name of the destination. */
export interface NamedPlace {
  readonly name: string;
  readonly place: Place;
}

type Formats = ReadonlyMap<string, Format>;

/**
 * The lines of `inject`. The problems of all bad lines go to `problems`: REQUEST_INVALID, and NAME_COLLISION for a place
 * that two lines name.
 */
export function readLines(text: string, formats: Formats, problems: SeguraError[]): InjectLine[] {
  const lines: InjectLine[] = [];
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const where = lineOf(index + 1, 'inject');
    collect(problems, () => {
      const chars = readLine(line, where);
      if (!isBlank(chars)) lines.push(readOne(chars, where, formats));
    });
  }
  const twice = sameTwice(lines.flatMap(({ places }) => places.map(({ place }) => place)));
  if (twice !== undefined) problems.push(twice);
  return lines;
}

/** Errors (together, as Problems): REQUEST_INVALID. */
function readOne(chars: readonly Char[], where: Text, formats: Formats): InjectLine {
  const [left = [], right, ...more] = split(chars, '>').map(trim);
  if (more.length > 0) {
    throw requestInvalid(
      where,
      'has more than one ">".',
      'Put a name, a path or a place with ">" in quotes: "server.xml"#"/a[b > 1]"',
    );
  }
  if (left.length === 0) {
    throw requestInvalid(
      where,
      'names no source before ">".',
      'Write IDENTITY/FIELD > PATH#PLACE for a secret, or ID > PATH#PLACE for a credential.',
    );
  }
  refuseSpaces(left, where, 'Put a name with spaces in quotes, and write ">" before the file.');
  const { source, prefix, shown } = readSource({ left, right }, where, (candidates) =>
    candidates.find((candidate) => isValid(candidate, where, formats)),
  );
  if (right === undefined) {
    throw requestInvalid(where, `has no destination for ${shown}.`, `Write ${shown} > PATH#PLACE`);
  }
  const places = split(right, ',')
    .map(trim)
    .map((part) => {
      refuseSpaces(part, where, `Put it in quotes: ${shown} > ${inQuotes(part)}`);
      const place = readPlace(part, { source: shown, where, formats });
      return { name: `${place.path}#${textOf(part.slice(firstBareIndex(part, '#') + 1))}`, place };
    });
  const destinations = places.map(({ name, place }) => ({
    ...{ kind: 'inject' as const, path: place.path, name, shown: showPlace(place) },
  }));
  return { request: { source, where, destinations, prefix }, source: shown, places };
}

function refuseSpaces(part: readonly Char[], where: Text, remedy: string): void {
  if (!part.some(({ char, quoted }) => !quoted && /\s/.test(char))) return;
  throw requestInvalid(where, `has a space inside "${textOf(part)}".`, remedy);
}

/** A destination with both its sides in quotes, a `+` outside of them. */
function inQuotes(part: readonly Char[]): string {
  const [, path = '', create = '', place = ''] = /^(.*?)(\+?)#(.*)$/s.exec(textOf(part)) ?? [
    '',
    textOf(part),
  ];
  const quoted = (text: string): string => `"${text.replaceAll('"', '\\"')}"`;
  return `${quoted(path)}${create}#${quoted(place || 'PLACE')}`;
}

function isValid(candidate: string, where: Text, formats: Formats): boolean {
  const problems: SeguraError[] = [];
  collect(problems, () => readOne(readLine(candidate, where), where, formats));
  return problems.length === 0;
}
