import { collect, SeguraError } from '../errors.js';
import { whyMasked } from '../masking/always-masked.js';
import { MAX_MASKED } from '../masking/budget.js';
import type { Place, PlaceName } from '../ports.js';
import { claimFor, type NameClaim } from '../requests/claim.js';
import { findCollisions } from '../requests/collisions.js';
import type { FoundField } from '../requests/found-field.js';
import { type NameLists, placeKey } from '../requests/name-list.js';
import type { SecretRequest, Source } from '../requests/request.js';
import { word } from '../text.js';
import { checkEncrypted } from './encrypted.js';
import { type Fetched, Finder } from './finder.js';

/** What to bind, and which values may look encrypted. */
export interface WantedBindings {
  readonly requests: readonly SecretRequest[];
  readonly exportEnv: boolean;
  readonly masking: Pick<NameLists, 'opaque'>;
}

/** One value bound to one place. */
export interface Binding {
  readonly found: FoundField;
  readonly custody: boolean;
  readonly target: Place;
  /** Its value is left readable. */
  readonly unmasked?: boolean;
  /** The request did not ask for a path, but the platform cannot hold the value itself. */
  readonly needsFile?: boolean;
}

/**
 * The fetched fields, bound to their destinations. All problems go to `problems`.
 *
 * Errors put there: those of find.ts, NAME_COLLISION, NAME_RESERVED, VALUE_BROKEN, VALUE_TOO_LARGE.
 */
export function bind(inputs: WantedBindings, fetched: Fetched, problems: SeguraError[]): Binding[] {
  const finder = new Finder();
  const steps = bindInSteps(inputs, (request) => finder.find(request, fetched), problems);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** The same, with a step for each request: thousands of requests, and suggestions for typing errors, take time. */
export function* bindInSteps(
  { requests, exportEnv, masking }: WantedBindings,
  find: (request: SecretRequest) => readonly FoundField[],
  problems: SeguraError[],
): Generator<void, Binding[]> {
  const bindings = new Map<string, Binding>();
  const claims: NameClaim[] = [];
  for (const request of requests) {
    yield;
    const found = collect(problems, () => find(request)) ?? [];
    const wishes = found.flatMap((each) =>
      request.destinations.map((destination) => ({
        found: each,
        destination,
        place: claimFor(request, destination, each.origin, exportEnv),
      })),
    );
    problems.push(...checkEncrypted(request, wishes, masking.opaque));
    for (const { found: each, place } of wishes) {
      claims.push(place);
      const { kind, name, content, env, output } = place;
      const target: Place = { kind, name, content, env, output };
      // Two lines may request the same field, for example a wildcard and a name. It is written once.
      bindings.set(JSON.stringify(target), { found: each, custody: hasCustody(request.source), target });
    }
    if (bindings.size > MAX_MASKED.values) {
      problems.push(tooMany());
      break;
    }
  }
  problems.push(...findCollisions(claims));
  return [...bindings.values()];
}

/** Whether something ends with the job: custody, which no document says of an SSH key, or a lease. */
function hasCustody(source: Source): boolean {
  return source.kind === 'pam' ? !source.isKey : source.isDynamic === true;
}

function tooMany(): SeguraError {
  return new SeguraError(
    'VALUE_TOO_LARGE',
    `More than ${MAX_MASKED.values.toLocaleString('en')} values are requested.`,
    word('Ask for less in one step.'),
  );
}

/** The destinations of a find that must be masked, each once; none if `unmasked` names all of them. */
export function maskedPlaces(
  { exportEnv, masking }: { readonly exportEnv: boolean; readonly masking: Pick<NameLists, 'unmasked'> },
  request: SecretRequest,
  found: FoundField,
): PlaceName[] {
  const all = request.destinations.map((destination) =>
    claimFor(request, destination, found.origin, exportEnv),
  );
  const hidden = all.filter((place) => !masking.unmasked.has(place) || whyMasked(found) !== undefined);
  return [...new Map(hidden.map((place) => [placeKey(place), place])).values()];
}
