import { describe, expect, test } from 'vitest';
import { problemsOf, type SeguraError } from '../../../../../src/core/errors.js';
import { readSaveLines, showTarget } from '../../../../../src/core/job/save/lines.js';

function read(text: string): { lines: string[]; problems: readonly SeguraError[] } {
  const problems: SeguraError[] = [];
  const lines = readSaveLines(text, problems);
  return { lines: lines.map((line) => `${line.kind} ${line.name} > ${showTarget(line)}`), problems };
}

describe('a line of save', () => {
  test('names a variable or a file, and a field of a secret', () => {
    const { lines, problems } = read(
      'TOKEN > app/db/TOKEN # note\n\nfile:out/key.pem > app/KEY\n"my name">"an app"/"a/b"',
    );
    expect(problems).toEqual([]);
    expect(lines).toEqual([
      'variable TOKEN > app/db/TOKEN',
      'file out/key.pem > app/KEY',
      'variable my name > "an app"/"a/b"',
    ]);
  });

  test.each([
    'TOKEN',
    '> app/TOKEN',
    'TOKEN >',
    'TOKEN > app',
    'TOKEN > app/',
    'TOKEN > /FIELD',
    'TOKEN > app/*',
    'TOKEN > */A',
    'file: > app/KEY',
    'A B > app/KEY',
    'A > app/KEY > B',
  ])('%j is rejected with its number, and the line that is offered is accepted', (line) => {
    const { lines, problems } = read(`A > x/Y\n${line}`);
    expect(lines).toEqual(['variable A > x/Y']);
    expect(problems.map(({ code }) => code)).toEqual(['REQUEST_INVALID']);
    expect(problems[0]?.message).toContain('Line 2 of "save"');
    const offered = /^Write (.*?)(?: for the value|$)/.exec(problems[0]?.remedy ?? '')?.[1] ?? '';
    expect(read(offered).problems).toEqual([]);
  });

  test('cannot give one field two values', () => {
    const { problems } = read('A > app/KEY\nB > app/KEY');
    expect(problemsOf(problems[0]).map(({ code, message }) => [code, message])).toEqual([
      ['NAME_COLLISION', 'Line 2 of "save" gives app/KEY a second value.'],
    ]);
  });
});

test('many secrets, of which no two look alike, are each compared with none of the others', () => {
  // 20,000 lines took minutes when each was compared with all before it.
  const many = Array.from({ length: 20_000 }, (_, index) => `N${index} > é${index}/f`);
  const problems: SeguraError[] = [];
  expect(readSaveLines(many.join('\n'), problems)).toHaveLength(many.length);
  expect(problems).toEqual([]);
});
