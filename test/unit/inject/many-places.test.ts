import { describe, expect, test, vi } from 'vitest';
import { problemsOf } from '../../../src/core/errors.js';
import type { Edit } from '../../../src/inject/edit.js';
import { formatOfPath } from '../../../src/inject/format.js';
import { scanEnv } from '../../../src/inject/formats/env.js';
import { inject } from '../../../src/inject/inject.js';
import { type LineFormat, spliceLines } from '../../../src/inject/splice-lines.js';
import { childrenOf } from '../../../src/inject/tree.js';

/** The last of these took minutes when each place looked at every other one. */
const MANY = 10_000;

const each = <T>(make: (index: number) => T): T[] => Array.from({ length: MANY }, (_, index) => make(index));

function editsOf(path: string, places: readonly string[]): Edit[] {
  const format = formatOfPath(path);
  if (format === undefined) throw new Error(path);
  return places.map((text) => ({
    ...{ place: { path, format, text, create: false, kind: 'text' as const } },
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
