import type { SeguraError } from '../errors.js';
import { say, type Text, word } from '../text.js';
import type { NameClaim } from './claim.js';
import { Collisions } from './collision-errors.js';
import { nameKey } from './free-names.js';
import { sourceKey } from './request.js';
import { isReserved, isSteering } from './variable-names.js';

/**
 * The problems of a set of claims: two sources for one name or file, and names that an environment must not get. With a
 * wildcard the vault chooses the names: then every name that steers a program is one of these.
 *
 * GitHub's expressions and Windows ignore case, so names are compared without it.
 */
export function findCollisions(claims: readonly NameClaim[]): SeguraError[] {
  const problems: SeguraError[] = [];
  const taken = new Map<string, NameClaim>();
  const errors = new Collisions(claims);
  for (const each of claims) {
    // Whoever knows the format of the file has compared the places in it.
    if (each.kind === 'inject') continue;
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
export function steeringWarnings(claims: readonly NameClaim[]): Text[] {
  const names = claims.filter(
    ({ env, wildcard, name }) => env && !wildcard && isSteering(name) && !isReserved(name),
  );
  return names.map(
    ({ name, where }) =>
      say`${where} sets the environment variable ${name}, which changes how ${word('programs of the job')} run: the vault decides how.`,
  );
}
