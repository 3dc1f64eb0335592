import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FreeNames, nameKey } from '../../../../src/core/requests/free-names.js';
import { isSteering, isVariableName, labelled } from '../../../../src/core/requests/variable-names.js';

test.each([
  ['a/x', 'a_x'],
  ['A_B', 'A_B_2'],
  ['1x', '_1x'],
  ['', 'NAME'],
  ['PATH', 'MY_PATH'],
  ['malloc_x', 'MY_malloc_x'],
  ['ci', 'MY_ci'],
])('%j is written %s if a_b is taken', (wish, name) => {
  expect(new FreeNames(['a_b']).one(wish)).toBe(name);
});

test('a name is offered once', () => {
  const names = new FreeNames(['X']);
  expect([names.one('x'), names.one('x'), names.one('X'), names.one('x_2')]).toEqual([
    'x_2',
    'x_3',
    'X_4',
    'x_2_2',
  ]);
});

test('a prefix turns no label into a name that is taken, or that steers programs', () => {
  const names = new FreeNames(['DB_PW']);
  expect(names.prefix('db', ['PW', 'USER'])).toBe('db_2_');
  expect(names.prefix('git', ['token', 'ssh'])).toBe('MY_git_');
  expect(names.prefix('malloc', ['x'])).toBe('MY_malloc_');
  expect(names.prefix('', ['x'])).toBe('MY_');
});

test('every proposed name is legal, free and steers nothing', () => {
  const word = fc.oneof(
    fc.constantFrom('PATH', 'LD', 'malloc', 'a.b', 'a-b', 'x'),
    fc.string({ unit: 'binary' }),
  );
  void fc.assert(
    fc.property(fc.array(word), fc.array(word, { minLength: 1 }), fc.array(word), (taken, wishes, labels) => {
      const names = new FreeNames(taken);
      const given = wishes.map((wish) => names.one(wish));
      const prefix = names.prefix(wishes[0] ?? '', labels);
      const all = [...given, ...new Set(labels.map((label) => labelled(prefix, label)))];
      expect(all.filter((name) => !isVariableName(name) || isSteering(name))).toEqual([]);
      const keys = new Set(taken.map(nameKey));
      expect(all.filter((name) => keys.has(nameKey(name)))).toEqual([]);
      expect(new Set(given.map(nameKey)).size).toBe(given.length);
    }),
  );
});
