import { describe, expect, test } from 'vitest';
import { checkNameLists } from '../../../../src/core/bindings/check-name-lists.js';
import type { SeguraError } from '../../../../src/core/errors.js';
import { staticClaims } from '../../../../src/core/requests/claim.js';
import { readNameList } from '../../../../src/core/requests/name-list.js';
import type { SecretRequest } from '../../../../src/core/requests/request.js';
import { MANY, manyLines, requestsIn } from '../../../support/many-lines.js';

describe('a long list of names', () => {
  const unknownIn = (requests: readonly SecretRequest[], names: string): SeguraError[] => {
    const problems: SeguraError[] = [];
    const lists = {
      unmasked: readNameList('unmasked', names, problems),
      opaque: readNameList('opaque', '', problems),
    };
    return [...problems, ...checkNameLists(requests, staticClaims(requests, false), lists)];
  };

  test('with a typing error in each name is corrected', () => {
    const { requests } = requestsIn(
      'dsm',
      manyLines((index) => `s${index}/f > NAME_${index}`),
    );
    const [problem] = unknownIn(
      requests,
      manyLines((index) => `NOME_${index}`),
    );
    expect(problem?.remedy).toContain('NAME_0,NAME_1,NAME_2,');
  });

  test('is found in the names of many wildcards', () => {
    const { requests } = requestsIn(
      'dsm',
      manyLines((index) => `s${index}/* > NAME_${index}_*`),
    );
    expect(
      unknownIn(
        requests,
        manyLines((index) => `NAME_${index}_PW`),
      ),
    ).toEqual([]);
  });

  test('of passwords gets one list without all of them, and for each of the others what to leave out', () => {
    const { requests } = requestsIn('pam', `${manyLines((index) => `${index} > N${index}`)}\n1/ip > IP`);
    const problems = unknownIn(requests, `${manyLines((index) => `N${index}`)}\nIP`);
    expect(problems).toHaveLength(MANY);
    expect(problems[0]?.remedy).toBe('unmasked: IP');
    expect(problems[1]?.remedy).toBe('Leave N1 out of "unmasked".');
  });
});
