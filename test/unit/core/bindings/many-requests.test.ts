import { describe, expect, test } from 'vitest';
import { bind } from '../../../../src/core/bindings/bind.js';
import type { SeguraError } from '../../../../src/core/errors.js';
import { readNameList } from '../../../../src/core/requests/name-list.js';
import { parseRequests } from '../../../../src/core/requests/parse.js';
import { Secret } from '../../../../src/core/secret.js';
import type { DsmSecret } from '../../../../src/core/vault/dsm.js';

/** Each of these took minutes when every request looked through everything that the vault holds. */
const MANY = 10_000;

const each = <T>(make: (index: number) => T): T[] => Array.from({ length: MANY }, (_, index) => make(index));

function secret(identity: string, fields: readonly (readonly [string, string])[]): DsmSecret {
  const map = new Map(fields.map(([label, value]) => [label, new Secret(value)]));
  return { identity, maps: [map], version: undefined, expires: undefined } as DsmSecret;
}

function bound(
  lines: readonly string[],
  secrets: readonly DsmSecret[],
): { names: string[]; problems: SeguraError[] } {
  const problems: SeguraError[] = [];
  const requests = parseRequests('dsm', lines.join('\n'), problems);
  const masking = { opaque: readNameList('opaque', '', problems) };
  const fetched = { secrets, credentials: new Map() };
  const bindings = bind({ requests, exportEnv: false, masking }, fetched, problems);
  return { names: bindings.map(({ target }) => target.name), problems };
}

const MANY_SECRETS = each((index) => secret(`sec${index}`, [['pw', `p${index}`]]));
const LARGE = [
  secret(
    'large',
    each((index) => [`field${index}`, `v${index}`] as const),
  ),
];

describe('of many requests', () => {
  test('each finds its secret among many', () => {
    const { names, problems } = bound(
      each((index) => `sec${index}/pw > N${index}`),
      MANY_SECRETS,
    );
    expect([names.length, problems]).toEqual([MANY, []]);
  });

  test('each finds its field in a large secret', () => {
    const { names, problems } = bound(
      each((index) => `large/field${index} > N${index}`),
      LARGE,
    );
    expect([names.length, problems]).toEqual([MANY, []]);
  });

  test('with a typing error in the secret, each gets the nearest one', () => {
    const { problems } = bound(
      each((index) => `sac${index}/pw > N${index}`),
      MANY_SECRETS,
    );
    expect(problems.map(({ remedy }) => remedy)).toEqual(
      each((index) => `Did you mean sec${index}/pw > N${index}?`),
    );
  });

  test('with a typing error in the field, each gets the nearest one', () => {
    const { problems } = bound(
      each((index) => `large/feild${index} > N${index}`),
      LARGE,
    );
    expect(problems.map(({ remedy }) => remedy)).toEqual(
      each((index) => `Did you mean large/field${index} > N${index}?`),
    );
  });
});
