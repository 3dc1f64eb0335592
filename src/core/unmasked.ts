import { type Claim, literalClaims } from './claims.js';
import { englishName } from './credential.js';
import { SeguraError } from './errors.js';
import type { Inputs } from './inputs.js';
import type { Found } from './lookup.js';
import { type NameList, type Place, placeKey, showPlace } from './name-list.js';
import { labelled } from './names.js';
import type { SecretRequest, Source } from './plan.js';
import { isPrivateKey } from './private-key.js';
import { nearest } from './similar.js';

type Wanted = Pick<Inputs, 'requests' | 'exportEnv' | 'unmasked' | 'opaque'>;

/** What is wrong with `unmasked` and `opaque` as far as the text of the requests tells. Errors: INPUT_INVALID. */
export function checkNameLists({ requests, exportEnv, unmasked, opaque }: Wanted): SeguraError[] {
  const claims = literalClaims(requests, exportEnv);
  const prefixes = requests.flatMap((request) => wildcardsOf(request).map(({ name }) => name.toUpperCase()));
  const isReachable = (place: Place): boolean =>
    place.kind === 'name' && prefixes.some((prefix) => placeKey(place).startsWith(prefix));
  const passwords = [...claims, ...passwordsOfWildcards(requests)].filter(
    (each) => isPassword(each.source) && unmasked.has(each),
  );
  return [
    ...unknownNames(unmasked, claims, isReachable),
    ...unknownNames(opaque, claims, isReachable),
    ...passwords.map((place) => mustBeMasked(unmasked, place, PASSWORD)),
  ];
}

/** The same once the vault has named every field. */
export function checkNamesFound(
  { unmasked, opaque }: Pick<Inputs, 'unmasked' | 'opaque'>,
  found: readonly { readonly place: Place; readonly found: Found }[],
): SeguraError[] {
  const places = found.map(({ place }) => place);
  return [
    ...unknownNames(unmasked, places),
    ...unknownNames(opaque, places),
    ...found.flatMap(({ place, found: each }) => {
      const why = unmasked.has(place) ? whyMasked(each) : undefined;
      return why === undefined ? [] : [mustBeMasked(unmasked, place, why)];
    }),
  ];
}

const PASSWORD = 'the password of a PAM credential';
const PRIVATE_KEY = 'a private key';

/** Why a value is masked whatever `unmasked` says; undefined where its word counts. */
export function whyMasked(found: Found): string | undefined {
  if (isPassword(found.origin)) return PASSWORD;
  return isPrivateKey(found.value.reveal()) ? PRIVATE_KEY : undefined;
}

function isPassword({ kind, field }: Source): boolean {
  return kind === 'pam' && field !== undefined && englishName(field) === 'password';
}

function wildcardsOf({ source, destinations }: SecretRequest): { name: string }[] {
  if (source.field !== undefined) return [];
  return destinations.flatMap((each) => (each.kind !== 'file' && each.wildcard ? [each] : []));
}

/** What `94/* > D_*` is sure to bring. */
function passwordsOfWildcards(requests: readonly SecretRequest[]): (Place & Pick<Claim, 'source'>)[] {
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
  known: readonly Place[],
  isReachable: (place: Place) => boolean = () => false,
): SeguraError[] {
  const keys = new Set(known.map(placeKey));
  const isKnown = (place: Place): boolean => keys.has(placeKey(place)) || isReachable(place);
  const unknown = list.places.filter((place) => !isKnown(place));
  if (unknown.length === 0) return [];
  const mended = list.places.flatMap((place) => {
    if (isKnown(place)) return [place];
    const near = nearest(
      showPlace(place),
      known.filter(({ kind }) => kind === 'name').map(({ name }) => name),
    );
    return near === undefined ? [] : [{ kind: 'name' as const, name: near }];
  });
  const names = unknown.map(showPlace).join(', ');
  return [
    new SeguraError(
      'INPUT_INVALID',
      `"${list.input}" names ${names}, which no request gives: each name stands there in full, as after ">".`,
      mended.length === 0 ? `Leave ${names} out of "${list.input}".` : list.lineWith(mended),
    ),
  ];
}

function mustBeMasked(unmasked: NameList, place: Place, what: string): SeguraError {
  const others = unmasked.places.filter((each) => placeKey(each) !== placeKey(place));
  return new SeguraError(
    'INPUT_INVALID',
    `"unmasked" names ${showPlace(place)}, which is ${what}: that is always masked.`,
    others.length === 0 ? `Leave ${showPlace(place)} out of "unmasked".` : unmasked.lineWith(others),
  );
}
