import { describe, expect, test } from 'vitest';
import type { SeguraError } from '../../../src/core/errors.js';
import { readTemplateLines } from '../../../src/templates/input/lines.js';

function read(text: string): { lines: readonly string[][]; problems: readonly SeguraError[] } {
  const problems: SeguraError[] = [];
  const lines = readTemplateLines(text, (line) => `Line ${line}`, problems);
  return { lines: lines.map(({ template, target }) => [template, target]), problems };
}

describe('lines of templates', () => {
  test('have a template and a file, in quotes where they need them', () => {
    const text = `# comment
      deploy/nginx.conf.liquid > deploy/nginx.conf  # comment
      a.liquid>b.yaml

      "with space, comma.liquid" > "a > b.conf"
      C:\\x.liquid > C:\\x#1.conf`;
    expect(read(text)).toEqual({
      lines: [
        ['deploy/nginx.conf.liquid', 'deploy/nginx.conf'],
        ['a.liquid', 'b.yaml'],
        ['with space, comma.liquid', 'a > b.conf'],
        ['C:\\x.liquid', 'C:\\x#1.conf'],
      ],
      problems: [],
    });
  });

  test.each([
    ['a.conf.liquid', 'Line 1 has no file for the template a.conf.liquid.', 'Write a.conf.liquid > a.conf'],
    ['"a b.liquid"', 'has no file for', 'Write "a b.liquid" > "a b"'],
    ['x', 'has no file for', 'Write x > FILE'],
    ['> a', 'names no template before ">".', 'Write TEMPLATE > FILE'],
    ['a >', 'names no file behind ">".', 'Write a > FILE'],
    ['a > b > c', 'has more than one ">".', 'Put a path with ">" in quotes'],
    ['a b > c', 'has a space inside "a b".', 'Put a path with spaces in quotes: "a b"'],
    ['a > b, c', 'has a comma in "b, c".', 'Write a line for each file.'],
    ['a > a', 'makes the file a from itself.', 'a.liquid > a'],
    ['"a > b', 'opens a quote that is never closed', 'Close it'],
  ])('%s', (text, message, remedy) => {
    const { problems } = read(text);
    expect(problems.map(({ code }) => code)).toEqual(['REQUEST_INVALID']);
    expect(problems[0]?.message).toContain(message);
    expect(problems[0]?.remedy).toContain(remedy);
  });

  test('every bad line is reported, and a file that two make', () => {
    const { problems } = read('a\nb\nc > d\ne > d');
    expect(problems.map(({ code }) => code)).toEqual([
      'REQUEST_INVALID',
      'REQUEST_INVALID',
      'NAME_COLLISION',
    ]);
  });
});
