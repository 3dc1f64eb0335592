import { describe, expect, test, vi } from 'vitest';
import { problemsOf } from '../../../src/core/errors.js';
import type { Edit } from '../../../src/inject/edit.js';
import { formatOfPath } from '../../../src/inject/format.js';
import { scanEnv } from '../../../src/inject/formats/env.js';
import { inject } from '../../../src/inject/inject.js';
import { type LineFormat, spliceLines } from '../../../src/inject/splice-lines.js';
import { spliceTree, type TreeFormat } from '../../../src/inject/splice-tree.js';
import { childrenOf, type TreeNode } from '../../../src/inject/tree.js';

/** The last of these took minutes when each place looked at every other one. */
const MANY = 10_000;

const each = <T>(make: (index: number) => T): T[] => Array.from({ length: MANY }, (_, index) => make(index));

function editsOf(path: string, places: readonly string[], create = false): Edit[] {
  const format = formatOfPath(path);
  if (format === undefined) throw new Error(path);
  return places.map((text) => ({
    ...{ place: { path, format, text, create, kind: 'text' as const } },
    ...{ value: 'new', source: 's/f', where: 'Line 1' },
  }));
}

describe('many values into one file', () => {
  test('look at the children of a map once', () => {
    const scalar = { kind: 'scalar', start: 0, end: 0, note: '', children: () => [] } as const;
    const children = vi.fn(() => each((index) => ({ key: `k${index}`, node: scalar })));
    const map = { ...scalar, kind: 'map' as const, children };
    expect(each((index) => childrenOf(map, `k${index}`).length)).toEqual(each(() => 1));
    expect(children).toHaveBeenCalledTimes(1);
  });

  test('look at each line a few times', () => {
    const few = 200;
    const text = Array.from({ length: few }, (_, index) => `K${index}=old`).join('\n');
    let looks = 0;
    const format: LineFormat = {
      scan: (text) =>
        scanEnv(text).map(({ place, ...entry }) => ({
          ...entry,
          get place() {
            looks += 1;
            return place;
          },
        })),
      write: ({ value }) => value,
      read: (written) => written,
      create: () => ({ start: 0, end: 0, text: '' }),
    };
    const places = Array.from({ length: few }, (_, index) => `K${index}`);
    const edits = editsOf('a.env', places).map((edit) => ({
      ...edit,
      wanted: { is: 'text' as const, text: edit.value },
    }));
    expect(spliceLines(format)(text, edits)).toBe(text.replaceAll('old', 'new'));
    expect(looks).toBeLessThan(20 * few);
  });

  test('whose places are missing: each gets the nearest one', async () => {
    const text = JSON.stringify(Object.fromEntries(each((index) => [`key${index}`, 'old'])));
    const problems = await inject(
      Buffer.from(text),
      editsOf(
        'a.json',
        each((index) => `/kez${index}`),
      ),
    ).then(() => [], problemsOf);
    expect(problems.map(({ remedy }) => remedy.split('. ')[0])).toEqual(
      each((index) => `Write s/f > a.json#/key${index}`),
    );
  });
});

describe('many places that are created', () => {
  test('are parsed together', () => {
    const few = 200;
    let parses = 0;
    const scalar = { kind: 'scalar', note: '', children: () => [] } as const;
    // Each line is a key of one map, with the same value.
    const nodeOf = (text: string): TreeNode => {
      const place = { start: 0, end: text.length, note: '' };
      const keys = text.split('\n').slice(0, -1);
      const children = keys.map((key) => ({ key, node: { ...scalar, start: 0, end: 0, value: 'new' } }));
      const map = { ...place, kind: 'map' as const, children: () => children };
      return { ...place, kind: 'list', children: () => [{ key: '0', node: map }] };
    };
    const format: TreeFormat = {
      parse: (text) => {
        parses += 1;
        return nodeOf(text);
      },
      replace: (_, { start, end }) => ({ start, end, text: 'new' }),
      create: (text, { missing }) => [{ start: text.length, end: text.length, text: `${missing[0]}\n` }],
    };
    const places = Array.from({ length: few }, (_, index) => `/k${index}`);
    const edits = editsOf('a.yaml', places, true).map((edit) => ({
      ...edit,
      wanted: { is: 'text' as const, text: edit.value },
    }));
    expect(spliceTree(format)('', edits)).toBe(`${places.map((place) => place.slice(1)).join('\n')}\n`);
    expect(parses).toBeLessThan(5);
  });

  test.each([
    ['a.yaml', 'top:\n  x: 1\nlist:\n  - a\nempty: {}\nflow: { a: 1 }\nnone:\n'],
    ['b.yaml', 'list: []\ntop: {x: 1}\nnone: null\nempty:\n  {}\nflow: [ ]\n'],
    ['a.json', '{\n  "top": { "x": 1 },\n  "list": ["a"],\n  "empty": {},\n  "none": null, "flow": []\n}\n'],
    ['a.toml', 'flow = {}\nlist = ["a"]\nempty = { a = 1 }\n\n[top]\nx = 1\n'],
  ])('are written as one after the other: %s', async (path, text) => {
    const wished = [
      ...['/top/a', '/top/b', '/list/-', '/empty/a2', '/empty/b', '/empty/c', '/top/deep/a'],
      ...[
        '/top/deep/b',
        '/new',
        '/other/deep/a',
        '/other/deep/b',
        '/other/flat',
        '/none/a',
        '/none/b',
        '/flow/x',
      ],
    ];
    const one = async (file: string, place: string): Promise<string | undefined> =>
      inject(Buffer.from(file), editsOf(path, [place], true)).then(String, () => undefined);
    const first = await Promise.all(wished.map((place) => one(text, place)));
    const possible = wished.filter((_, index) => first[index] !== undefined);
    expect(possible.length).toBeGreaterThan(10);
    let expected = text;
    for (const place of possible) expected = (await one(expected, place)) ?? expected;
    expect((await inject(Buffer.from(text), editsOf(path, possible, true))).toString()).toBe(expected);
  });
});
