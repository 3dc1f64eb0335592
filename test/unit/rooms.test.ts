import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const SRC = join(ROOT, 'src');
const MAX_LINES = 200;
const MAX_FILES = 15;
const MAX_PARAMETERS = 5;
const MAX_FIELDS = 10;

/** What is right though it is over a limit, with the reason. */
const RIGHT_ALL_THE_SAME: Readonly<Record<string, string>> = {
  'core/custody/ledger-data.ts: LedgerData':
    'is the saved state itself, whose versions 1 and 2 have these fields side by side',
  'core/job/inputs.ts: Inputs': 'has one field for each group of inputs, and most are bags of their own',
  'inject/formats/xml-nodes.ts: XmlNode': 'is the part of the DOM that two libraries share',
};

/** Folders below one of these are parts of the same room. */
const ROOMS = [
  'cli',
  'entry',
  'http',
  'identity',
  'inject',
  'core/job',
  'core/masking',
  'core/redaction',
  'core/vault',
  'platform/disk',
  'platform/formats',
  'shim',
  'templates',
];

/** Words that every room needs. A folder of them is no room. */
const WORDS = ['core', 'core/lookup', 'core/ports'];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((name) => name.split(sep).join('/'))
  .filter((name) => name.endsWith('.ts'))
  .sort();
const textOf = (name: string): string => readFileSync(join(SRC, name), 'utf8');
/** Without comments, strings of one line kept. */
const codeOf = (name: string): string => textOf(name).replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');

const imports = new Map(
  files.map((name) => [
    name,
    [...codeOf(name).matchAll(/(?:from\s+|import\s+|import\(\s*)['"](\.[^'"]+)['"]/g)]
      .map(([, target = '']) =>
        relative(SRC, resolve(SRC, dirname(name), target))
          .split(sep)
          .join('/')
          .replace(/\.js$/, '.ts'),
      )
      .filter((target) => files.includes(target)),
  ]),
);

function roomOf(name: string): string {
  const folder = dirname(name);
  if (WORDS.includes(folder)) return 'core';
  return ROOMS.find((room) => folder === room || folder.startsWith(`${room}/`)) ?? folder;
}

/** Arrows between rooms; `core` itself holds the words that every room needs, and is left out. */
function arrowsOfImports(): string[] {
  const arrows = new Set<string>();
  for (const [name, targets] of imports) {
    for (const target of targets) {
      if (roomOf(name) !== roomOf(target) && roomOf(target) !== 'core')
        arrows.add(`${roomOf(name)} --> ${roomOf(target)}`);
    }
  }
  return [...arrows].sort();
}

/** Those of the first picture of ARCHITECTURE.md, in which a node is an id with its room as the label. */
function arrowsOfPicture(): string[] {
  const text = readFileSync(join(ROOT, 'docs/ARCHITECTURE.md'), 'utf8');
  const [, picture = ''] = /```mermaid\n([\s\S]*?)```/.exec(text) ?? [];
  const rooms = new Map(
    [...picture.matchAll(/^\s*(\w+)\["?([\w/]+)/gm)].map(([, id = '', room = '']) => [id, room]),
  );
  return [...picture.matchAll(/^\s*(\w+) --> ([\w &]+)$/gm)]
    .flatMap(([, from = '', to = '']) => to.split('&').map((id) => [from, id.trim()]))
    .map((ids) => ids.map((id) => rooms.get(id ?? '') ?? `no room ${id}`).join(' --> '))
    .sort();
}

test('the picture of the rooms in ARCHITECTURE.md has the arrows that the imports make', () => {
  const arrows = arrowsOfImports();
  expect(arrows.length).toBeGreaterThan(20);
  expect(arrowsOfPicture()).toEqual(arrows);
});

test('no file imports itself by way of others', () => {
  const cycles = new Set<string>();
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): void => {
    const at = way.indexOf(name);
    if (at !== -1) cycles.add([...way.slice(at), name].join(' > '));
    if (at !== -1 || done.has(name)) return;
    for (const target of imports.get(name) ?? []) visit(target, [...way, name]);
    done.add(name);
  };
  for (const name of files) visit(name, []);
  expect([...cycles]).toEqual([]);
});

test('no room needs itself by way of others', () => {
  const next = new Map<string, string[]>();
  for (const arrow of arrowsOfImports()) {
    const [from = '', to = ''] = arrow.split(' --> ');
    next.set(from, [...(next.get(from) ?? []), to]);
  }
  const cycles = new Set<string>();
  const visit = (room: string, way: readonly string[]): void => {
    const at = way.indexOf(room);
    if (at !== -1) cycles.add([...way.slice(at), room].join(' > '));
    else for (const target of next.get(room) ?? []) visit(target, [...way, room]);
  };
  for (const room of next.keys()) visit(room, []);
  expect([...cycles]).toEqual([]);
});

test('no word that every room needs imports a room', () => {
  const words = files.filter((name) => roomOf(name) === 'core');
  expect(words.length).toBeGreaterThan(5);
  const offences = words.flatMap((name) =>
    (imports.get(name) ?? [])
      .filter((target) => roomOf(target) !== 'core')
      .map((target) => `${name}: ${target}`),
  );
  expect(offences).toEqual([]);
});

test('no file has over 200 lines, no folder over 15 files', () => {
  const long = files.filter((name) => textOf(name).trimEnd().split('\n').length > MAX_LINES);
  const counts = groupedBy(files, dirname);
  const full = [...counts].filter(([, names]) => names.length > MAX_FILES).map(([folder]) => folder);
  expect([...long, ...full].filter((name) => !(name in RIGHT_ALL_THE_SAME))).toEqual([]);
});

test('no function has over five parameters', () => {
  const offences = files.flatMap((name) =>
    functionsOf(codeOf(name))
      .filter(({ parameters }) => parameters > MAX_PARAMETERS)
      .map((each) => `${name}: ${each.name} (${each.parameters})`),
  );
  expect(offences.filter((each) => !(each in RIGHT_ALL_THE_SAME))).toEqual([]);
});

test('no interface or object type has over ten fields, with those that it inherits', () => {
  const types = files.flatMap((name) =>
    [
      ...codeOf(name).matchAll(
        /^(?:export )?(?:interface (\w+)(?:<[^>]*>)?(?: extends ([^{]*))?\s*|type (\w+)[^=]*= )\{\n([\s\S]*?)^\}/gm,
      ),
    ].map(([, one, parents = '', other, body = '']) => ({
      name,
      type: one ?? other ?? '',
      parents: parents.split(',').map((parent) => parent.trim()),
      own: body.split('\n').filter((line) => /^ {2}(?:readonly )?\w+\??:/.test(line)).length,
    })),
  );
  const fieldsOf = (type: string): number => {
    const found = types.find((each) => each.type === type);
    return found === undefined ? 0 : found.parents.reduce((sum, each) => sum + fieldsOf(each), found.own);
  };
  const over = types.filter(({ type }) => fieldsOf(type) > MAX_FIELDS);
  const offences = over.map(({ name, type }) => `${name}: ${type}`);
  expect(fieldsOf('MaskingInputs')).toBe(4);
  expect(offences.filter((each) => !(each in RIGHT_ALL_THE_SAME))).toEqual([]);
});

/** The declared functions, methods and constructors of a text, with how many parameters each has. */
function functionsOf(code: string): { name: string; parameters: number }[] {
  const heads = code.matchAll(
    /(?:function\*?\s+(\w+)|^ {2}(?:static |async |override )*(#?\w+|constructor))(?:<[^>(]*>)?\(/gm,
  );
  return [...heads].map(({ 0: head, 1: plain, 2: method, index }) => ({
    name: plain ?? method ?? '',
    parameters: countParameters(code, index + head.length),
  }));
}

function countParameters(code: string, start: number): number {
  let depth = 1;
  let commas = 0;
  let at = start;
  let last = '';
  for (; at < code.length && depth > 0; at++) {
    const char = code[at] ?? '';
    if ('([{<'.includes(char)) depth++;
    else if (')]}'.includes(char) || (char === '>' && code[at - 1] !== '=')) depth--;
    else if (char === ',' && depth === 1) commas++;
    if (depth > 0 && !/\s/.test(char)) last = char;
  }
  const isEmpty = code.slice(start, at - 1).trim() === '';
  if (isEmpty) return 0;
  return last === ',' ? commas : commas + 1;
}

function groupedBy<T>(all: readonly T[], key: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) groups.set(key(each), [...(groups.get(key(each)) ?? []), each]);
  return groups;
}
