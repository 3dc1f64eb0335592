import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { SeguraError } from '../../../src/core/errors.js';
import { VALUES } from '../../support/inject/values.js';
import { lacks } from '../../support/skips.js';
import { textOf } from './rendering.js';

describe('names of a loop are written as names', () => {
  const text = (line: string): string => `{% assign l = "p/*" | secret %}{% for f in l %}${line}{% endfor %}`;
  const fields = [
    { name: 'USER', value: 'a' },
    { name: 'yes', value: 'b"' },
    { name: 'with: colon', value: '10' },
  ];
  test.each([
    ['a.yaml', '{{ f.name }}: {{ f.value }}\n', 'USER: "a"\n"yes": "b\\""\n"with: colon": "10"\n'],
    [
      'a.json',
      '{% if forloop.first %}{ {% endif %}"{{ f.name }}": {{ f.value }}{% if forloop.last %} }{% else %}, {% endif %}',
      '{ "USER": "a", "yes": "b\\"", "with: colon": "10" }',
    ],
    ['a.properties', '{{ f.name }}={{ f.value }}\n', 'USER=a\nyes=b"\nwith\\:\\ colon=10\n'],
  ])('%s', async (target, line, expected) => {
    expect(await textOf(text(line), target, { secrets: { 'p/*': fields } })).toBe(expected);
  });

  test('.env refuses what is no name there', async () => {
    const given = { secrets: { 'p/*': fields } };
    await expect(textOf(text('{{ f.name }}={{ f.value }}\n'), '.env', given)).rejects.toThrow(
      'a name of a .env file is',
    );
    const two = { secrets: { 'p/*': fields.slice(0, 2) } };
    expect(await textOf(text('{{ f.name }}={{ f.value }}\n'), '.env', two)).toBe(`USER='a'\nyes='b"'\n`);
  });
});

describe('the ending of the target decides', () => {
  test.each([
    ['a.json', '"\\"v"'],
    ['a.json.liquid', '"\\"v"'],
    ['deploy/A.JSONC', '"\\"v"'],
    ['a.yml', '"\\"v"'],
    ['a.conf', '"v'],
    ['json', '"v'],
    ['a.sh', `'"v'`],
  ])('%s', async (target, expected) => {
    expect(await textOf('{{ X }}', target, { names: { X: '"v' } })).toBe(expected);
  });

  test('raw writes a value as it is, which has to fit', async () => {
    expect(await textOf('{"port": {{ X | raw }}}', 'a.json', { names: { X: '5432' } })).toBe(
      '{"port": 5432}',
    );
    expect(await textOf('port: {{ X | raw }}', 'a.yaml', { names: { X: '5432' } })).toBe('port: 5432');
    await expect(textOf('{"port": {{ X | raw }}}', 'a.json', { names: { X: 'a b' } })).rejects.toMatchObject({
      code: 'DOCUMENT_REFUSED',
    });
  });

  test('a filter that writes for another format makes a text, which is escaped as any other', async () => {
    const names = { X: `it's` };
    expect(await textOf('run: echo {{ X | shell }}', 'a.yaml', { names })).toBe(`run: "echo 'it'\\\\''s'"`);
    expect(await textOf('{"x": "{{ X | base64 }}", "y": {{ X | json | raw }}}', 'a.json', { names })).toBe(
      '{"x": "aXQncw==", "y": "it\'s"}',
    );
  });
});

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom(...Object.values(VALUES)));

describe('any text in any place is read back', () => {
  test('YAML', async () => {
    const template = 'a: {{ X }}\nb: "{{ X }}x"\nc: |\n  l\n  {{ X }}\nd: [{{ X }}]\ne: y{{ X }}\n';
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const made = await textOf(template, 'a.yaml', { names: { X: value } });
        expect(parse(made)).toEqual({
          a: value,
          b: `${value}x`,
          c: `l\n${value}\n`,
          d: [value],
          e: `y${value}`,
        });
      }),
      { numRuns: 150 },
    );
  });

  test('JSON', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const made = await textOf('{"a": {{ X }}, "b": "\\u00e9{{ X }}x", "{{ X }}k": 1}', 'a.json', {
          names: { X: value },
        });
        expect(JSON.parse(made)).toEqual({ a: value, b: `é${value}x`, [`${value}k`]: 1 });
      }),
      { numRuns: 150 },
    );
  });

  const folder = mkdtempSync(join(tmpdir(), 'templates-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const pieces = fc.constantFrom(
    "'",
    '"',
    '$(',
    ')',
    '`',
    '\\',
    '#',
    ' ',
    '\n',
    'echo ',
    ': ',
    `\${A:-`,
    '}',
    '<<E ',
    'E\n',
    'case a in ',
    ' esac',
    '((',
    '))',
    'x',
    '{{ X }}',
    ';',
    '$',
    '$x',
    '\\\n',
    '{% if true %}',
    '{% endif %}',
    '$((',
  );
  const ATTACK = `';"; touch RAN; $(touch RAN) \`touch RAN\` )}\n touch RAN\n'"\n`;

  test('a value of a .env file stands right behind its "=", where no shell runs it', async () => {
    expect(await textOf('A= {{ X }} # note\nB= "b{{ X }}"', '.env', { names: { X: 'id' } })).toBe(
      "A='id' # note\nB='bid'",
    );
  });

  test.skipIf(lacks('sh')).each([
    [`"\${NAME}{{ X }}"`, 'n(echo x)'],
    [`"\\\${% if true %}{{ X }}{% endif %}"`, '$(echo x)'],
    ['$NAME{{ X }}', 'n(echo x)'],
    ['"$#"{{ X }}', '0(echo x)'],
    ['"a\\\n{{ X }}"', 'a(echo x)'],
  ])('a shell prints the value as it is in %j', async (word, wanted) => {
    const script = await textOf(`printf %s ${word}`, 'a.sh', { names: { X: '(echo x)' } });
    const { stdout } = spawnSync('sh', ['-c', script], { env: { NAME: 'n' }, encoding: 'utf8' });
    expect(stdout).toBe(wanted);
  });

  test.skipIf(lacks('sh'))(
    'a shell runs nothing of a value, whatever stands around it, or the template is refused',
    async () => {
      let count = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(pieces, { minLength: 3, maxLength: 12 }), async (before) => {
          const template = [...before, '{{ X }}'].join('');
          let script: string;
          try {
            script = await textOf(template, 'a.sh', { names: { X: ATTACK } });
          } catch (error) {
            expect(error).toBeInstanceOf(SeguraError);
            return;
          }
          count += 1;
          spawnSync('sh', ['-c', script], {
            cwd: folder,
            env: { PATH: process.env['PATH'] ?? '' },
            timeout: 5000,
          });
          expect(existsSync(join(folder, 'RAN')), script).toBe(false);
        }),
        { numRuns: 500 },
      );
      expect(count).toBeGreaterThan(20);
    },
  );
});
