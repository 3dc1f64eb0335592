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
