import fc from 'fast-check';
import { parse as parseJson } from 'jsonc-parser';
import { getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import { describe, expect, test } from 'vitest';
import { Document, parse as parseYaml, stringify } from 'yaml';
import { problemsOf } from '../../../src/core/errors.js';
import { showPointer } from '../../../src/inject/pointer.js';
import { injected } from './injecting.js';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const key = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .filter((key) => key !== '__proto__' && key !== '<<');
const { document } = fc.letrec<{ document: Json; value: Json }>((tie) => ({
  document: fc.dictionary(key, tie('value'), { minKeys: 1, maxKeys: 5, noNullPrototype: true }),
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('document'),
  ),
}));

/** The ways to all scalars of a document. */
function scalarsOf(value: Json, keys: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...keys]];
  return Object.entries(value).flatMap(([key, child]) => scalarsOf(child, [...keys, key]));
}

function withValue(document: Json, [key, ...rest]: readonly string[], value: string): Json {
  if (key === undefined) return value;
  if (Array.isArray(document))
    return document.map((item, index) => (String(index) === key ? withValue(item, rest, value) : item));
  const map = document as { readonly [key: string]: Json };
  return { ...map, [key]: withValue(map[key] as Json, rest, value) };
}

const YAML_STYLES = [
  {},
  { defaultStringType: 'QUOTE_SINGLE' },
  { defaultStringType: 'BLOCK_LITERAL' },
  { defaultStringType: 'BLOCK_FOLDED', lineWidth: 20 },
  { indent: 5, indentSeq: false },
  { collectionStyle: 'flow' },
] as const;

interface Written {
  readonly path: string;
  readonly write: (document: Json, style: number) => string;
  readonly read: (text: string) => unknown;
}

const FORMATS: readonly Written[] = [
  {
    path: 'a.yaml',
    write: (document, style) => stringify(document, YAML_STYLES[style % YAML_STYLES.length] as object),
    read: (text) => parseYaml(text),
  },
  {
    path: 'a.yaml',
    // With comments wherever the library puts them, and with CRLF.
    write: (document) => {
      const made = new Document(document);
      made.commentBefore = ' before';
      made.comment = ' behind';
      return String(made).replaceAll('\n', '\r\n');
    },
    read: (text) => parseYaml(text),
  },
  {
    path: 'a.json',
    write: (document, style) => JSON.stringify(document, undefined, style % 3),
    read: (text) => JSON.parse(text),
  },
  {
    path: 'a.json',
    write: (document) =>
      `// c\n${JSON.stringify(document, undefined, '\t').replaceAll('\n', ' /* "a": { */\r\n')}`,
    read: (text) => parseJson(text),
  },
];

describe.each(FORMATS)('$path', ({ path, write, read }) => {
  test('any text at any place of any document is read back, and nothing else is another', async () => {
    const any = fc
      .tuple(document, text, fc.nat(), fc.nat())
      .filter(([document]) => scalarsOf(document).length > 0);
    await fc.assert(
      fc.asyncProperty(any, async ([document, value, at, style]) => {
        const before = write(document, style);
        const places = scalarsOf(document);
        const keys = places[at % places.length] as string[];
        const after = await injected(path, before, showPointer(keys), value);
        expect(read(after)).toEqual(withValue(read(before) as Json, keys, value));
      }),
      { numRuns: 150 },
    );
  });

  test('any new key of any map is read back, and nothing else is another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(document, key, text, fc.nat()), async ([document, name, value, style]) => {
        const before = write(document, style);
        const maps = mapsOf(document);
        const keys = [...(maps[style % maps.length] as string[]), name];
        fc.pre(!scalarsOf(document).some((scalar) => keys.every((key, index) => scalar[index] === key)));
        fc.pre(!maps.some((map) => JSON.stringify(map) === JSON.stringify(keys)));
        fc.pre(!hasKey(document, keys));
        const after = await injected(path, before, showPointer(keys), value, { create: true });
        expect(read(after)).toEqual(withValue(read(before) as Json, keys, value));
      }),
      { numRuns: 100 },
    );
  });
});

function mapsOf(value: Json, keys: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.entries(value).flatMap(([key, child]) => mapsOf(child, [...keys, key]));
  return Array.isArray(value) ? below : [[...keys], ...below];
}

function hasKey(document: Json, keys: readonly string[]): boolean {
  let at: unknown = document;
  for (const key of keys) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return false;
    at = (at as Record<string, unknown>)[key];
  }
  return true;
}

describe('a.toml', () => {
  const toml = (value: Json): string => {
    if (Array.isArray(value)) return `[${value.map(toml).join(', ')}]`;
    if (typeof value === 'object' && value !== null)
      return `{ ${Object.entries(value)
        .map(([key, child]) => `${JSON.stringify(key)} = ${toml(child)}`)
        .join(', ')} }`;
    return value === null
      ? '1979-05-27'
      : typeof value === 'string'
        ? JSON.stringify(value).replaceAll('\x7f', '\\u007f')
        : String(value);
  };
  const read = (text: string): unknown => getStaticTOMLValue(parseTOML(text));

  test('any text at any place of any document is read back, and nothing else is another', async () => {
    const any = fc.tuple(document, text, fc.nat()).filter(([document]) => scalarsOf(document).length > 0);
    await fc.assert(
      fc.asyncProperty(any, async ([document, value, at]) => {
        const before = Object.entries(document as object)
          .map(([key, child]) => `${JSON.stringify(key)} = ${toml(child as Json)} # c\n`)
          .join('');
        const places = scalarsOf(document);
        const keys = places[at % places.length] as string[];
        const after = await injected('a.toml', before, showPointer(keys), value);
        expect(read(after)).toEqual(withValue(read(before) as Json, keys, value));
      }),
      { numRuns: 150 },
    );
  });
});

describe('XML', () => {
  const value = fc.string({ unit: 'binary', maxLength: 30 });

  test.each([
    ['<a>\n <b x="1" y=\'2\'>old</b><!-- c --></a>', '/a/b'],
    ['<a>\n <b x="1" y=\'2\'>old</b></a>', '/a/b/@x'],
    ['<a>\n <b x="1" y=\'2\'/></a>', '/a/b/@y'],
    ['<a><b/></a>', '/a/b'],
  ])('%j takes any text at %s that XML can hold', async (text, place) => {
    await fc.assert(
      fc.asyncProperty(value, async (value) => {
        const outcome = await injected('a.xml', text, place, value).catch(
          (error) => problemsOf(error)[0]?.code,
        );
        const canHold = value.isWellFormed() && !/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(value);
        if (!canHold) expect(outcome).toBe('VALUE_BROKEN');
        else expect(outcome).toMatch(/^<a>/);
      }),
    );
  });
});

describe('files of lines', () => {
  const line = fc.string({ unit: fc.constantFrom(...`ab =:#!;'"\\\n\r\t$\`[]%é🔑`), maxLength: 12 });
  const lines = fc.array(line, { maxLength: 6 });

  test.each([
    ['a.properties', 'zz', '\nzz=old\n'],
    ['.env', 'zz', '\nzz=old\n'],
    ['a.ini', '/zz/zz', '\n[zz]\nzz=old\n'],
  ])(
    '%s: whatever stands around a place, it is changed with nothing else, or refused',
    async (path, place, entry) => {
      await fc.assert(
        fc.asyncProperty(lines, line, lines, async (before, value, after) => {
          const text = `${before.join('\n')}${entry}${after.join('\n')}`;
          const made = await injected(path, text, place, value).catch((error) => {
            expect(problemsOf(error)[0]?.code).not.toBe('INTERNAL');
            return undefined;
          });
          if (made === undefined) return;
          const at = made.indexOf(`${before.join('\n')}${entry.slice(0, -4)}`);
          expect(at).toBe(0);
          expect(made.endsWith(`\n${after.join('\n')}`)).toBe(true);
        }),
        { numRuns: 300 },
      );
    },
  );
});
