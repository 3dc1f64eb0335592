import { describe, expect, test } from 'vitest';
import { problemsOf, type SeguraError } from '../../../src/core/errors.js';
import { readLine } from '../../../src/core/requests/tokens.js';
import { formatOfPath, readFormat } from '../../../src/inject/format.js';
import { inject } from '../../../src/inject/inject.js';
import { readPlace, showPlace } from '../../../src/inject/place.js';
import { editOf } from './injecting.js';

const WHERE = 'Line 3 of "inject"';
const read = (destination: string) =>
  readPlace(readLine(destination, WHERE), {
    source: 'a/B',
    where: WHERE,
    formats: new Map([['app.cfg', { name: 'ini', reader: '' }]]),
  });

async function problemOf(path: string, text: string, place: string, value = 'v'): Promise<SeguraError> {
  const error = await inject(Buffer.from(text), [editOf(path, place, value)]).then(
    () => undefined,
    (error) => error,
  );
  return problemsOf(error)[0] as SeguraError;
}

describe('a destination', () => {
  test.each([
    [
      'config/app.yaml#/database/password',
      { path: 'config/app.yaml', text: '/database/password', create: false, kind: 'text' },
    ],
    ['a.yml+#[2]/a/b:number', { path: 'a.yml', text: '[2]/a/b', create: true, kind: 'number' }],
    [
      `"server, 1.xml"#"//a[b, 'c'] > #x"`,
      { path: 'server, 1.xml', text: `//a[b, 'c'] > #x`, create: false, kind: 'text' },
    ],
    ['.env#DB_PASSWORD', { path: '.env', text: 'DB_PASSWORD', create: false, kind: 'text' }],
    ['a.json#/a:json', { path: 'a.json', text: '/a', create: false, kind: 'json' }],
    ['a.json#"/a:json"', { path: 'a.json', text: '/a:json', create: false, kind: 'text' }],
    ['"a+"#/a/b', undefined],
    ['a.xml#//x:number', { path: 'a.xml', text: '//x:number', create: false, kind: 'text' }],
    [
      'app.cfg#/database/password',
      { path: 'app.cfg', text: '/database/password', create: false, kind: 'text' },
    ],
    ['a.toml#"/a b/c\\"d"', { path: 'a.toml', text: '/a b/c"d', create: false, kind: 'text' }],
  ])('%s is read, and shown as what is read alike', (line, expected) => {
    if (expected === undefined) {
      expect(() => read(line)).toThrow('whose ending does not say its format');
      return;
    }
    const place = read(line);
    expect(place).toMatchObject(expected);
    expect(read(showPlace(place))).toEqual(place);
  });

  test.each([
    ['config/app.yaml', 'without "#"'],
    ['""#/a', 'names no file'],
    ['app.conf#/a', 'whose ending does not say its format'],
    ['a.yaml#', 'names no place'],
    ['a.yaml#database.password', 'no JSON Pointer'],
    ['a.yaml#database/pass~word', 'no JSON Pointer'],
    ['a.json#[0]/a', 'no JSON Pointer'],
    ['a.ini#/a/b/c', 'sections and keys only'],
    ['.env#NAME:number', 'every value of this format is a text'],
    ['a.properties#a:bool', 'every value of this format is a text'],
  ])('%s is refused with a line that is accepted', (line, message) => {
    const [problem] = problemsOf(attempt(() => read(line)));
    expect(problem?.code).toBe('REQUEST_INVALID');
    expect(problem?.message).toContain(message);
    expect(problem?.message).toMatch(/^Line 3 of "inject"/);
    const format = /inject-format: (\S+)=(\w+)\./.exec(problem?.remedy ?? '');
    if (format !== null) {
      expect([format[1], readFormat(format[2] ?? '')]).toEqual(['app.conf', { name: 'yaml', reader: '' }]);
      return;
    }
    for (const [, offered = ''] of (problem?.remedy ?? '').matchAll(/a\/B > (\S+?)(?=,? |$)/g))
      expect(() => read(offered.replace('PATH#', 'a.yaml#')), offered).not.toThrow();
  });

  test('every bad place is reported at once', async () => {
    const edits = ['/x', '/a', '/y/z'].map((place) => editOf('a.yaml', place, 'v'));
    const error = await inject(Buffer.from('a: 1\n'), edits).catch((error) => error);
    expect(problemsOf(error).map(({ code }) => code)).toEqual(['PLACE_NOT_FOUND', 'PLACE_NOT_FOUND']);
  });

  test('a place that two lines name is refused', async () => {
    const edits = ['/a', '/a'].map((place) => editOf('a.yaml', place, 'v'));
    const error = await inject(Buffer.from('a: 1\n'), edits).catch((error) => error);
    expect(problemsOf(error)[0]?.code).toBe('NAME_COLLISION');
  });

  test('a place inside another one that is replaced is refused', async () => {
    const edits = [editOf('a.yaml', '/a', '{}', { kind: 'json' }), editOf('a.yaml', '/a/b', 'v')];
    const error = await inject(Buffer.from('a: {b: 1}\n'), edits).catch((error) => error);
    expect(problemsOf(error)[0]?.message).toContain('inside a place that another line replaces');
  });
});

describe('formats', () => {
  test.each([
    ['a/b.YAML', 'yaml'],
    ['.env.production', 'env'],
    ['prod.env', 'env'],
    ['web.config', 'xml'],
    ['tsconfig.jsonc', 'json'],
  ])('%s is %s', (path, name) => expect(formatOfPath(path)).toEqual({ name, reader: '' }));

  test.each(['a.constructor', 'env', 'yaml', '.environment'])('%s has none', (path) =>
    expect(formatOfPath(path)).toBeUndefined(),
  );

  test.each([
    ['ini:php', { name: 'ini', reader: 'php' }],
    ['env:node,npm', { name: 'env', reader: 'node,npm' }],
    ['ini:perl', undefined],
    ['ini:php,python', undefined],
    ['yaml:', undefined],
    ['hcl', undefined],
  ])('inject-format %s', (text, format) => expect(readFormat(text)).toEqual(format));
});

describe('a place that is not there', () => {
  const WEB = '<web-app xmlns="urn:w"><param x="1">v</param></web-app>';
  test.each([
    ['a.yaml', 'database:\n  password: x\n  port: 1\n', '/database/pasword', '/database/password'],
    ['a.yaml', 'database:\n  password: x\n', '/databse/password', '/database/password'],
    ['a.yaml', 'a:\n  db:\n    password: x\n', '/db/password', '/a/db/password'],
    ['a.json', '{"ConnectionStrings": {"Main": 1}}', '/connectionstrings/main', '/ConnectionStrings/Main'],
    ['a.toml', '[package]\nname = "x"\n', '/package/nam', '/package/name'],
    ['a.ini', '[database]\npassword = x\n', '/database/passwrod', '/database/password'],
    ['a.properties', 'db.user = x\n', 'db.usr', 'db.user'],
    ['.env', 'DB_PASSWORD=x\n', 'DB_PASWORD', 'DB_PASSWORD'],
    [
      'a.xml',
      '<a><connector keystorePass="x"/></a>',
      '/a/connector/@keyStorepass',
      '/a/connector/@keystorePass',
    ],
    ['a.xml', WEB, '/web-app/param/@x', `/*[local-name()='web-app']/*[local-name()='param']/@x`],
    ['a.xml', WEB, '//param', `//*[local-name()='param']`],
  ])('%s of %j: %s names the nearest one, which is accepted', async (path, text, place, nearest) => {
    const problem = await problemOf(path, text, place);
    expect(problem.code).toBe('PLACE_NOT_FOUND');
    expect(problem.remedy).toContain(nearest);
    const [, offered = ''] = / > (.+?)(?:\. Write|, or bind|$)/.exec(problem.remedy) ?? [];
    const place2 = read(offered);
    expect(place2.text).toBe(nearest);
    await inject(Buffer.from(text), [editOf(path, place2.text, 'v')]);
  });

  test('a prefix that the root does not declare is bound as the error says', async () => {
    const text = '<a><w:b xmlns:w="urn:w">x</w:b></a>';
    const problem = await problemOf('a.xml', text, '/a/w:b');
    expect(problem.remedy).toBe('Bind it: inject-namespaces: "w=urn:w"');
    const made = await inject(Buffer.from(text), [editOf('a.xml', '/a/w:b', 'v')], {
      namespaces: { w: 'urn:w' },
    });
    expect(made.toString()).toBe('<a><w:b xmlns:w="urn:w">v</w:b></a>');
  });

  test('a prefix that the root declares needs no binding', async () => {
    const made = await inject(Buffer.from('<w:a xmlns:w="urn:w">x</w:a>'), [editOf('a.xml', '/w:a', 'v')]);
    expect(made.toString()).toBe('<w:a xmlns:w="urn:w">v</w:a>');
  });
});

describe('a place that cannot be changed by itself', () => {
  test.each([
    ['a.yaml', 'a: 1\na: 2\n', '/a', 'is there twice'],
    ['a.json', '{"a": {"b": 1}, "a": {"b": 2}}', '/a/b', 'is there twice'],
    ['a.properties', 'a=1\na=2\n', 'a', 'is there twice, in lines 1 and 2'],
    ['.env', 'A=1\nA=2\n', 'A', 'is there twice'],
    ['a.ini', '[s]\na=1\n[t]\n[s]\na=2\n', '/s/a', 'is there twice'],
    ['a.ini', '[a]\n[b] foo\npassword = x\n', '/a/password', 'is not there'],
    ['a.ini', '[a]\nk = "one\npassword = x\ntwo"\n', '/a/password', 'a quote is left open'],
    ['a.yaml', 'x: &n {b: 1}\na: *n\n', '/a/b', 'through the alias *n'],
    ['a.yaml', 'x: &n 1\na: *n\n', '/a', 'through the alias *n'],
    ['a.yaml', 'x: &n {b: 1}\na:\n  <<: *n\n', '/a/b', 'a merge key "<<" may give it'],
    ['a.yaml', 'a: {b: 1}\n', '/a', 'holds a map'],
    ['a.json', '[1]', '/0/x', 'which is not there'],
    ['a.yaml', 'a: 1\n---\na: 2\n', '/a', 'which several documents'],
    ['a.json', '{"__proto__": 1}', '/__proto__', '__proto__'],
    ['a.yaml', 'a: {b}\n', '/a/b', 'cannot be changed without'],
    ['a.xml', '<a><b/><b/></a>', '/a/b', 'which 2 places of the file match'],
    ['a.xml', '<a>x<!-- c --></a>', '/a', 'holds more than a text'],
    ['a.xml', '<a>x<b/></a>', '/a', 'holds more than a text'],
    ['a.xml', '<a/>', 'count(/a)', 'selects no node'],
    ['a.xml', '<a/>', '/a[', 'no XPath 1.0'],
  ])('%s: %j at %s', async (path, text, place, message) => {
    const problem = await problemOf(path, text, place);
    expect(problem.message).toContain(message);
    expect(problem.remedy).not.toBe('');
  });

  test('through an alias, the error names the place of the anchor, which is accepted', async () => {
    const text = 'x: &n {b: 1}\na: *n\n';
    const { remedy } = await problemOf('a.yaml', text, '/a/b');
    expect(remedy).toContain('a.yaml#/x/b');
    expect((await inject(Buffer.from(text), [editOf('a.yaml', '/x/b', 'v')])).toString()).toBe(
      'x: &n {b: "v"}\na: *n\n',
    );
  });

  test('no error shows a value of the file or of the vault', async () => {
    for (const [path, text, place] of [
      ['a.yaml', 'a: [hidden\n', '/a'],
      ['a.json', '{"a": hidden}', '/a'],
      ['a.toml', 'a = hidden\n', '/a'],
      ['a.xml', '<a>hidden&x;</b>', '/a'],
      ['.env', 'A="hidden\n', 'A'],
      ['a.ini', '[s]\na = hidden ; c\n', '/s/a'],
    ] as const) {
      const problem = await problemOf(path, text, place, 's3cret');
      expect(problem.code, path).toBe('DOCUMENT_REFUSED');
      expect(problem.message + problem.remedy).not.toMatch(/hidden|s3cret/);
    }
  });
});

describe('an INI file whose keys are indented', () => {
  const TEXT = '[database]\n  user = app\n  password = x\n  host = db\n';
  test.each(['ini:python', 'ini:php', 'ini'])('keeps its other keys by the rules of %s', async (format) => {
    const edit = editOf('a.ini', '/database/password', 'v', { format });
    const made = (await inject(Buffer.from(TEXT), [edit])).toString();
    expect(made.replaceAll('"', '')).toBe(TEXT.replace('x', 'v'));
  });

  test('keeps a comment inside a value of several lines: the value is refused, another one is not', async () => {
    const text = '[a]\nk = one\n  # comment\n  two\nl = 1\n';
    const at = (place: string) =>
      inject(Buffer.from(text), [editOf('a.ini', place, 'v', { format: 'ini:python' })]);
    expect(problemsOf(await at('/a/k').catch((error) => error))[0]?.code).toBe('PLACE_REFUSED');
    expect((await at('/a/l')).toString()).toBe(text.replace('l = 1', 'l = v'));
  });

  test.each([`${' '.repeat(400_000)}x`, `x${' '.repeat(400_000)}x`, `y=1${' '.repeat(400_000)}x`])(
    // In steps that grow with the square of the spaces, this would take minutes.
    'a line with many spaces is read in time',
    async (line) => {
      const made = await inject(Buffer.from(`[a]\n${line}\nk=1\n`), [editOf('a.ini', '/a/k', 'v')]);
      expect(made.toString()).toBe(`[a]\n${line}\nk=v\n`);
    },
  );
});

describe('hostile files end in time with an error of their own', () => {
  test('a .env line with many spaces is read in time', async () => {
    const line = `A=x${' '.repeat(400_000)}y\n`;
    const made = await inject(Buffer.from(`${line}B=1\n`), [editOf('.env', 'B', 'v')]);
    expect(made.toString().startsWith(line)).toBe(true);
  });

  const lol = Array.from(
    { length: 9 },
    (_, i) =>
      `l${i}: &l${i} [${
        i === 0
          ? 'x'
          : Array(9)
              .fill(`*l${i - 1}`)
              .join(', ')
      }]`,
  ).join('\n');
  const deep = (open: string, inside: string, close: string, times: number): string =>
    open.repeat(times) + inside + close.repeat(times);

  test('aliases of aliases are never expanded', async () => {
    const made = await inject(Buffer.from(`a: 1\n${lol}\n`), [editOf('a.yaml', '/a', 'v')]);
    expect(made.toString()).toBe(`a: "v"\n${lol}\n`);
  });

  test.each([
    [
      'entities of entities',
      'a.xml',
      '<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;">]><a>&m;</a>',
      '/a',
    ],
    ['an external entity', 'a.xml', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', '/a'],
    ['a DTD elsewhere', 'a.xml', '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a>x</a>', '/a'],
    ['an unknown entity', 'a.xml', '<a b="&x;">x</a>', '/a'],
    ['50 MB', 'a.yaml', `a: ${'x'.repeat(50_000_000)}`, '/a'],
    ['deep YAML in brackets', 'a.yaml', deep('[', '1', ']', 1_000_000), '/0'],
    ['deep YAML in dashes', 'a.yaml', deep('- ', '1', '', 1_000_000), '/0'],
    [
      'deep YAML by indentation',
      'a.yaml',
      Array.from({ length: 1500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      '/b',
    ],
    ['deep JSON', 'a.json', deep('[', '1', ']', 1_000_000), '/0'],
    ['JSON over the limit', 'a.json', `{"a": 1, "b": ${deep('[', '1', ']', 600)}}`, '/a'],
    ['deep XML', 'a.xml', deep('<a>', 'x', '</a>', 1_000_000), '/a'],
    ['deep TOML', 'a.toml', `a = ${deep('[', '1', ']', 1_000_000)}`, '/a'],
    ['a million lines of YAML', 'a.yaml', 'a: 1\n'.repeat(1_000_000), '/a'],
    ['a million tables of TOML', 'a.toml', '[[a]]\n'.repeat(1_000_000), '/a'],
    ['eight million numbers of JSON', 'a.json', `[${'1,'.repeat(7_999_999)}1]`, '/0'],
    ['four million tags of XML', 'a.xml', `<a>${'<b/>'.repeat(4_000_000)}</a>`, '/a/b[1]'],
    ['comments of XML that are not closed', 'a.xml', `<a>${'<!--'.repeat(490_000)}</a>`, '/a'],
    ['CDATA sections that are not closed', 'a.xml', `<a>${'<![CDATA['.repeat(490_000)}</a>`, '/a'],
    ['instructions that are not closed', 'a.xml', `<a>${'<?x '.repeat(490_000)}</a>`, '/a'],
    ['dashes of YAML far apart', 'a.yaml', `b: {${`-${' '.repeat(30_000)}`.repeat(499)}`, '/b'],
    ['no XML character', 'a.xml', '<a>\u0001</a>', '/a'],
  ])('%s', async (_, path, text, place) => {
    const problem = await problemOf(path, text, place);
    expect(problem.code).toBe('DOCUMENT_REFUSED');
  });

  test('a document with __proto__ elsewhere is changed as any other', async () => {
    const text = '{"__proto__": {"x": 1}, "a": 1}';
    expect((await inject(Buffer.from(text), [editOf('a.json', '/a', 'v')])).toString()).toBe(
      '{"__proto__": {"x": 1}, "a": "v"}',
    );
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

function attempt(operation: () => unknown): unknown {
  try {
    return operation();
  } catch (error) {
    return error;
  }
}
