import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { readSettingsFile } from '../../../../src/cli/migrate/settings-file.js';
import { decide } from '../../../../src/core/entries/migration.js';
import { lacks } from '../../../support/skips.js';

const PYYAML = `
import json, os, sys
sys.path.insert(0, os.environ['SEGURA_TEST_YAML'])
import yaml
def read(text):
  try: return {name: value for name, value in yaml.safe_load(text).items() if isinstance(value, str)}
  except Exception: return {}
print(json.dumps([read(text) for text in json.load(sys.stdin)]))
`;
const PSYCH = `
require 'json'
require 'yaml'
def read(text) YAML.safe_load(text).select { |_, value| value.is_a?(String) } rescue {} end
puts JSON.generate(JSON.parse($stdin.read).map { |text| read(text) })
`;

type Texts = Readonly<Record<string, string>>;

/** What a program gets as texts from each YAML text; nothing from one that it cannot read. */
function readBy([program = '', ...args]: readonly string[], texts: readonly string[]): Texts[] {
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  const input = JSON.stringify(texts);
  const { stdout, stderr } = spawnSync(program, args, { input, env, encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Texts[];
}

/** The entries that move, and why the others stay. */
async function judged(text: string, file = 'a.yaml'): Promise<{ moved: Texts; why: string[] }> {
  const { entries } = await readSettingsFile(file, text);
  const source = { file, entries, lastCounts: false };
  const all = decide([source], { include: entries.map(({ name }) => name), exclude: [] }).flat();
  const moving = all.filter(({ outcome }) => outcome === 'moves');
  return {
    moved: Object.fromEntries(moving.map(({ entry }) => [entry.name, entry.value.reveal()])),
    why: all.flatMap(({ outcome, why }) => (outcome === 'stays' ? [why] : [])),
  };
}

const NO_END = 'programs differ in its last line end: end the file with one';
const TYPED = 'no text to programs that read YAML 1.1: put the value into quotes';
const TAGGED = 'by its tag !, programs read something else: write what they read with secret put';
const strange = (code: string): string =>
  `programs read the character U+${code.toUpperCase()} in different ways: write it as \\u${code} in double quotes`;

/** A text whose entry stays and why, and the text that its remedy leads to. */
const STAY: readonly (readonly [text: string, why: string, mended: string])[] = [
  ['p: |\n  abc', NO_END, 'p: |\n  abc\n'],
  ['q: x\np: >\n  abc\n  def', NO_END, 'q: x\np: >\n  abc\n  def\n'],
  ['p: |+\n  abc', NO_END, 'p: |+\n  abc\n'],
  ['p: "a\u0085b"\n', strange('0085'), 'p: "a\\u0085b"\n'],
  ["p: 'a \u2028 b'\n", strange('2028'), 'p: "a \\u2028 b"\n'],
  ['p: a\u2029b\n', strange('2029'), 'p: "a\\u2029b"\n'],
  ['p: "a\rb"\n', strange('000d'), 'p: "a\\u000db"\n'],
  ['p: |\n  a\u2028  b\n', strange('2028'), 'p: "a\\u2028  b\\n"\n'],
  ['p: ! nO\n', TAGGED, 'p: "nO"\n'],
  ['p: ! True\n', TAGGED, 'p: "True"\n'],
  ['"a\u2028k": x\n', strange('2028'), '"a\\u2028k": x\n'],
  ...[
    '1,000',
    '-1,000.5',
    '0x1,f',
    '0b1,0',
    '0,7',
    '1,000.5e+1',
    'nULL',
    'tRUE',
    'yES',
    'oFF',
    '.iNF',
    '-.iNf',
    '.nAN',
  ]
    .concat([':name', '2026-1-31', '2026-1-31 1:00:00 +0100', '12:30', '1_000', '190:20:30.5'])
    .map((value) => [`p: ${value}\n`, TYPED, `p: "${value}"\n`] as const),
];

/** Texts whose entries all readers get alike. */
const MOVE = [
  'p: |-\n  abc',
  'p: |\n  abc\n# end',
  'p: |+\n  abc\n  ',
  'p: abc',
  'p: "abc"',
  'p: |\r\n  abc\r\n',
  'p: "1,000"\nq: \'nULL\'\nr: null-1\ns: a:b\nt: a, b\nu: 1,000 x\n',
];

test.each(STAY)('readers differ in %j, and the remedy leads to what moves', async (text, why, mended) => {
  expect((await judged(text)).why).toContain(why);
  expect((await judged(mended)).why).toEqual([]);
});

test.each(MOVE)('readers get the same from %j', async (text) => {
  expect((await judged(text)).why).toEqual([]);
});

test('a JSON file is read alike by all, whatever its characters', async () => {
  expect(await judged('{"p": "a\u2028b", "q": "1,000"}', 'a.json')).toEqual({
    moved: { p: 'a\u2028b', q: '1,000' },
    why: [],
  });
});

const hasPyYaml = (process.env['SEGURA_TEST_YAML'] ?? '') !== '';

describe.each([
  { name: 'PyYAML', command: ['python3', '-c', PYYAML], lacksIt: lacks('PyYAML', hasPyYaml) },
  { name: 'Psych of Ruby', command: ['ruby', '-e', PSYCH], lacksIt: lacks('ruby') },
])('$name', ({ command, lacksIt }) => {
  test.skipIf(lacksIt)('gets what is said that all readers get', async () => {
    const texts = [...STAY.flatMap(([text, , mended]) => [text, mended]), ...MOVE];
    const read = readBy(command, texts);
    for (const [at, text] of texts.entries())
      expect(read[at], JSON.stringify(text)).toMatchObject((await judged(text)).moved);
  });
});
