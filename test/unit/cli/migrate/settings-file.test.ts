import { expect, test } from 'vitest';
import { readSettingsFile } from '../../../../src/cli/migrate/settings-file.js';
import { decide } from '../../../../src/core/entries/migration.js';

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
  [
    'a.yml',
    '# top\np: x # one\n# kept\nq: y # two\n\n# end\n',
    ['p', 'q'],
    '# top\n{} # one\n# kept\n\n# end\n',
  ],
  ['a.yml', 'd:\n  p: |\n    x\n  # kept\n  q: y\nh: 1\n', ['d.p', 'd.q'], 'd:\n  {}\n  # kept\nh: 1\n'],
  ['a.yml', '- p: x # one\n  # kept\n  q: y\n', ['0.p'], '- # kept\n  q: y\n'],
  ['a.yml', '- p: x\n  # kept\n  q: y\n- z: 1\n', ['0.p', '0.q'], '- {}\n  # kept\n- z: 1\n'],
  ['a.yml', 'l: [1]\np: x\n', ['p'], 'l: [1]\n'],
  ['a.yml', '\ufeffp: x\nl: 1\n', ['p'], '\ufeffl: 1\n'],
  ['a.yml', '\ufeffp: x\n', ['p'], '\ufeff{}\n'],
  ['a.yml', 'p: {q: x, r: y}\n', ['p.q', 'p.r'], 'p: {}\n'],
  ['a.yml', 'p: x\nq: |\n  y\n\n\n# kept\nh: 1\n', ['p', 'q'], '\n\n# kept\nh: 1\n'],
])('entries are taken out of %s, and every other byte stays: %j', async (file, text, names, rest) => {
  expect(await without(file, text, ...names)).toBe(rest);
});

test('a comment between a name of YAML and its value goes with them, and those around them stay', async () => {
  const text = '# before\np:\n  # between\n  x\n# behind\nh: 1\n';
  expect(await without('a.yaml', text, 'p')).toBe('# before\n# behind\nh: 1\n');
});

const GITLAB = JSON.stringify(
  [
    {
      variable_type: 'env_var',
      key: 'DB_PASSWORD',
      value: 'pw-1',
      protected: true,
      masked: true,
      raw: true,
      environment_scope: '*',
    },
    {
      variable_type: 'env_var',
      key: 'DB_PASSWORD',
      value: 'pw-2',
      masked: true,
      raw: true,
      environment_scope: 'review/*',
    },
    {
      variable_type: 'file',
      key: 'KUBECONFIG',
      value: 'apiVersion: v1\n',
      masked: false,
      raw: true,
      environment_scope: '*',
    },
    {
      variable_type: 'file',
      key: 'CA',
      value: '-----BEGIN CERTIFICATE-----\nA\n',
      raw: true,
      environment_scope: '*',
    },
    {
      variable_type: 'env_var',
      key: 'HIDDEN',
      value: null,
      hidden: true,
      masked: true,
      environment_scope: '*',
    },
    {
      variable_type: 'env_var',
      key: 'API_TOKEN',
      value: 'x-$CI_JOB_ID',
      masked: false,
      raw: false,
      environment_scope: '*',
    },
    { variable_type: 'env_var', key: 'LOG', value: 'info', masked: false, environment_scope: '*' },
  ],
  null,
  2,
);

test('a list of variables of GitLab is read with its scopes, files and hidden values', async () => {
  const { entries, note } = await readSettingsFile('vars.json', GITLAB);
  expect(entries.map(({ name, line, hint = '', stays }) => [name, line, hint, stays !== ''])).toEqual([
    ['DB_PASSWORD', 2, 'masked in GitLab', false],
    ['review-.DB_PASSWORD', 11, 'masked in GitLab', false],
    ['KUBECONFIG', 19, 'a file, which GitLab cannot mask', false],
    ['CA', 27, '', false],
    ['HIDDEN', 34, 'hidden in GitLab', true],
    ['API_TOKEN', 42, '', true],
    ['LOG', 50, '', false],
  ]);
  expect(note).toContain('glab variable delete KEY');
});

test('what GitHub lists of variables and secrets is read, the secrets without values', async () => {
  const variables = await readSettingsFile(
    'v.json',
    '[{"name":"API_KEY","value":"k-1"},{"name":"PORT","value":"80"}]',
  );
  expect(variables.entries.map(({ name, value }) => [name, value.reveal()])).toEqual([
    ['API_KEY', 'k-1'],
    ['PORT', '80'],
  ]);
  const secrets = await readSettingsFile('s.json', '[{"name":"API_KEY","updatedAt":"2026-01-01T00:00:00Z"}]');
  expect(secrets.entries.map(({ name, stays }) => [name, stays])).toEqual([
    ['API_KEY', 'GitHub never gives its value: write it with secret put'],
  ]);
  const listed = await readSettingsFile(
    'r.json',
    '{"total_count":1,"secrets":[{"name":"A","created_at":"x","updated_at":"y"}]}',
  );
  expect(listed.entries.map(({ name, hint }) => [name, hint])).toEqual([['A', 'a secret of GitHub']]);
});

test.each([
  [['DB_PASSWORD'], '[{"name":"PORT","value":"80"}]'],
  [['PORT'], '[{"name":"DB_PASSWORD","value":"x"}]'],
  [['DB_PASSWORD', 'PORT'], '[]'],
])('rows of an export are taken out whole: %j', async (names, rest) => {
  const text = '[{"name":"DB_PASSWORD","value":"x"}, {"name":"PORT","value":"80"}]';
  expect((await without('v.json', text, ...names))?.replaceAll(', ', ',')).toBe(rest);
});

const row = (name: string): string => `{"name":"${name}_TOKEN","value":"]  [${name}"}`;

test.each([
  [`[${row('A')},${row('B')}][${row('C')}]`, ['A', 'B', 'C']],
  [`\ufeff[\n  ${row('A')}\n]\r\n[\n  ${row('B')}\n]\n`, ['A', 'B']],
  [`[][${row('A')}] [ ][${row('B')}][][]`, ['A', 'B']],
])('lists of an export one after another are read as one: %j', async (text, names) => {
  const { entries, without: rest } = await readSettingsFile('v.json', text);
  const tokens = names.map((name) => `${name}_TOKEN`);
  expect(entries.map(({ name, value }) => [name, value.reveal()])).toEqual(
    names.map((name) => [`${name}_TOKEN`, `]  [${name}`]),
  );
  expect(entries.map(({ name, line }) => text.split('\n')[line - 1]?.includes(name))).toEqual(
    names.map(() => true),
  );
  for (const [at, token] of tokens.entries()) {
    const left = rest(new Set([at])) ?? '';
    const read = await readSettingsFile('v.json', left);
    expect(read.entries.map(({ name }) => name)).toEqual(tokens.filter((each) => each !== token));
    expect(left.length).toBeLessThan(text.length);
  }
  expect(rest(new Set(tokens.keys()))).not.toContain('TOKEN');
});

test.each([
  ['[1][2]', 'several documents in one file'],
  [`[${row('A')}]["hunter2"]`, 'several documents in one file'],
  ['{"p": [1][2]}', 'line 1: unexpected token'],
  [`[${row('A')}],[${row('B')}]`, 'line 1: unexpected token'],
])('lists one after another that are no export are rejected: %j', async (text, fault) => {
  await expect(readSettingsFile('v.json', text)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: `v.json cannot be read as settings (${fault}).`,
  });
});

test('lists that are no export are read as any other JSON', async () => {
  const names = async (text: string) =>
    (await readSettingsFile('a.json', text)).entries.map(({ name }) => name);
  expect(await names('[]')).toEqual([]);
  expect(await names('[{"name":"a","port":1}]')).toEqual(['0.name', '0.port']);
  expect(await names('{"variables":[{"name":"a","value":"b"}]}')).toEqual([
    'variables.0.name',
    'variables.0.value',
  ]);
});

test('10,000 lines of a .env file are read in time', async () => {
  const text = Array.from({ length: 10_000 }, (_, at) => `TOKEN_${at}=value-${at} # note`).join('\n\n');
  const { entries, without: rest } = await readSettingsFile('.env', text);
  expect(entries).toHaveLength(10_000);
  expect(entries.at(-1)?.line).toBe(19_999);
  expect(rest(new Set(entries.keys()))?.trim()).toBe('');
});

test.each([
  ['p: &x secret\nq: *x\n', 'p'],
  ['base: &base {password: x}\nprod: *base\n', 'base.password'],
  ['base: &base\n  password: x\n  host: h\nprod:\n  <<: *base\n', 'base.password'],
  ['a: &a\n  b:\n    password: x\nc: [*a]\n', 'a.b.password'],
  ['a: &a\n  self: *a\n  password: x\n', 'a.password'],
])('an entry that another one refers to is not taken out of %j', async (text, name) => {
  expect(await without('a.yaml', text, name)).toBeUndefined();
});

test('an entry with an anchor is taken out if nothing refers to it', async () => {
  expect(await without('a.yaml', 'a: &a\n  p: &p x\n  q: y\n', 'a.p')).toBe('a: &a\n  q: y\n');
});

const staying = async (text: string): Promise<string[][]> => {
  const [decided = []] = decide([await readSettingsFile('a.yaml', text)], { include: [], exclude: [] });
  return decided.filter(({ isDoubtful }) => isDoubtful).map(({ entry, why }) => [entry.name, why]);
};

const ALIAS = 'an alias of another entry: write its value with secret put, and remove the line by hand';

test.each<[string, string[]]>([
  ['a: &p hunter2secret\npassword: *p\n', ['password']],
  ['base: &base {password: x}\nprod: *base\n', ['prod.password']],
  ['base: &base\n  password: x\nprod:\n  <<: *base\n', ['prod.<<.password']],
  ['a: &p one\nb: &p two\npassword: *p\n', ['password']],
  ['a: &a\n  self: *a\n  password: x\n', []],
  ['&k password: x\n', []],
])('an alias of a secret stays, with a warning: %j', async (text, names) => {
  expect(await staying(text)).toEqual(names.map((name) => [name, ALIAS]));
});

test.each([
  ['password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n', 'password', '!vault'],
  ['token: !Ref MyToken\n', 'token', '!Ref'],
  ['password: !!binary aHVudGVyMg==\n', 'password', '!!binary'],
  ['db: !secret {password: x}\n', 'db.password', '!secret'],
  ['password: !<tag:example.com,2026:x> y\n', 'password', 'tag:example.com,2026:x'],
  ['password: ! 12\n', 'password', '!'],
  ['password: ! "12"\n', 'password', '!'],
])('what has the tag of another type stays, with a warning: %j', async (text, name, tag) => {
  expect(await staying(text)).toEqual([
    [name, `by its tag ${tag}, programs read something else: write what they read with secret put`],
  ]);
});

test.each(['password: !!str x\n', 'db: ! {password: x}\n', 'db: !!map {password: x}\n'])(
  'a tag that says nothing else keeps no entry: %j',
  async (text) => {
    expect(await staying(text)).toEqual([]);
  },
);

test.each(['1_000', '1,000', '12:30', '2026-01-31', '0b11', '0o17x', 'plain'])(
  'what only YAML 1.1 takes for no text stays: %s',
  async (value) => {
    const isText = value === '0o17x' || value === 'plain';
    expect(await staying(`pin: ${value}\npassword: "${value}"\n`)).toEqual(
      isText ? [] : [['pin', 'no text to programs that read YAML 1.1: put the value into quotes']],
    );
  },
);

const strange = (code: string): string =>
  `programs read the character U+${code} in different ways: write it as \\u${code} in double quotes`;

test.each([
  ['password: "a\u2028b"\n', strange('2028')],
  ['password: a\u0085b\n', strange('0085')],
  ['password: |\n  abc', 'programs differ in its last line end: end the file with one'],
  ['password: >+\n  abc', 'programs differ in its last line end: end the file with one'],
  ['password: "\\ud800abc"\n', 'it is no valid Unicode text: write it as base64 with secret put'],
])('what programs read in different ways, or cannot keep, stays: %j', async (text, why) => {
  expect(await staying(text)).toEqual([['password', why]]);
});

test('the same entries move once they are written so that all programs agree', async () => {
  const text = 'a: "x\\u2028y"\nb: |\n  abc\nc: "\\ud83d\\ude00"\npassword: "True"\n';
  expect(await staying(text)).toEqual([]);
});

test('40,000 entries of a YAML file are read and taken out', async () => {
  const text = Array.from({ length: 20_000 }, (_, at) => `g${at}:\n  password: "p${at}"\n  port: x\n`).join(
    '',
  );
  const { entries, without: rest } = await readSettingsFile('a.yaml', text);
  expect(entries).toHaveLength(40_000);
  const left = rest(new Set(entries.flatMap(({ name }, at) => (name.endsWith('password') ? [at] : []))));
  expect(left).toBe(text.replaceAll(/ {2}password.*\n/g, ''));
});

test('letters beyond ASCII in properties stay, which Java may read as others', async () => {
  const text = 'password=p\u00e4ss\ntoken=a\\\n  \u00e4\napi.key=\\u00e9\n# \u00e4\ncode=\\ud800\n';
  const [decided = []] = decide([await readSettingsFile('a.properties', text)], {
    include: ['code'],
    exclude: [],
  });
  const letters =
    'Java programs may read its letters beyond ASCII as others: write them as \\u and four digits, as in \\u00e9';
  expect(decided.map(({ entry, outcome, why }) => [entry.name, outcome, why])).toEqual([
    ['password', 'stays', letters],
    ['token', 'stays', letters],
    ['api.key', 'moves', expect.any(String)],
    ['code', 'stays', 'it is no valid Unicode text: write it as base64 with secret put'],
  ]);
});

test.each(['p$1xy', 'p$#q', 'x$', 'a$$b', 'a%HOME%b', 'a%%b'])(
  'a value of GitLab that is not raw stays if GitLab replaces something in it: %s',
  async (value) => {
    const row = { variable_type: 'env_var', key: 'API_TOKEN', value, masked: true, environment_scope: '*' };
    const staysOf = async (raw: boolean) =>
      (await readSettingsFile('v.json', JSON.stringify([{ ...row, raw }]))).entries.map(({ stays }) => stays);
    expect(await staysOf(false)).toEqual(['GitLab replaces variables in it: write it with secret put']);
    expect(await staysOf(true)).toEqual(['']);
  },
);

test('a merge of what is no map is a fault of the file', async () => {
  await expect(
    readSettingsFile('a.yaml', '%YAML 1.1\n---\n<<: hunter22\npassword: x\n'),
  ).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: 'a.yaml cannot be read as settings (line 3: unexpected token).',
  });
});

test('aliases that would fill the memory are rejected', async () => {
  const levels = ['b', 'c', 'd', 'e'].map((name, at) => `${name}: &${name} [${`*${'abcd'[at]},`.repeat(9)}]`);
  const text = `a: &a [x]\n${levels.join('\n')}\n`;
  await expect(readSettingsFile('a.yaml', text)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: 'a.yaml cannot be read as settings (too many aliases).',
  });
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

test.each([
  ['DB_PASSWORD=p#ss1234', 'put the value into single quotes'],
  ['DB_PASSWORD=#hunter2', 'put the value into single quotes'],
  [
    `DATABASE_URL=postgres://u:$${'{DB_PASSWORD}'}@h/db`,
    'write its value with secret put, and remove the line by hand',
  ],
  ['A_PASSWORD="a\\$b"', 'put the value into single quotes'],
  ['B_PASSWORD=pa$HOME', 'put the value into single quotes'],
  [`C_PASSWORD="x$${'{B}'}y"`, 'write its value with secret put, and remove the line by hand'],
  ['F_PASSWORD="a\\tb"', 'put the value into single quotes'],
  ['H_PASSWORD=`echo hi`', 'put the value into single quotes'],
  ["D_PASSWORD='it\\'s'", 'write its value with secret put, and remove the line by hand'],
  ["J_PASSWORD: 'colon'", "write it as J_PASSWORD='VALUE', without spaces around the ="],
  ['__proto__=abcdef', 'give the entry another name'],
])('%j stays, with what to do: %s', async (line, remedy) => {
  const env = await readSettingsFile('.env', `${line}\n`);
  const choice = { include: ['__proto__'].filter((name) => line.startsWith(name)), exclude: [] };
  const [decided] = decide([env], choice).flat();
  expect(decided).toMatchObject({
    outcome: 'stays',
    why: `programs read this line in different ways: ${remedy}`,
    isDoubtful: true,
  });
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
