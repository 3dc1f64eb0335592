import { describe, expect, test } from 'vitest';
import { sourceKey } from '../../../src/core/requests/request.js';
import { Template } from '../../../src/templates/template.js';
import { rendered, textOf } from './rendering.js';

const POSTGRES = [
  { name: 'USER', value: 'app' },
  { name: 'PASSWORD', value: 'p"w' },
];

async function read(text: string): Promise<Template> {
  return Template.read('in.liquid', Buffer.from(text));
}

describe('what a template asks for is known before anything is fetched', () => {
  test('every name, in branches that are not taken too, once and with its place', async () => {
    const template = await read(
      'a {{ ONE }}\n{% if TWO == "x" %}{{ THREE | default: FOUR }}{% else %}{{ ONE }}{% endif %}',
    );
    expect(template.names).toEqual([
      { name: 'ONE', where: 'Line 1, column 6 of in.liquid' },
      { name: 'TWO', where: 'Line 2, column 7 of in.liquid' },
      { name: 'THREE', where: 'Line 2, column 23 of in.liquid' },
      { name: 'FOUR', where: 'Line 2, column 40 of in.liquid' },
    ]);
  });

  test('names of unless, elsif, case, when and of limits of a loop', async () => {
    const template = await read(
      '{% assign l = "a/*" | secret %}{% unless A %}{% elsif B %}{% endunless %}{% case C %}{% when D, E or F %}{% endcase %}{% for f in l limit: G %}{% endfor %}',
    );
    expect(template.names.map(({ name }) => name)).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G']);
  });

  test('every request, once', async () => {
    const template = await read(
      `{{ "db/prod/user" | secret }}{% if "94/username" | credential %}{% endif %}{{ '94' | credential }}{{ '94/password' | credential }}{% assign x = '"my secret"/*' | secret %}`,
    );
    expect(template.requests.map(({ source }) => source)).toEqual([
      { kind: 'dsm', identity: 'db/prod', map: undefined, field: 'user' },
      { kind: 'pam', credential: '94', field: 'username' },
      { kind: 'pam', credential: '94', field: 'password' },
      { kind: 'dsm', identity: 'my secret', map: undefined, field: undefined },
    ]);
    expect(template.requests[1]?.where).toBe('Line 1, column 36 of in.liquid');
    expect(new Set(template.requests.map(({ source }) => sourceKey(source))).size).toBe(4);
  });

  test('names that the template makes itself are none of a request', async () => {
    const template = await read(
      '{% assign a = "x" %}{{ a }}{% assign l = "p/*" | secret %}{% for f in l %}{{ f.name }}{{ f.value }}{{ forloop.index }}{% endfor %}{{ f }}',
    );
    expect(template.names.map(({ name }) => name)).toEqual(['f']);
  });

  test('nothing in a comment or in raw text is asked for', async () => {
    const template = await read(
      '{% comment %}{{ A }}{% nonsense %}{% endcomment %}{% raw %}{{ B }}{% endraw %}',
    );
    expect(template.names).toEqual([]);
    expect(await textOf('{% raw %}{{ B | x }}{% endraw %}', 'a.conf')).toBe('{{ B | x }}');
  });
});

describe('what a template makes', () => {
  test('names, requests, conditions and loops', async () => {
    const text = `{% if MODE == "prod" %}host={{ "db/host" | secret }}{% else %}none{% endif %}
{% assign db = "postgres/*" | secret -%}
{% for f in db %}{{ f.name }}={{ f.value }}{% unless forloop.last %},{% endunless %}{% endfor %}
{% case MODE %}{% when "dev" %}d{% when "prod" %}p{% endcase %} {{ "94" | credential }} {{ db.size }}`;
    const given = {
      names: { MODE: 'prod' },
      secrets: { 'db/host': 'h', 'postgres/*': POSTGRES, '94/password': 'pam' },
    };
    expect(await textOf(text, 'a.conf', given)).toBe('host=h\nUSER=app,PASSWORD=p"w\np pam 2');
  });

  test('a name with dots, as Azure Pipelines has them, is one name', async () => {
    const template = await read('{{ app.db.password }}');
    expect(template.names.map(({ name }) => name)).toEqual(['app.db.password']);
    expect(
      await textOf('{{ app.db.password }}{{ app-x }}', 'a', {
        names: { 'app.db.password': 'v', 'app-x': 'w' },
      }),
    ).toBe('vw');
  });

  test('names that mean something to JavaScript or to the library are names like others', async () => {
    const names = { constructor: 'c', size: 's', first: 'f', __proto__x: 'p', toString: 't' };
    const values = { ...names, ['__proto__']: 'q' };
    const text = '{{ constructor }}{{ size }}{{ first }}{{ __proto__x }}{{ toString }}';
    expect(await textOf(text, 'a', { names: values })).toBe('csfpt');
  });

  test.each([
    ['base64', 'a"b', 'YSJi'],
    ['json', 'a"b\n', '"a\\"b\\n"'],
    ['yaml', 'a"b\n', '"a\\"b\\n"'],
    ['xml', `<&>"'\n`, '&lt;&amp;&gt;&quot;&apos;&#xA;'],
    ['shell', "it's", `'it'\\''s'`],
    ['url', "a b/ü?(!)'*", 'a%20b%2F%C3%BC%3F%28%21%29%27%2A'],
    ['properties', ' a=ü\n', '\\ a\\=\\u00fc\\n'],
    ['sha256', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['default: "x"', '', 'x'],
    ['default: "x"', 'y', 'y'],
    ['default: OTHER', '', 'o'],
    ['upper', 'aß', 'ASS'],
    ['lower', 'AB', 'ab'],
    ['indent: 3', 'a\nb\n\nc\n', 'a\n   b\n\n   c\n'],
    ['indent', 'a\nb', 'a\n  b'],
    ['raw', '<&>', '<&>'],
    ['upper | base64', 'ab', 'QUI='],
  ])('the filter %s of %j', async (filter, value, expected) => {
    const names = { X: value, OTHER: 'o' };
    expect(await textOf(`{{ X | ${filter} }}`, 'a.conf', { names })).toBe(expected);
  });

  test('expressions of GitHub are text, with the default delimiters', async () => {
    const text = `a: \${{ secrets.X }} $\${{ y }}{{ X }}\${{ z }}\n\${{ never closed`;
    expect(await textOf(text, 'a.conf', { names: { X: 'v' } })).toBe(text.replace('{{ X }}', 'v'));
  });

  test('with other delimiters, braces are text', async () => {
    const text = `{{ .Values.x }} {% x %} [[ X ]] [% if X %]yes[% endif %] \${{ a }}`;
    const given = { names: { X: 'v' }, delimiters: '[[ ]]' };
    expect(await textOf(text, 'a.conf', given)).toBe(`{{ .Values.x }} {% x %} v yes \${{ a }}`);
    const others = { names: { X: 'v' }, delimiters: '<% %> <# #>' };
    expect(await textOf('<% X %><# if X #>y<# endif #>{{', 'a.conf', others)).toBe('vy{{');
  });

  test('a byte order mark and CRLF stay', async () => {
    expect(await textOf('\ufeffa: {{ X }}\r\n', 'a.yaml', { names: { X: 'v' } })).toBe('\ufeffa: "v"\r\n');
  });
});

describe('texts that filters make of secrets are named, so that they can be masked', () => {
  test('those of every filter but sha256', async () => {
    const text =
      '{{ X | base64 }}{{ X | upper | url }}{{ X | sha256 }}{{ X | sha256 | upper }}{{ "lit" | upper }}{% assign y = X | lower %}{{ Y | default: X | json }}';
    const { derived } = await rendered(text, 'a.conf', { names: { X: 'Se cret', Y: '' } });
    expect([...derived.keys()].sort()).toEqual(
      ['U2UgY3JldA==', 'SE CRET', 'SE%20CRET', 'se cret', '"Se cret"'].sort(),
    );
    expect(new Set(derived.values())).toEqual(new Set(['Se cret']));
  });

  test('those of fields and of requests', async () => {
    const text =
      '{% assign l = "postgres/*" | secret %}{% for f in l %}{{ f.value | base64 }}{{ f.name | base64 }}{% endfor %}{{ "94" | credential | upper }}';
    const { derived } = await rendered(text, 'a', {
      secrets: { 'postgres/*': POSTGRES, '94/password': 'pam' },
    });
    expect([...derived]).toEqual([
      ['YXBw', 'app'],
      ['cCJ3', 'p"w'],
      ['PAM', 'pam'],
    ]);
  });
});

describe('the forms in which values stand in a file are named, so that they can be masked', () => {
  test.each([
    ['a.yaml', 'a: {{ X }}', ['p\\"w\\\\']],
    ['a.json', '{"a": {{ X | upper }}}', ['P\\"W\\\\']],
    ['a.xml', '<a b="{{ X }}"/>', ['p&quot;w\\']],
    ['a.properties', 'a={{ X }}', ['p"w\\\\']],
    ['a.sh', 'a="{{ X }}"', ['p\\"w\\\\']],
    ['a.conf', '{{ X }}', []],
    ['a.json', '"{{ PLAIN }}{{ X | sha256 }}"', []],
  ])('%s: %s', async (target, text, expected) => {
    const { written } = await rendered(text, target, { names: { X: 'p"w\\', PLAIN: 'plain' } });
    expect([...written.keys()]).toEqual(expect.arrayContaining(expected));
    expect(written.size === 0).toBe(expected.length === 0);
  });
});
