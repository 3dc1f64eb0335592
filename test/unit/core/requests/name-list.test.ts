import { describe, expect, test } from 'vitest';
import type { SeguraError } from '../../../../src/core/errors.js';
import { type NameList, readNameList } from '../../../../src/core/requests/name-list.js';
import { plain, settings } from '../../../../src/core/text.js';
import { codesOf } from '../../fakes.js';

function read(text: string): { list: NameList; problems: SeguraError[] } {
  const problems: SeguraError[] = [];
  return { list: readNameList('unmasked', text, problems), problems };
}

describe('a list of destinations', () => {
  test.each<[string, string[]]>([
    ['', []],
    [' \n , \n', []],
    ['A', ['A']],
    ['A,B', ['A', 'B']],
    ['A, B\nC  # a comment\n# another\n', ['A', 'B', 'C']],
    ['env:A, output:my-b, path:C', ['A', 'my-b', 'C']],
    ['file:/run/x.txt, file:"a, b"', ['file:/run/x.txt', 'file:a, b']],
    ['"A"', ['A']],
  ])('%j names %j', (text, names) => {
    const { list, problems } = read(text);
    expect(problems).toEqual([]);
    expect(list.places.map(({ kind, name }) => (kind === 'file' ? `file:${name}` : name))).toEqual(names);
  });

  test('knows a name in any case, and a file by its exact path', () => {
    const { list } = read('Db_Host, file:Key.pem');
    expect(list.has({ kind: 'name', name: 'DB_HOST' })).toBe(true);
    expect(list.has({ kind: 'file', name: 'Key.pem' })).toBe(true);
    for (const place of [
      { kind: 'file', name: 'key.pem' },
      { kind: 'file', name: 'DB_HOST' },
      { kind: 'name', name: 'Key.pem' },
    ] as const)
      expect(list.has(place)).toBe(false);
  });

  test('gives a line that reads as the same list', () => {
    for (const text of ['A', 'A,b-c', 'file:/a/b.txt,X', 'file:"a b",Y', 'file:"x,#y"']) {
      const { list } = read(text);
      const [, line = ''] = /^unmasked: (.*)$/.exec(plain(settings('whole', list.with(list.places)))) ?? [];
      const value = line.startsWith('"') ? String(JSON.parse(line)) : line;
      expect(read(value).list.places).toEqual(list.places);
    }
  });

  test('with a quote that is never closed is rejected', () => {
    expect(codesOf(read('A\nfile:"x').problems)).toEqual(['REQUEST_INVALID']);
  });
});
