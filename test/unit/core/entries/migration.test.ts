import { expect, test } from 'vitest';
import { decide, fieldsThatMove, type Source } from '../../../../src/core/entries/migration.js';
import { Secret } from '../../../../src/core/secret.js';

function source(
  file: string,
  lastCounts: boolean,
  ...entries: (readonly [string, string, string?])[]
): Source {
  const all = entries.map(([name, value, stays = ''], at) => ({
    name,
    value: new Secret(value),
    stays,
    line: at + 1,
  }));
  return { file, entries: all, lastCounts };
}

const NONE = { include: [], exclude: [] };
const outcomes = (...given: Parameters<typeof decide>): string[] =>
  decide(...given)
    .flat()
    .map(({ outcome }) => outcome);

test('an entry moves if it looks like a secret or is included, and not if it is excluded, has no name or must stay', () => {
  const file = source(
    '.env',
    true,
    ['PORT', '80'],
    ['PASSWORD', 'x'],
    ['LOG', 'info'],
    ['TOKEN', 'y'],
    ['', '-----BEGIN PRIVATE KEY-----'],
    ['SECRET', 'z', 'an element of a list'],
    ['SECRET_label', '-----BEGIN PRIVATE KEY-----'],
  );
  const decided = decide([file], { include: ['LOG'], exclude: ['TOKEN'] }).flat();
  expect(decided.map(({ outcome }) => outcome)).toEqual([
    'stays',
    'moves',
    'moves',
    'stays',
    'stays',
    'stays',
    'stays',
  ]);
  expect(decided.map(({ isDoubtful }) => isDoubtful)).toEqual([false, false, false, false, true, true, true]);
  expect([...fieldsThatMove(decided).keys()]).toEqual(['PASSWORD', 'LOG']);
});

test('an earlier entry of a name goes with the last one only where the last one counts', () => {
  const twice = [
    ['TOKEN', 'old'],
    ['TOKEN', 'new'],
  ] as const;
  expect(outcomes([source('.env', true, ...twice)], NONE)).toEqual(['overridden', 'moves']);
  const tree = decide([source('a.json', false, ...twice)], NONE).flat();
  expect(tree.map(({ outcome }) => outcome)).toEqual(['moves', 'moves']);
  expect(() => fieldsThatMove(tree)).toThrow('TOKEN has one value in a.json and another in a.json.');
});

test('an earlier entry stays where the last one of its name counts and stays, since no program reads it', () => {
  const [first, last] = decide(
    [source('.env', true, ['X_PASSWORD', 'hunter2a'], ['X_PASSWORD', ''])],
    NONE,
  ).flat();
  expect(first).toMatchObject({
    outcome: 'stays',
    why: 'line 2 has the same name, and counts: remove one of the two lines',
    isDoubtful: true,
  });
  expect(last).toMatchObject({ outcome: 'stays', why: 'empty' });
  const apart = source('.env', true, ['TOKEN', 'a'], ['TOKEN', 'b', 'programs differ']);
  expect(outcomes([apart], NONE)).toEqual(['stays', 'stays']);
  const placeholder = source('.env', true, ['TOKEN', 'changeme'], ['TOKEN', 'b']);
  expect(outcomes([placeholder], NONE)).toEqual(['overridden', 'moves']);
});

test.each([
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END PUBLIC KEY-----',
  '-----BEGIN PGP PRIVATE KEY BLOCK-----\nabcd',
])('a key without its end stays, with a warning: %j', (value) => {
  for (const include of [[], ['KEY']]) {
    const [decided] = decide([source('a.json', false, ['KEY', value])], { include, exclude: [] }).flat();
    expect(decided).toMatchObject({ outcome: 'stays', isDoubtful: true });
    expect(decided?.why).toContain('its END line is not in the value');
  }
});

test('a key with its end moves', () => {
  const key = '-----BEGIN EC PRIVATE KEY-----\nMIIE\n-----END EC PRIVATE KEY-----\n';
  expect(outcomes([source('a.json', false, ['KEY', key])], NONE)).toEqual(['moves']);
});

test('one name in two files is one field if its values are equal, and an error if they are not', () => {
  const [a, b, c] = [
    source('a.env', true, ['TOKEN', 'x']),
    source('b.env', true, ['TOKEN', 'x']),
    source('c.env', true, ['TOKEN', 'y']),
  ];
  expect(fieldsThatMove(decide([a, b], NONE).flat()).size).toBe(1);
  expect(() => fieldsThatMove(decide([a, c], NONE).flat())).toThrow('another in c.env');
});
