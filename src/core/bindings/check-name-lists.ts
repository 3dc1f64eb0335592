import { closestMatch } from '../did-you-mean.js';
import { SeguraError } from '../errors.js';
import { isPassword, PASSWORD, whyMasked } from '../masking/always-masked.js';
import type { PlaceName } from '../ports.js';
import type { NameClaim } from '../requests/claim.js';
import type { FoundField } from '../requests/found-field.js';
import { type NameList, type NameLists, placeKey, showPlace } from '../requests/name-list.js';
import type { SecretRequest } from '../requests/request.js';
import { beginsWithOneOf, labelled } from '../requests/variable-names.js';
import { option, say, settings } from '../text.js';

/** The problems of `unmasked` and `opaque` that the text of the requests shows. Errors: INPUT_INVALID. */
export function checkNameLists(
  requests: readonly SecretRequest[],
  claims: readonly NameClaim[],
  { unmasked, opaque }: NameLists,
): SeguraError[] {
  const prefixes = requests.flatMap((request) => wildcardsOf(request).map(({ name }) => name.toUpperCase()));
  const isFromWildcard = beginsWithOneOf(prefixes);
  const isReachable = (place: PlaceName): boolean => place.kind === 'name' && isFromWildcard(placeKey(place));
  const passwords = [...claims, ...passwordsOfWildcards(requests)].filter(
    (each) => isPassword(each.source) && unmasked.has(each),
  );
  return [
    ...unknownNames(unmasked, claims, isReachable),
    ...unknownNames(opaque, claims, isReachable),
    ...mustBeMasked(
      unmasked,
      passwords.map((place) => ({ place, what: PASSWORD })),
    ),
  ];
}

/** The same once the vault has named every field. */
export function checkNamesFound(
  { unmasked, opaque }: NameLists,
  found: readonly { readonly place: PlaceName; readonly found: FoundField }[],
): SeguraError[] {
  const places = found.map(({ place }) => place);
  return [
    ...unknownNames(unmasked, places),
    ...unknownNames(opaque, places),
    ...mustBeMasked(
      unmasked,
      found.flatMap(({ place, found: each }) => {
        const what = unmasked.has(place) ? whyMasked(each) : undefined;
        return what === undefined ? [] : [{ place, what }];
      }),
    ),
  ];
}

function wildcardsOf({ source, destinations }: SecretRequest): { name: string }[] {
  if (source.field !== undefined) return [];
  return destinations.flatMap((each) => ('wildcard' in each && each.wildcard ? [each] : []));
}

/** The fields that `94/* > D_*` always gives. */
function passwordsOfWildcards(requests: readonly SecretRequest[]): (PlaceName & Pick<NameClaim, 'source'>)[] {
  return requests.flatMap((request) =>
    request.source.kind === 'pam'
      ? wildcardsOf(request).map(({ name }) => ({
          kind: 'name' as const,
          name: labelled(name, 'password'),
          source: { ...request.source, field: 'password' },
        }))
      : [],
  );
}

function unknownNames(
  list: NameList,
  places: readonly PlaceName[],
  isReachable: (place: PlaceName) => boolean = () => false,
): SeguraError[] {
  const keys = new Set(places.map(placeKey));
  const isKnown = (place: PlaceName): boolean => keys.has(placeKey(place)) || isReachable(place);
  const unknown = list.places.filter((place) => !isKnown(place));
  if (unknown.length === 0) return [];
  const known = places.filter(({ kind }) => kind === 'name').map(({ name }) => name);
  const fixed = list.places.flatMap((place) => {
    if (isKnown(place)) return [place];
    const near = closestMatch(showPlace(place), known);
    return near === undefined ? [] : [{ kind: 'name' as const, name: near }];
  });
  const names = unknown.map(showPlace).join(', ');
  return [
    new SeguraError(
      'INPUT_INVALID',
      say`${option[list.input]} names ${names}, which no request gives. Write each name in full, as after ">".`,
      fixed.length === 0
        ? say`Leave ${names} out of ${option[list.input]}.`
        : settings('whole', list.with(fixed)),
    ),
  ];
}

/** One problem for each: the first one has the setting without all of them, or its remedy would bring the others back. */
function mustBeMasked(
  unmasked: NameList,
  all: readonly { readonly place: PlaceName; readonly what: string }[],
): SeguraError[] {
  const refused = new Set(all.map(({ place }) => placeKey(place)));
  const others = unmasked.places.filter((place) => !refused.has(placeKey(place)));
  return all.map(
    ({ place, what }, index) =>
      new SeguraError(
        'INPUT_INVALID',
        say`${option.unmasked} names ${showPlace(place)}, which is ${what}: that is always masked.`,
        others.length === 0 || index > 0
          ? say`Leave ${showPlace(place)} out of ${option.unmasked}.`
          : settings('whole', unmasked.with(others)),
      ),
  );
}
