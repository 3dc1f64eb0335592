import { describe, expect, test } from 'vitest';
import { problemsOf, type SeguraError } from '../../../src/core/errors.js';
import { inject } from '../../../src/inject/inject.js';
import { faultOf, textOf } from '../templates/rendering.js';
import { editOf, injected } from './injecting.js';

async function problemOf(text: string, place: string, how = {}): Promise<SeguraError | undefined> {
  return inject(Buffer.from(text), [editOf('a.yaml', place, 'v', how)]).then(
    () => undefined,
    (error) => problemsOf(error)[0],
  );
}

describe('a tag of YAML that says something else than a text', () => {
  test.each([
    ['p: !!int 3\n', '!!int'],
    ['p: !!bool "yes"\n', '!!bool'],
    ["p: !!float '3'\n", '!!float'],
    ['p: !!binary |\n  aGk=\n', '!!binary'],
    ['p: !!timestamp >-\n  2001-12-14\n', '!!timestamp'],
    ['p: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n', '!vault'],
    ['p: &a !vault x\n', '!vault'],
    ['p: !vault &a x\n', '!vault'],
    ['p: !<tag:example.com,2026:x> y\n', 'tag:example.com,2026:x'],
    ['%TAG !e! tag:example.com,2026:\n---\np: !e!x y\n', 'tag:example.com,2026:x'],
    ['p: !!int\n', '!!int'],
    ['p: [!!int 3]\n', '!!int', '/p/0'],
  ])('%j is refused, and taken without the tag', async (text, tag, place = '/p') => {
    const problem = await problemOf(text, place);
    expect(problem?.code).toBe('PLACE_REFUSED');
    expect(problem?.message).toContain(`has the tag ${tag},`);
    expect(problem?.remedy).toBe(`Remove ${tag} from a.yaml, or name another place.`);
    const bare = text.replace(/!(?:<[^>]*>|[^\s&]*) ?(?=[^!]*$)/, '').replace(/^%TAG.*\n---\n/, '');
    expect(await problemOf(bare, place), bare).toBeUndefined();
  });

  test('is refused where a place is created behind it, and where JSON replaces a map behind it', async () => {
    expect((await problemOf('p: !!null\n', '/p/q', { create: true }))?.code).toBe('PLACE_NOT_FOUND');
    const json = await inject(Buffer.from('p: !custom {a: 1}\n'), [
      editOf('a.yaml', '/p', '{}', { kind: 'json' }),
    ]).catch((error) => error);
    expect(problemsOf(json)[0]?.code).toBe('PLACE_REFUSED');
  });

  test.each(['p: !!int {{ X }}', 'p: !vault "a {{ X }}"', 'p: !vault |\n  {{ X }}\n'])(
    '%j of a template is refused',
    async (text) => {
      const fault = await faultOf(text, 'a.yaml', { names: { X: 'v' } });
      expect([fault.code, fault.remedy]).toEqual([
        'TEMPLATE_INVALID',
        'Remove the tag, or write "| raw" behind the value to write it as it is.',
      ]);
    },
  );

  test('of a template is written before a value as it is', async () => {
    expect(await textOf('p: !!int {{ X | raw }}\n', 'a.yaml', { names: { X: '3' } })).toBe('p: !!int 3\n');
    expect(await textOf('p: !!str {{ X }}\n', 'a.yaml', { names: { X: '3' } })).toBe('p: !!str "3"\n');
  });
});

test.each([
  ['p: !!str 3\n', 'p: !!str "v"\n'],
  ['p: ! 3\n', 'p: ! "v"\n'],
  ['p: !!str |\n  3\n', 'p: !!str "v"\n'],
  ['%TAG !y! tag:yaml.org,2002:\n---\np: !y!str 3\n', '%TAG !y! tag:yaml.org,2002:\n---\np: !y!str "v"\n'],
])('a tag of a text stays: %j', async (text, expected) => {
  expect(await injected('a.yaml', text, '/p', 'v')).toBe(expected);
});

test('what is below a map with a tag of its own can be changed', async () => {
  expect(await injected('a.yaml', 'p: !Sub {a: 1}\n', '/p/a', 'v')).toBe('p: !Sub {a: "v"}\n');
});

test.each([
  ['p: # comment\nq: 1\n', '/p', 'p: "v" # comment\nq: 1\n'],
  ['p:   # comment', '/p', 'p:   "v" # comment'],
  ['p: &a # comment\n', '/p', 'p: &a "v" # comment\n'],
  ['- # comment\n- 1\n', '/0', '- "v" # comment\n- 1\n'],
  ['p: !!str # comment\n', '/p', 'p: !!str "v" # comment\n'],
  ['p:\n  # comment\nq: 1\n', '/p', 'p: "v"\n  # comment\nq: 1\n'],
])('an empty value before a comment gets the value: %j', async (text, place, expected) => {
  expect(await injected('a.yaml', text, place, 'v')).toBe(expected);
});

test('a key is created in an empty value before a comment', async () => {
  expect(await injected('a.yaml', 'p: # comment\n', '/p/q', 'v', { create: true })).toBe(
    'p: {"q": "v"} # comment\n',
  );
});
