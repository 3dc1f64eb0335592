import type { SeguraError } from '../../core/errors.js';
import type { RawInputs } from '../../core/input-names.js';
import { parseSafe } from '../../core/job/mysafe/safe-requests.js';
import { parseRequests } from '../../core/requests/parse.js';
import { beginsWithOneOf, isPipelineName } from '../../core/requests/variable-names.js';

/** The names that requests of a step give, as far as their text says. */
export interface GivenNames {
  readonly known: readonly string[];
  isGiven(name: string): boolean;
}

/**
 * The names that a template can use: those of values, in any form that a platform has. `94/* > DB_*` gives every name that
 * begins so. Where a request cannot be read, each name may be one of it: its own error says what is wrong.
 */
export function givenNames(
  raw: Pick<RawInputs, 'secrets' | 'credentials' | 'mysafe'> & Partial<Pick<RawInputs, 'dynamic'>>,
): GivenNames {
  const problems: SeguraError[] = [];
  const requests = [
    ...parseRequests('dsm', raw.secrets, problems, isPipelineName),
    ...parseRequests('dynamic', raw.dynamic ?? '', problems, isPipelineName),
    ...parseRequests('pam', raw.credentials, problems, isPipelineName),
    ...parseSafe(raw.mysafe, isPipelineName, problems),
  ];
  const destinations = requests.flatMap(({ destinations, source }) =>
    destinations.flatMap((each) => ('wildcard' in each && each.kind !== 'path' ? [{ ...each, source }] : [])),
  );
  const isAll = ({ wildcard, source }: (typeof destinations)[number]): boolean =>
    wildcard && source.field === undefined;
  const isFromWildcard = beginsWithOneOf(destinations.filter(isAll).map(({ name }) => name));
  const known = destinations.filter((each) => !isAll(each)).map(({ name }) => name);
  const names = new Set(known);
  return {
    known,
    isGiven: (name) => problems.length > 0 || names.has(name) || isFromWildcard(name),
  };
}
