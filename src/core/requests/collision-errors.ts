import { SeguraError } from '../errors.js';
import { groupedBy } from '../lookup/grouped-by.js';
import { printable } from '../printable.js';
import { joined, ofOutputs, say, type Text, word } from '../text.js';
import type { NameClaim } from './claim.js';
import { FreeNames, nameKey } from './free-names.js';
import { type Source, showSource, sourceKey } from './request.js';
import { shownWhole } from './shown-whole.js';
import { quote } from './tokens.js';
import { labelled } from './variable-names.js';

/** The problems of claims, each with a line that collides with no other. */
export class Collisions {
  readonly #claims: readonly NameClaim[];
  readonly #names: FreeNames;
  readonly #files: Set<string>;
  readonly #prefixes = new Map<string, string>();
  /** By the path of a file, the number from which on another one may be free. */
  readonly #nextFile = new Map<string, number>();
  readonly #selfMeeting = new Map<string, boolean>();
  /** The claims by the secret or credential that they are of. */
  readonly #ofOne: ReadonlyMap<string, readonly NameClaim[]>;

  constructor(claims: readonly NameClaim[]) {
    this.#claims = claims;
    this.#names = new FreeNames(claims.filter(({ kind }) => kind === 'name').map(({ name }) => name));
    this.#files = new Set(claims.filter(({ kind }) => kind === 'file').map(({ name }) => name));
    this.#ofOne = groupedBy(claims, ({ source }) => itemKey(source));
  }

  collision(earlier: NameClaim, later: NameClaim): SeguraError {
    const thing = later.kind === 'file' ? `File ${later.name}` : `Name ${later.name}`;
    const difference = earlier.name.toUpperCase() === later.name.toUpperCase() ? 'case' : 'case and dots';
    const same =
      earlier.name === later.name
        ? ''
        : ` (${earlier.name} and ${later.name} differ only in ${difference}, which is ignored)`;
    const [first, second] = [shown(earlier), shown(later)];
    return new SeguraError(
      'NAME_COLLISION',
      say`${thing} would come from both ${first} (${earlier.where}) and ${second} (${later.where})${same}.`,
      this.#apart(earlier, later) ??
        'Rename one of them in the vault: a request line cannot contain its name.',
    );
  }

  reserved(each: NameClaim): SeguraError {
    return new SeguraError(
      'NAME_RESERVED',
      say`${each.where} would set the environment variable ${each.name} from ${shown(each)}, which changes how ${word('programs of the job')} run.`,
      (each.wildcard ? this.#prefixed(each) : this.#renamed(each)) ?? 'Use another name.',
    );
  }

  nameless(each: NameClaim): SeguraError {
    return new SeguraError(
      'NAME_INVALID',
      say`${each.where} would give ${shown(each)} no name: its label in the vault is empty.`,
      this.#prefixed(each) ?? 'Give it a label in the vault.',
    );
  }

  #apart(earlier: NameClaim, later: NameClaim): Text | undefined {
    if (earlier.wildcard && later.wildcard) return this.#eachByItself(earlier, later);
    const wildcard = [later, earlier].find((each) => each.wildcard);
    const line = wildcard === undefined ? this.#elsewhere(later) : this.#withPrefix(wildcard);
    return line === undefined ? undefined : say`Give one of them another place: ${line}`;
  }

  /** In place of wildcards that meet: a prefix for each secret, or within one secret a name for each field. */
  #eachByItself(earlier: NameClaim, later: NameClaim): Text | undefined {
    const isOne = sourceKey(wholeOf(earlier)) === sourceKey(wholeOf(later));
    // A prefix does not distinguish the fields of one secret.
    const byField = isOne || [earlier, later].some((each) => this.#meetsItself(wholeOf(each)));
    const lines = [earlier, later]
      .map((each) => (byField ? this.#elsewhere(each) : this.#withPrefix({ ...each, asked: wholeOf(each) })))
      .filter((line) => line !== undefined);
    if (lines.length < 2) return undefined;
    return say`Instead of the "*", write each one: ${joined(lines, ' and ')}`;
  }

  #renamed(each: NameClaim): Text | undefined {
    const name = this.#names.one(`MY_${each.name}`);
    const line = lineOf(each.source, say`${each.place}${name}`);
    if (line === undefined) return undefined;
    const output = each.content === 'path' ? undefined : lineOf(each.source, `output:${each.name}`);
    const instead = output === undefined ? '' : ofOutputs(say`, or make it an output: ${output}`);
    return say`Use another name: ${line}${instead}`;
  }

  #prefixed(each: NameClaim): Text | undefined {
    const line = this.#withPrefix(each);
    return line === undefined ? undefined : say`Give its names a prefix: ${line}`;
  }

  /** One field, with its own name or file. */
  #elsewhere(each: NameClaim): Text | undefined {
    const wish = showSource(each.source).replaceAll('"', '');
    const place = each.kind === 'file' ? quote(this.#freeFile(each.name)) : this.#names.one(wish);
    return lineOf(each.source, say`${each.place}${place}`);
  }

  /** The request with a prefix for its names: the same prefix each time. */
  #withPrefix({ asked, place }: NameClaim): Text | undefined {
    const key = sourceKey(asked);
    const prefix = this.#prefixes.get(key) ?? this.#prefixFor(asked);
    this.#prefixes.set(key, prefix);
    return lineOf(asked, say`${place}${prefix}*`);
  }

  #prefixFor(asked: Source): string {
    const labels = this.#partsOf(asked).map(({ field }) => field ?? '');
    return this.#names.prefix(showSource(asked).replaceAll(/["*]/g, ''), labels);
  }

  #meetsItself(whole: Source): boolean {
    const key = sourceKey(whole);
    const known = this.#selfMeeting.get(key);
    if (known !== undefined) return known;
    const labels = new Set(this.#partsOf(whole).map(({ field }) => field ?? ''));
    const isMet = new Set([...labels].map((label) => nameKey(labelled('X', label)))).size < labels.size;
    this.#selfMeeting.set(key, isMet);
    return isMet;
  }

  #partsOf(asked: Source): Source[] {
    const isEvery = asked.kind === 'dsm' && asked.identity === undefined;
    const near = isEvery ? this.#claims : (this.#ofOne.get(itemKey(asked)) ?? []);
    return near.map(({ source }) => source).filter((source) => isPartOf(source, asked));
  }

  #freeFile(path: string): string {
    let number = this.#nextFile.get(path) ?? 2;
    while (this.#files.has(`${path}-${number}`)) number += 1;
    this.#nextFile.set(path, number + 1);
    this.#files.add(`${path}-${number}`);
    return `${path}-${number}`;
  }
}

/** A field's label comes from the vault. */
function shown({ source }: NameClaim): string {
  return printable(showSource(source));
}

function wholeOf({ source }: NameClaim): Source {
  return { ...source, field: undefined };
}

/** A key for the secret or credential of a source. */
function itemKey(source: Source): string {
  return JSON.stringify([source.kind, source.kind === 'dsm' ? source.identity : source.credential]);
}

function isPartOf(source: Source, asked: Source): boolean {
  if (source.kind === 'dsm' && asked.kind === 'dsm') {
    const isOfSecret = asked.identity === undefined || asked.identity === source.identity;
    return (
      isOfSecret &&
      asked.isDynamic === source.isDynamic &&
      (asked.map === undefined || asked.map === source.map)
    );
  }
  return sourceKey({ ...source, field: undefined }) === sourceKey(asked);
}

/** A request line; undefined where the log would show another one, which then asks for something else. */
function lineOf(source: Source, place: Text): Text | undefined {
  return shownWhole(say`${showSource(source)} > ${place}`);
}
