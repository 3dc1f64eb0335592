import { describe, expect, test } from 'vitest';
import { staticClaims } from '../../../../src/core/requests/claim.js';
import { findCollisions } from '../../../../src/core/requests/collisions.js';
import type { RequestKind } from '../../../../src/core/requests/request.js';
import { MANY, manyLines, requestsIn } from '../../../support/many-lines.js';

function claimsOf(text: string): ReturnType<typeof staticClaims> {
  const { requests, problems } = requestsIn('dsm', text);
  expect(problems).toEqual([]);
  return staticClaims(requests, true);
}

describe('of many bad lines, each gets a remedy with a name of its own', () => {
  test.each<[string, RequestKind, (index: number) => string]>([
    ['that name no field', 'dsm', (index) => `s${index}/ > NAME`],
    ['that have an empty destination', 'dsm', (index) => `s${index}/f >`],
    ['whose name begins with a digit', 'dsm', (index) => `s${index}/f > 1X`],
    ['whose sources look like the names', 'dsm', (index) => `NAME_${index}/ > NAME`],
    ['without a destination', 'pam', (index) => `${index}`],
    ['that ask for every credential', 'pam', () => '* > X'],
  ])('%s', (_what, kind, make) => {
    const { problems } = requestsIn(kind, manyLines(make));
    const offered = problems.map(({ remedy }) => /> (\w+\*?)[^>]*$/.exec(remedy)?.[1]);
    expect([problems.length, new Set(offered).size, offered.includes(undefined)]).toEqual([
      MANY,
      MANY,
      false,
    ]);
  });

  test('in one line with many bad destinations', () => {
    const names = Array.from({ length: MANY }, () => '1X').join(', ');
    expect(new Set(requestsIn('dsm', `s/f > ${names}`).problems.map(({ remedy }) => remedy)).size).toBe(MANY);
  });
});

describe('of many requests that cannot stand together, each gets a place of its own', () => {
  test.each<[string, (index: number) => string, number]>([
    ['for one file', (index) => `s${index}/f > file:/x`, MANY - 1],
    ['for a name that steers programs', (index) => `s${index}/f > env:PATH`, 2 * MANY - 1],
  ])('%s', (_what, make, count) => {
    const problems = findCollisions(claimsOf(manyLines(make)));
    expect(new Set(problems.map(({ remedy }) => remedy)).size).toBe(count);
  });
});
