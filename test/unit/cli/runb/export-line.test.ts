import { expect, test } from 'vitest';
import { exportLine } from '../../../../src/cli/runb/export-line.js';
import type { FoundField } from '../../../../src/core/requests/found-field.js';
import { Secret } from '../../../../src/core/secret.js';

function found(identity: string, field: string): FoundField {
  const origin = { kind: 'dsm', identity, map: undefined, field } as const;
  const rest = { version: undefined, expires: undefined, user: undefined };
  return { field, origin, value: new Secret('x'), source: `${identity}/${field}`, ...rest };
}

test.each([
  ['names that no other secret has stay as they are', ['a/x', 'b/y'], "'a/*' --secrets 'b/*'"],
  ['names of several secrets get a prefix', ['a/x', 'b/x'], "'a/* > A_*' --secrets 'b/* > B_*'"],
  [
    'names that meet in one secret are written out',
    ['a/x y', 'a/x-y'],
    `'a/"x y" > A_X_Y' --secrets 'a/x-y > A_X_Y_2'`,
  ],
])('%s', (_what, all, requests) => {
  const fields = all.map((each) => found(...(each.split('/') as [string, string])));
  expect(exportLine(undefined, fields)).toBe(`segura-secrets export --format sh --secrets ${requests}`);
});

test('takes no look at each field for each secret', () => {
  const many = Array.from({ length: 30_000 }, (_, index) => found(`s${index}`, 'password'));
  expect(exportLine(undefined, many)).toContain("--secrets 's29999/* > S29999_*'");
});
