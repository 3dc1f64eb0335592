import { Collisions } from './claim-errors.js';
import type { Destination } from './destination.js';
import type { SeguraError } from './errors.js';
import { nameKey } from './free-names.js';
import { isReserved, isSteering, labelled } from './names.js';
import { type SecretRequest, type Source, sourceKey } from './plan.js';

/** One source's wish for one name or file. */
export interface Claim {
  readonly kind: 'name' | 'file';
  readonly name: string;
  /** What would stand there: a value, or the path of a file that holds it. */
  readonly content: 'value' | 'path';
  readonly env: boolean;
  readonly source: Source;
  /** What the request asked for. */
  readonly asked: Source;
  /** True when that is more than this one field. */
  readonly wildcard: boolean;
  /** What stands before the name in a request line: `output:`, or nothing. */
  readonly place: string;
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
  const { kind } = destination;
  const { where, source: asked } = request;
  const common = { source, asked, where, place: kind === 'plain' ? '' : `${kind}:` } as const;
  if (kind === 'file') {
    return { ...common, kind, name: destination.path, content: 'value', env: false, wildcard: false };
  }
  const { name, wildcard } = destination;
  return {
    ...common,
    kind: 'name',
    name: wildcard ? labelled(name, source.field ?? '') : name,
    content: kind === 'path' ? 'path' : 'value',
    env: kind === 'env' || (kind !== 'output' && exportEnv),
    wildcard: asked.field === undefined,
  };
}

/**
 * The problems of a set of claims: two sources for one name or file, and names that an environment must not get. With a
 * wildcard the vault chooses the names: then every name that steers a program is one of these.
 *
 * GitHub's expressions and Windows ignore case, so names are compared without it.
 */
export function checkClaims(claims: readonly Claim[]): SeguraError[] {
  const problems: SeguraError[] = [];
  const taken = new Map<string, Claim>();
  const errors = new Collisions(claims);
  for (const each of claims) {
    if (each.name === '') {
      problems.push(errors.nameless(each));
      continue;
    }
    if (each.env && (each.wildcard ? isSteering : isReserved)(each.name))
      problems.push(errors.reserved(each));
    const key = each.kind === 'file' ? `file:${each.name}` : nameKey(each.name);
    const earlier = taken.get(key);
    if (earlier === undefined) taken.set(key, each);
    else if (sourceKey(earlier.source) !== sourceKey(each.source) || earlier.content !== each.content) {
      problems.push(errors.collision(earlier, each));
    }
  }
  return problems;
}

/** A warning for each name that a user wrote out although it steers programs. */
export function steeringWarnings(claims: readonly Claim[]): string[] {
  const names = claims.filter(
    ({ env, wildcard, name }) => env && !wildcard && isSteering(name) && !isReserved(name),
  );
  return names.map(
    ({ name, where }) =>
      `${where} sets the environment variable ${name}, which changes how programs of the job run: the vault decides how.`,
  );
}
