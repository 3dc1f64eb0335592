import type { Destination } from './destination.js';
import { SeguraError } from './errors.js';
import { quote } from './line.js';
import { isReserved, labelled, toVariableName } from './names.js';
import { type SecretRequest, type Source, showSource, sourceKey } from './plan.js';
import { printable } from './printable.js';

/** One source's wish for one name or file. */
export interface Claim {
  readonly kind: 'name' | 'file';
  readonly name: string;
  /** What would stand there: a value, or the path of a file that holds it. */
  readonly content: 'value' | 'path';
  readonly env: boolean;
  readonly source: Source;
  /** True when the request asked for more than this one field. */
  readonly wildcard: boolean;
  readonly where: string;
}

/** The claims that the text of the requests makes by itself, before the vault has named any field. */
export function literalClaims(requests: readonly SecretRequest[], exportEnv: boolean): Claim[] {
  return requests.flatMap((request) =>
    request.destinations.flatMap((destination) => {
      const field = request.source.field;
      if (destination.kind !== 'file' && destination.wildcard && field === undefined) return [];
      return [claim(request, destination, request.source, exportEnv)];
    }),
  );
}

/** The wish of a request that its `source`, one field by now, goes to `destination`. */
export function claim(
  request: SecretRequest,
  destination: Destination,
  source: Source,
  exportEnv: boolean,
): Claim {
  if (destination.kind === 'file') {
    return {
      kind: 'file',
      name: destination.path,
      content: 'value',
      env: false,
      source,
      wildcard: false,
      where: request.where,
    };
  }
  const { kind, name, wildcard } = destination;
  return {
    kind: 'name',
    name: wildcard ? labelled(name, source.field ?? '') : name,
    content: kind === 'path' ? 'path' : 'value',
    env: kind === 'env' || (kind !== 'output' && exportEnv),
    source,
    wildcard: request.source.field === undefined,
    where: request.where,
  };
}

/**
 * The problems of a set of claims: two sources for one name or file, and names that an environment must not get.
 *
 * GitHub's expressions and Windows ignore case, so names are compared without it.
 */
export function checkClaims(claims: readonly Claim[]): SeguraError[] {
  const problems: SeguraError[] = [];
  const taken = new Map<string, Claim>();
  for (const each of claims) {
    if (each.name === '') {
      problems.push(nameless(each));
      continue;
    }
    if (each.env && isReserved(each.name)) problems.push(reserved(each));
    const key = each.kind === 'file' ? `file:${each.name}` : each.name.toUpperCase();
    const earlier = taken.get(key);
    if (earlier === undefined) taken.set(key, each);
    else if (sourceKey(earlier.source) !== sourceKey(each.source) || earlier.content !== each.content) {
      problems.push(collision(earlier, each));
    }
  }
  return problems;
}

function collision(earlier: Claim, later: Claim): SeguraError {
  const thing = later.kind === 'file' ? `File ${later.name}` : `Name ${later.name}`;
  const same =
    earlier.name === later.name
      ? ''
      : ` (${earlier.name} and ${later.name} differ only in case, which is ignored)`;
  const other =
    later.kind === 'file'
      ? `file:${quote(`${later.name}-2`)}`
      : toVariableName(showSource(later.source).replaceAll('"', ''));
  const [first, second] = [shown(earlier), shown(later)];
  return new SeguraError(
    'NAME_COLLISION',
    `${thing} would come from both ${first} (${earlier.where}) and ${second} (${later.where})${same}.`,
    earlier.wildcard && later.wildcard
      ? apart(earlier, later)
      : `Give one of them another place: ${second} > ${other}`,
  );
}

function reserved(each: Claim): SeguraError {
  return new SeguraError(
    'NAME_RESERVED',
    `${each.where} would set the environment variable ${each.name} from ${shown(each)}, which changes how programs of the job run.`,
    `Use another name, or make it an output: ${shown(each)} > output:${each.name}`,
  );
}

function nameless(each: Claim): SeguraError {
  return new SeguraError(
    'NAME_INVALID',
    `${each.where} would give ${shown(each)} no name: its label in the vault is empty.`,
    `Give it one: ${shown(each)} > NAME`,
  );
}

/** A field's label comes from the vault. */
function shown({ source }: Claim): string {
  return printable(showSource(source));
}

/** What to write in place of wildcards that meet: a prefix for each secret, or within one secret a name for each field. */
function apart(earlier: Claim, later: Claim): string {
  const wholes = [earlier, later].map(({ source }) => showSource({ ...source, field: undefined }));
  const lines = wholes[0] === wholes[1] ? [earlier, later].map(shown) : wholes.map(printable);
  const named = lines.map(
    (line) => `${line} > ${toVariableName(line.replaceAll(/["*]/g, '')).replace(/_*$/, '')}`,
  );
  const names = wholes[0] === wholes[1] ? named : named.map((line) => `${line}_*`);
  return `In place of the "*" write each by itself: ${names.join(' and ')}`;
}
