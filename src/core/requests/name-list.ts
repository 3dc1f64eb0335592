import { collect, type SeguraError } from '../errors.js';
import type { PlaceName } from '../ports.js';
import { lineOf, type Setting } from '../text.js';
import { type Char, firstBareIndex, quote, readLine, split, textOf, trim } from './tokens.js';

/** The destinations that an input lists, as they stand after ">" in the requests. */
export class NameList {
  readonly input: 'unmasked' | 'opaque';
  readonly places: readonly PlaceName[];
  readonly #keys: ReadonlySet<string>;

  constructor(input: 'unmasked' | 'opaque', places: readonly PlaceName[] = []) {
    this.input = input;
    this.places = places;
    this.#keys = new Set(places.map(placeKey));
  }

  has(place: PlaceName): boolean {
    return this.#keys.has(placeKey(place));
  }

  /** The setting that says the same without some of it, or with others in place. */
  with(places: readonly PlaceName[]): Setting {
    const value = [...new Set(places.map(showPlace))].join(',');
    return { key: this.input, value, isBare: /^[\w:./,-]+$/.test(value) };
  }
}

export interface NameLists {
  /** Destinations whose values are left readable. */
  readonly unmasked: NameList;
  /** Destinations whose values may look encrypted. */
  readonly opaque: NameList;
}

/** GitHub's expressions and Windows ignore case, and so does this list. */
export function placeKey({ kind, name }: PlaceName): string {
  return kind === 'name' ? name.toUpperCase() : `${kind}:${name}`;
}

/** The destination as it must be written in a list. */
export function showPlace({ kind, name }: PlaceName): string {
  if (kind === 'name') return name;
  if (kind === 'inject') return /[\s",]/.test(name) ? quote(name) : name;
  return `file:${/[\s",#]/.test(name) ? quote(name) : name}`;
}

/**
 * A list of destinations, by lines or commas, each with or without its `env:`, `output:` or `path:`; `file:PATH` is a file,
 * and `PATH#PLACE` a place in one.
 *
 * Errors, put to `problems`: REQUEST_INVALID for a quote that is never closed.
 */
export function readNameList(input: 'unmasked' | 'opaque', text: string, problems: SeguraError[]): NameList {
  const places: PlaceName[] = [];
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const chars = collect(problems, () => readLine(line, lineOf(index + 1, input))) ?? [];
    for (const part of split(chars, ',').map(trim)) if (textOf(part) !== '') places.push(readPlace(part));
  }
  return new NameList(input, places);
}

function readPlace(part: readonly Char[]): PlaceName {
  const colon = firstBareIndex(part, ':');
  const kind = textOf(part.slice(0, Math.max(colon, 0)));
  const rest = textOf(part.slice(colon + 1));
  if (kind === 'file') return { kind, name: rest };
  // No name of a variable or an output has it.
  if (textOf(part).includes('#')) return { kind: 'inject', name: textOf(part) };
  return { kind: 'name', name: ['env', 'output', 'path'].includes(kind) ? rest : textOf(part) };
}
