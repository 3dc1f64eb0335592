import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closestMatch } from '../../../src/core/did-you-mean.js';

test.each([
  ['postgers', ['stripe', 'postgres'], 'postgres'],
  ['PASSWORD', ['user', 'password'], 'password'],
  ['db_prod', ['db/prod'], 'db/prod'],
  ['stripe', ['postgres', 'mysql'], undefined],
  ['x', [], undefined],
])('near to %s in %j is %s', (wanted, known, near) => {
  expect(closestMatch(wanted, known)).toBe(near);
});

test('a name that comes from the vault cannot bring a command along', () => {
  expect(closestMatch('setenv', ['::set-env'])).not.toContain('::');
});

test('a list that is asked again gives what it gave at first', () => {
  const letter = fc.constantFrom('a', 'b', 'A', '_', '-', 'é', 'İ', 'ß', '1');
  const name = fc.array(letter, { maxLength: 13 }).map((letters) => letters.join(''));
  let near = 0;
  fc.assert(
    fc.property(fc.array(name, { maxLength: 40 }), fc.array(name), (known, wishes) => {
      closestMatch('', known);
      for (const wish of [...wishes, ...known.map((each) => each.slice(1))]) {
        const first = closestMatch(wish, [...known]);
        near += first === undefined ? 0 : 1;
        expect(closestMatch(wish, known)).toBe(first);
      }
    }),
    { numRuns: 500 },
  );
  expect(near).toBeGreaterThan(100);
});

test('many wishes for one of many names take no look at each', () => {
  const known = Array.from({ length: 10_000 }, (_, index) => `a-long-common-beginning/${index}`);
  const found = known.map((each) => closestMatch(each.replace('common', 'comon'), known));
  expect(found).toEqual(known);
});
