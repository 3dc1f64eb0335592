import type { BigIntStats } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SeguraError } from '../../../src/core/errors.js';
import type { Injector } from '../../../src/core/job/inject/injection.js';
import { together } from '../../../src/core/job/inject/together.js';
import { plain } from '../../../src/core/text.js';
import { openTemplater } from '../../../src/templates/templater.js';

interface Raw {
  readonly templates: string;
  readonly secrets?: string;
  readonly credentials?: string;
  readonly delimiters?: string;
}

/** What looks at templates and files, over files that are only texts; `real` is where a path leads. */
function open(
  { templates, secrets = '', credentials = '', delimiters = '' }: Raw,
  files: Readonly<Record<string, string>>,
  real: Readonly<Record<string, string>> = {},
): Promise<Injector> {
  const missing = (path: string): SeguraError =>
    new SeguraError('FILE_REFUSED', `no ${path}`, 'Name another.', {
      cause: Object.assign(new Error('none'), { code: 'ENOENT' }),
    });
  const read = (path: string): Buffer => {
    const text = files[path];
    if (text === undefined) throw missing(path);
    return Buffer.from(text);
  };
  return openTemplater(
    { templates, secrets, credentials, mysafe: '', 'template-delimiters': delimiters },
    {
      files: {
        read,
        check: () => [],
        open: async (path) => ({
          ...{ shown: path, path: real[path] ?? `/project/${path}`, bytes: read(path) },
          found: {} as BigIntStats,
        }),
      },
      trackedByGit: async (paths) => paths.filter((path) => path.endsWith('tracked')),
    },
  );
}

const codes = ({ problems }: Injector): string[] => problems.map(({ code }) => code);

describe('names that a template can use', () => {
  test.each([
    ['DB', 'a/b > DB', ''],
    ['DB', 'a/b > env:DB, file:x', ''],
    ['DB', '', '94 > output:DB'],
    ['DB_ANY', 'a/* > DB_*', ''],
    ['PASSWORD', 'a/*', ''],
    ['db.x', 'a/b > db.x', ''],
    ['DB', 'a/b > bad line here', ''],
  ])('%s of %j and %j', async (name, secrets, credentials) => {
    const injector = await open({ templates: 'a > b', secrets, credentials }, { a: `{{ ${name} }}` });
    expect(codes(injector)).toEqual([]);
  });

  test.each([
    ['DB', 'a/b > DC', 'Write {{ DC }}, or ask for it'],
    ['DB', 'a/b > path:DB', 'Ask for it'],
    ['DB', 'a/* > DC_*', 'Ask for it'],
    ['DB', '', 'Ask for it'],
  ])('%s is none of %j', async (name, secrets, remedy) => {
    const injector = await open({ templates: 'a > b', secrets }, { a: `{{ ${name} }}` });
    expect(codes(injector)).toEqual(['TEMPLATE_INVALID']);
    expect(injector.problems[0]?.remedy).toContain(remedy);
  });
});

describe('what is made', () => {
  test('has a file that is there replaced, and others made; one that is the same is left', async () => {
    const injector = await open(
      { templates: 'a > there\na > new\nsame > same.out', secrets: 'x/y > X' },
      { a: '{{ X }}-', there: 'old', same: 'text', 'same.out': 'text' },
    );
    const { changes, derived } = await injector.make({ placed: [], names: new Map([['X', 'v']]) });
    expect(changes.map(({ file, bytes }) => [file.path, bytes.toString()])).toEqual([
      ['/project/there', 'v-'],
      ['new', 'v-'],
    ]);
    expect([...derived]).toEqual([]);
  });

  test('has the fields of its own requests, by the names of their destinations', async () => {
    const text =
      '{% assign l = "p/*" | secret %}{% for f in l %}{{ f.name }}={{ f.value }};{% endfor %}{{ "p/A" | secret }}';
    const injector = await open({ templates: 'a > b' }, { a: text });
    const destinations = injector.requests.flatMap((request) => request.destinations);
    expect(destinations).toEqual([
      { kind: 'inject', path: 'b', name: 'b#p/', shown: 'b#p/' },
      { kind: 'inject', path: 'b', name: 'b#p/A', shown: 'b#p/A' },
    ]);
    const placed = [
      { name: 'b#p/A', value: 'v', field: 'A' },
      { name: 'b#p/"B C"', value: 'w', field: 'B C' },
      { name: 'other#p/A', value: 'z', field: 'A' },
    ];
    const { changes } = await injector.make({ placed, names: new Map() });
    expect(changes[0]?.bytes.toString()).toBe('A=v;B C=w;v');
  });

  test('warns of a file that git tracks', async () => {
    const injector = await open(
      { templates: 'a > tracked', secrets: 'x/y > X' },
      { a: '{{ X }}', tracked: '' },
    );
    expect(injector.warnings.map(plain)).toEqual([
      'git tracks tracked: let no later step commit it or upload it while it holds values.',
    ]);
  });
});

describe('one file has one template', () => {
  test('also by another name', async () => {
    const files = { a: 'x', b: 'y', c: 'y' };
    const injector = await open({ templates: 'a > b\na > c' }, files, { b: '/project/c' });
    expect(codes(injector)).toEqual(['NAME_COLLISION']);
  });

  test('and no value at a place as well', async () => {
    const one = await open({ templates: 'a > b' }, { a: 'x' });
    expect(codes(together([one, { ...one, paths: ['b'] }]))).toEqual(['NAME_COLLISION']);
    const both = together([one, { ...one, paths: ['./b'] }]);
    expect(codes(both)).toEqual([]);
    await expect(both.make({ placed: [], names: new Map() })).rejects.toThrow('NAME_COLLISION');
  });
});

describe('a trial before anything is fetched', () => {
  test.each([
    ['a: {{ X }}', []],
    ['a: [{{ X }}', ['DOCUMENT_REFUSED']],
    ['a: b # {{ X }}', ['TEMPLATE_INVALID']],
    ['{% assign l = "p/*" | secret %}{% for f in l %}{{ f.name }}: {{ f.value }}\n{% endfor %}', []],
    // What comes of these depends on the values.
    ['a: [{{ X | raw }}', []],
    ['{% if X == "}" %}a: [{% endif %}', []],
  ])('%j gives %j', async (text, expected) => {
    const injector = await open({ templates: 'a > b.yaml', secrets: 'x/y > X' }, { a: text });
    expect(codes(injector)).toEqual(expected);
  });
});
