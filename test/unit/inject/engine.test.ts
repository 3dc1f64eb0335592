import { describe, expect, test } from 'vitest';
import { problemsOf } from '../../../src/core/errors.js';
import { inject } from '../../../src/inject/inject.js';
import { difference, editOf, injected, NAMESPACES } from './injecting.js';
import { SHAPES, type Shape } from './shapes.js';

const FORMAT: Readonly<Record<string, string>> = { 'php.ini': 'ini:php', 'conf/db.ini': 'ini:python' };
const shapes = Object.values(SHAPES).map((shape): [string, Shape] => [shape.path, shape]);
const howFor = ({ path }: Shape): { format?: string } =>
  FORMAT[path] === undefined ? {} : { format: FORMAT[path] };

async function withAll(shape: Shape, text: string, value = 'new-value'): Promise<string> {
  const edits = shape.places
    // Both mean the same text.
    .filter(([place]) => !place.endsWith('/text()'))
    .map(([place], index) => editOf(shape.path, place, `${value}-${index}`, howFor(shape)));
  return (await inject(Buffer.from(text), edits, { namespaces: NAMESPACES })).toString();
}

describe.each(shapes)('%s', (_, shape) => {
  test('one place changes, and every other byte stays', async () => {
    for (const [place] of shape.places) {
      const after = await injected(shape.path, shape.text, place, 'new-value-42', howFor(shape));
      const { removed, added } = difference(shape.text, after);
      expect(added, place).toContain('new-value-4');
      expect(added.length, place).toBeLessThan('new-value-42'.length + 30);
      expect(after.split('\n').length, place).toBe(
        shape.text.split('\n').length - removed.split('\n').length + 1,
      );
    }
  });

  test('all its places at once are what they are one after the other', async () => {
    let text = shape.text;
    for (const [index, [place]] of shape.places.filter(([place]) => !place.endsWith('/text()')).entries())
      text = await injected(shape.path, text, place, `new-value-${index}`, howFor(shape));
    expect(await withAll(shape, shape.text)).toBe(text);
  });

  test('a second time changes nothing', async () => {
    const once = await withAll(shape, shape.text);
    expect(await withAll(shape, once)).toBe(once);
  });

  test('CRLF line ends, a byte order mark and the end of the last line stay', async () => {
    const expected = await withAll(shape, shape.text);
    const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
    expect(await withAll(shape, crlf(shape.text))).toBe(crlf(expected));
    const mark = shape.path.endsWith('.properties') ? '' : '\ufeff';
    expect(await withAll(shape, mark + shape.text.trimEnd())).toBe(mark + expected.trimEnd());
    expect(await withAll(shape, `${shape.text}\n\n`)).toBe(`${expected}\n\n`);
  });
});

test.each([
  ['A=   # note', "A='id'   # note"],
  ['A= old', "A='id'"],
  ['export A=  "old" # note', "export A='id' # note"],
])('in a .env file, a value has no space in front, which a shell would run: %j', async (text, wanted) => {
  expect(await injected('.env', text, 'A', 'id')).toBe(wanted);
});

test.each(['A=#c', "A='x'#c"])('in a .env file, a value that a # touches stays: %j', async (text) => {
  await expect(injected('.env', text, 'A', 'id')).rejects.toThrow('a # touches it');
});

describe('values that are no texts', () => {
  const cases: readonly (readonly [string, string, string, string, string, string])[] = [
    ['a.yaml', 'a: x # c\n', '/a', 'number', '42', 'a: 42 # c\n'],
    ['a.yaml', 'a: x\n', '/a', 'number', '-1.5E3', 'a: -1.5e+3\n'],
    ['a.yaml', 'a: x\n', '/a', 'number', '1e3', 'a: 1.0e+3\n'],
    ['a.yaml', 'a: x\n', '/a', 'bool', 'true', 'a: true\n'],
    [
      'a.yaml',
      'a:\n  b: 1 # c\n  c: [1,  2]\nd: 1\n',
      '/a',
      'json',
      '{"k": [1, null, "x\\u00e9"]}',
      'a:\n  {"k": [1, null, "xé"]}\nd: 1\n',
    ],
    [
      'a.json',
      '{"a": "x", "b":[ 1 ]}',
      '/a',
      'number',
      '12345678901234567890.10',
      '{"a": 12345678901234567890.10, "b":[ 1 ]}',
    ],
    [
      'a.json',
      '{"a": "x", "b":[ 1 ]}',
      '/b',
      'json',
      ' {"c":1.0,\n"d":null} ',
      '{"a": "x", "b":{"c": 1.0, "d": null}}',
    ],
    ['a.json', '{"a": "x"}', '/a', 'bool', 'false', '{"a": false}'],
    ['a.toml', 'a = "x"\n', '/a', 'number', '7', 'a = 7\n'],
    ['a.toml', 'a = "x"\n', '/a', 'json', '{"b": [true, 1.5]}', 'a = { b = [true, 1.5] }\n'],
  ];

  test.each(cases)('%s: %j, %s:%s of %j', async (path, text, place, kind, value, expected) => {
    expect(await injected(path, text, place, value, { kind })).toBe(expected);
  });

  test.each([
    ['number', '010'],
    ['number', '1_000'],
    ['number', 'NaN'],
    ['number', '1e999'],
    ['number', ''],
    ['bool', 'yes'],
    ['json', '{a: 1}'],
    ['json', '{"a": 1, "a": 2}'],
    ['json', '{"__proto__": 1}'],
    ['json', '"\\ud800"'],
    ['json', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['text', 'half \ud83d'],
  ])('as %s, %.20j is refused, and not shown', async (kind, value) => {
    const [problem] = problemsOf(
      await injected('a.yaml', 'a: x\n', '/a', value, { kind }).catch((error) => error),
    );
    expect(problem?.code).toBe('VALUE_BROKEN');
    if (value.length > 3) expect(problem?.message + (problem?.remedy ?? '')).not.toContain(value);
  });

  test('TOML has no null, and integers of 64 bits', async () => {
    for (const [kind, value] of [
      ['json', '[null]'],
      ['number', '9223372036854775808'],
    ] as const) {
      const [problem] = problemsOf(
        await injected('a.toml', 'a = 1\n', '/a', value, { kind }).catch((error) => error),
      );
      expect(problem?.code).toBe('VALUE_BROKEN');
    }
  });
});

describe('a place that is created', () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    ['a.yaml', 'a:\n  b: 1 # c\n\nd: 2\n', '/a/new', 'a:\n  b: 1 # c\n  new: "v"\n\nd: 2\n'],
    ['a.yaml', 'a: {b: 1}\n', '/a/new', 'a: {b: 1, "new": "v"}\n'],
    ['a.yaml', 'a: {}\n', '/a/new/er', 'a: {"new": {"er": "v"}}\n'],
    ['a.yaml', 'a:\n', '/a/new', 'a: {"new": "v"}\n'],
    ['a.yaml', '# only a comment\n', '/new', '# only a comment\nnew: "v"\n'],
    ['a.yaml', 'a: |+\n  text\n\n', '/new', 'new: "v"\na: |+\n  text\n\n'],
    ['a.yaml', 'l:\n- a\n- b: 1\n', '/l/-', 'l:\n- a\n- b: 1\n- "v"\n'],
    ['a.yaml', 'l:\r\n- a: 1\r\n', '/l/0/yes', 'l:\r\n- a: 1\r\n  "yes": "v"\r\n'],
    ['a.yaml', 'b: &x {c: 1}\na:\n  <<: *x', '/a/c', 'b: &x {c: 1}\na:\n  <<: *x\n  c: "v"'],
    ['a.json', '{\n  "a": 1 // c\n}\n', '/new', '{\n  "a": 1,\n  "new": "v" // c\n}\n'],
    ['a.json', '{"a": [1,]}', '/a/-', '{"a": [1, "v",]}'],
    ['a.json', '{}', '/a/b', '{"a": {"b": "v"}}'],
    ['a.json', '{"a": null}', '/a/b', '{"a": {"b": "v"}}'],
    ['a.toml', '[t]\na = 1 # c\n\n[u]\n', '/t/new', '[t]\na = 1 # c\nnew = "v"\n\n[u]\n'],
    ['a.toml', '[u]\n', '/new', 'new = "v"\n[u]\n'],
    ['a.toml', '[u] # c\n[v]\n', '/u/new key', '[u] # c\n"new key" = "v"\n[v]\n'],
    ['a.toml', 'a = {b = 1}\n', '/a/new', 'a = {b = 1, new = "v"}\n'],
    ['a.toml', 'a = 1\n', '/t/new', 't = { new = "v" }\n'],
    ['a.ini', '[s]\na = 1\n\n[t]\n', '/s/new', '[s]\na = 1\nnew = v\n\n[t]\n'],
    ['a.ini', '[s]\na=1\n', '/t/new', '[s]\na=1\n\n[t]\nnew=v\n'],
    ['a.ini', '[s]', '/s/new', '[s]\nnew = v'],
    ['a.ini', '[s]\n', '/new', 'new = v\n[s]\n'],
    ['a.properties', 'a=1', 'new key', 'a=1\nnew\\ key=v'],
    ['.env', 'A=1\r\n', 'NEW', "A=1\r\nNEW='v'\r\n"],
    ['a.xml', '<a>\n  <b/>\n</a>\n', '/a/c', '<a>\n  <b/>\n  <c>v</c>\n</a>\n'],
    ['a.xml', '<a><b/></a>', '/a/b/c', '<a><b><c>v</c></b></a>'],
    ['a.xml', '<a><b x="1"/></a>', '/a/b/@new', '<a><b x="1" new="v"/></a>'],
    ['a.xml', '<a></a>', '/a/@new', '<a new="v"></a>'],
    [
      'a.xml',
      '<p:a xmlns:p="https://jakarta.ee/xml/ns/jakartaee"><p:b/></p:a>',
      '/j:a/j:c',
      '<p:a xmlns:p="https://jakarta.ee/xml/ns/jakartaee"><p:b/><p:c>v</p:c></p:a>',
    ],
  ];

  test.each(cases)('%s: %j has %s', async (path, text, place, expected) => {
    const made = await injected(path, text, place, 'v', { create: true });
    expect(made).toBe(path === 'a.toml' && text === 'a = 1\n' ? `a = 1\n${expected}` : expected);
    expect(
      await injected(path, made, place.replace('/l/-', '/l/2').replace('/a/-', '/a/1'), 'v', {
        create: true,
      }),
    ).toBe(made);
  });
});

test('a space of Unicode at the end of a value is part of it', async () => {
  expect(await injected('a.yaml', 'a: \u3000\nb: x\u00a0 # c\n', '/a', 'v')).toBe('a: "v"\nb: x\u00a0 # c\n');
  expect(await injected('a.yaml', 'a: \u3000\nb: x\u00a0 # c\n', '/b', 'v')).toBe('a: \u3000\nb: "v" # c\n');
});

describe('encodings', () => {
  test('XML in ISO 8859-1 gets a value in references, and keeps its bytes', async () => {
    const file = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>é<b>ü</b></a>', 'latin1');
    const made = await inject(file, [editOf('a.xml', '/a/b', 'ß🔑')]);
    expect(made.toString('latin1')).toBe(
      '<?xml version="1.0" encoding="ISO-8859-1"?><a>é<b>&#xDF;&#x1F511;</b></a>',
    );
  });

  test.each(['latin1', 'utf8'] as const)(
    'properties in %s keep their bytes, and find their keys',
    async (encoding) => {
      const file = Buffer.from('a=é\nclé=x\n', encoding);
      const made = await inject(file, [editOf('a.properties', 'clé', 'ß')]);
      expect(made).toEqual(Buffer.from('a=é\nclé=\\u00df\n', encoding));
    },
  );

  test.each([
    ['a.yaml', Buffer.from('a: é\n', 'latin1')],
    ['a.json', Buffer.from('\ufeff{"a": 1}', 'utf16le')],
    ['a.xml', Buffer.from('<?xml version="1.0" encoding="UTF-16"?><a/>')],
    ['a.toml', Buffer.from('a = "\0"')],
  ])('%s of another encoding is refused', async (path, file) => {
    const error = await inject(file, [editOf(path, path === 'a.xml' ? '/a' : '/a', 'v')]).catch(
      (error) => error,
    );
    expect(problemsOf(error)[0]?.code).toBe('DOCUMENT_REFUSED');
  });
});
