import { expect, test } from 'vitest';
import { readSettingsFile } from '../../../../src/cli/migrate/settings-file.js';

/** The text of a file without the entries of these names. */
async function without(file: string, text: string, ...names: string[]): Promise<string | undefined> {
  const read = await readSettingsFile(file, text);
  const places = read.entries.flatMap(({ name }, at) => (names.includes(name) ? [at] : []));
  expect(places).toHaveLength(names.length);
  return read.without(new Set(places));
}

test.each([
  ['.env', 'A=1\r\n# note\r\nexport B="x\r\ny" # end\r\nC=3', ['B'], 'A=1\r\n# note\r\nC=3'],
  ['.env', '\ufeffA=1\nB=2\n', ['A'], '\ufeffB=2\n'],
  ['prod.env', 'A=1', ['A'], ''],
  ['a.properties', 'a=1\nb=x\\\n  y\nc=3\n', ['b'], 'a=1\nc=3\n'],
  [
    'a.json',
    '{\n\t"a": 1,\n\t"p": "x",\n\t"z": [1.0, 1e3]\n}\n',
    ['p'],
    '{\n\t"a": 1,\n\t"z": [1.0, 1e3]\n}\n',
  ],
  ['a.json', '{"a": "1", "p": "x", "q": "y"}', ['p', 'q'], '{"a": "1"}'],
  ['a.json', '{"p": "x"}', ['p'], '{}'],
  ['a.json', '{"d": {"p": "\\u00e9\\ud83d\\ude00"}, "b": true}', ['d.p'], '{"d": {}, "b": true}'],
  [
    'a.yaml',
    'a: 1 # one\n# about p\np: x # two\nb: |\n  text\n',
    ['p'],
    'a: 1 # one\n# about p\nb: |\n  text\n',
  ],
  ['a.yaml', 'd:\n  p: |\n    x\n    y\n  h: host\n', ['d.p'], 'd:\n  h: host\n'],
  ['a.yaml', 'd:\n  p: "x\n    y"\nh: 1\n', ['d.p'], 'd:\n  {}\nh: 1\n'],
  ['a.yaml', 'l:\n  - p: x\n    u: y\n  - u: z\n', ['l.0.p'], 'l:\n  - u: y\n  - u: z\n'],
  ['a.yml', 'p: x\n', ['p'], '{}\n'],
])('entries are taken out of %s, and every other byte stays: %j', async (file, text, names, rest) => {
  expect(await without(file, text, ...names)).toBe(rest);
});

test('an entry that another one refers to is not taken out', async () => {
  expect(await without('a.yaml', 'p: &x secret\nq: *x\n', 'p')).toBeUndefined();
});

test.each([
  ['a.json', '{"p": "hunter2",}'],
  ['a.json', 'p: hunter2'],
  ['a.yaml', 'p: "hunter2'],
  ['a.yaml', 'p: hunter2\n---\nq: hunter2\n'],
  ['a.yaml', 'p: hunter2\np: hunter2\n'],
  ['a.toml', 'p = "hunter2"'],
])('a file that is not what its name says is rejected, without its text: %s, %j', async (file, text) => {
  const error: unknown = await readSettingsFile(file, text).catch((problem: unknown) => problem);
  expect(error).toMatchObject({ code: 'INPUT_INVALID' });
  expect(String(error)).not.toContain('hunter2');
});

test('an entry that programs read in different ways, or whose type counts, says why it stays', async () => {
  const env = await readSettingsFile('.env', 'A=x\nB="a\\"b"\n');
  expect(env.entries.map(({ stays }) => stays !== '')).toEqual([false, true]);
  const yaml = await readSettingsFile('a.yaml', 'a: 1\nb: "1"\nc: [x]\n');
  expect(yaml.entries.map(({ name, stays }) => [name, stays])).toEqual([
    ['a', 'not text: a program may need its type'],
    ['b', ''],
    ['c.0', 'an element of a list'],
  ]);
});
