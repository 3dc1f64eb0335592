import { describe, expect, test } from 'vitest';
import type { SeguraError } from '../../../src/core/errors.js';
import { readDelimiters } from '../../../src/templates/template.js';
import { faultOf } from './rendering.js';

const NAMES = { names: { DB_PASSWORD: 's3cr3t-"v', X: 'x' } };
const FIELDS = { secrets: { 'p/*': [{ name: 'A', value: 'v' }] } };

describe('what is wrong in a template is said with its place and what to write', () => {
  test.each([
    [
      'a\n {{ DB_PASWORD }}',
      'Line 2, column 5 of in.liquid uses the name DB_PASWORD, which no request gives.',
      'Write {{ DB_PASSWORD }}, or ask for it: IDENTITY/FIELD > DB_PASWORD',
    ],
    ['{{ other }}', 'uses the name other, which no request gives.', 'Ask for it: IDENTITY/FIELD > other'],
    ['{{ constructor }}{{ X }}', 'Line 1, column 4 of in.liquid uses the name constructor,', 'Ask for it: '],
    ['{{ __proto__ }}', 'uses the name __proto__, which no request gives.', 'Ask for it: '],
    [
      '{{ X | uper }}',
      'Line 1, column 8 of in.liquid has the filter "uper", which is unknown.',
      'Write upper. The filters are secret, credential, base64, json,',
    ],
    ['{{ X | append: "x" }}', 'has the filter "append", which is unknown.', 'The filters are '],
    [
      '{% include "a" %}',
      'Line 1, column 1 of in.liquid has the tag "include", which is off or unknown.',
      'The tags are if, unless, case, for, assign, comment, raw.',
    ],
    ['{% render "a" %}', 'has the tag "render"', 'The tags are '],
    ['{% layout "a" %}', 'has the tag "layout"', 'The tags are '],
    ['{% block a %}{% endblock %}', 'has the tag "block"', 'The tags are '],
    ['{% capture a %}{% endcapture %}', 'has the tag "capture"', 'The tags are '],
    ['{% liquid\n include "a" %}', 'has the tag "liquid"', 'The tags are '],
    ['{% echo X %}', 'has the tag "echo"', 'The tags are '],
    ['{% fro f in x %}', 'has the tag "fro"', 'Write for. '],
    ['{% if X %}', 'has the tag "if", which is never closed.', 'Write {% endif %}'],
    ['x {% endif %}', 'Line 1, column 3 of in.liquid has the tag "endif" outside of if.', 'Remove it,'],
    ['{% if X %}{% endfor %}', 'has the tag "endfor" inside of "if".', 'Close "if" first: {% endif %}'],
    ['{% else %}', 'has the tag "else" outside of if, unless, case, for.', 'Remove it'],
    ['{% comment %} {{ X', 'cannot be read', 'Correct it.'],
    [
      '{{ X Y }}',
      'Line 1, column 6 of in.liquid has Y behind another value',
      'Write one value, or an operator',
    ],
    ['{{ X | raw Y }}', 'cannot be read: expected ":" after filter name.', 'Correct it.'],
    ['{{ }}', 'cannot be read: invalid value expression', 'Correct it.'],
    [
      '{{ .Values.db.password }}',
      'has .Values.db.password, which is no name that a request gives.',
      'template-delimiters: "[[ ]]"',
    ],
    ['{{ include "x" . }}', 'behind another value', 'template-delimiters'],
    ['{{ X[0] }}', 'takes a part of X, which is one text.', 'Write X'],
    [
      '{{ X | secret }}',
      'Line 1, column 8 of in.liquid has the filter "secret" behind something else than a text in quotes',
      'Write {{ "IDENTITY/FIELD" | secret }}',
    ],
    [
      '{{ X | credential }}',
      'has the filter "credential" behind something else',
      'Write {{ "ID/FIELD" | credential }}',
    ],
    [
      '{{ "a/b" | upper | secret }}',
      'has the filter "secret" behind something else',
      'Write {{ "IDENTITY/FIELD" | secret }}',
    ],
    ['{% assign a = "a/b" %}{{ a | secret }}', 'has the filter "secret" behind something else', 'Write '],
    [
      '{{ "a/b > C" | secret }}',
      'asks for "a/b > C": only what stands before the ">" of a request is written here.',
      'Write {{ "IDENTITY/FIELD" | secret }}',
    ],
    ['{{ "a b/c" | secret }}', 'asks for "a b/c", which has a space outside of quotes.', 'Write '],
    ['{{ "" | secret }}', 'asks for ""', 'Write '],
    [
      '{{ "a/" | secret }}',
      'Line 1, column 4 of in.liquid names no field after "a/".',
      'Write {{ "IDENTITY/FIELD" | secret }}',
    ],
    ['{{ "*" | secret }}', 'asks for every secret', 'Write '],
    [
      '{{ "94[1]/x" | credential }}',
      'asks for a map of credential 94[1]',
      'Write {{ "ID/FIELD" | credential }}',
    ],
    ['{{ "*" | credential }}', 'asks for every credential', 'Write '],
    ['{{ X | upper: 1 }}', 'has the filter "upper" with 1 values behind it.', 'Write upper'],
    ['{{ X | default }}', 'has the filter "default" with 0 values behind it.', 'Write default: "…"'],
    [
      '{{ X | default: "a", allow_false: true }}',
      'has the filter "default" with 2 values',
      'Write default: "…"',
    ],
    [
      '{% for i in (1..999999999) %}x{% endfor %}',
      'Line 1, column 13 of in.liquid has the range (1..999999999), which is off.',
      'Go over the fields of a secret.',
    ],
    ['{% assign a = (1..999999999) %}', 'has the range', 'Go over'],
    [
      '{% for f in X %}{% endfor %}',
      'goes over something else than the fields',
      'Write {% assign fields = "IDENTITY/*" | secret %} and then {% for field in fields %}',
    ],
  ])('%s', async (text, message, remedy) => {
    const { code, message: said, remedy: told } = await faultOf(text, 'a.conf', NAMES);
    expect(code).toBe('TEMPLATE_INVALID');
    expect(said).toContain(message);
    expect(said).toMatch(/^Line \d+, column \d+ of in\.liquid /);
    expect(told).toContain(remedy);
  });

  test.each([
    [
      '{{ "p/*" | secret }}',
      'shows a list of fields as if it were a text.',
      'Name one field, or go over all: {% for field in … %}',
    ],
    ['{{ "p" | secret }}', 'shows a list of fields', 'Name one field'],
    ['{% assign l = "p/*" | secret %}{{ l }}', 'shows a list of fields', 'Name one field'],
    [
      '{% assign l = "p/*" | secret %}{{ l | json }}',
      'gives a list or a field to the filter json',
      'Leave the filter out.',
    ],
    ['{% assign l = "p/*" | secret %}{{ l.A }}', 'has l.A, but l has only size.', 'Write l.size'],
    ['{% assign l = "p/*" | secret %}{% for f in l %}{{ f }}{% endfor %}', 'shows a field', 'field.value'],
    [
      '{% assign l = "p/*" | secret %}{% for f in l %}{{ f.valu }}{% endfor %}',
      'has f.valu, but f has only name, value.',
      'Write f.value',
    ],
    [
      '{% assign l = "p/*" | secret %}{% for f in l %}{{ f.constructor }}{% endfor %}',
      'has f.constructor, but f has only name, value.',
      'Write f.name',
    ],
    [
      '{% assign l = "p/*" | secret %}{% for f in l %}{{ forloop.idx }}{% endfor %}',
      'has forloop.idx',
      'Write forloop.index',
    ],
    [
      '{% if false %}{% assign a = "x" %}{% endif %}{{ a }}',
      'uses a, which has no value there.',
      'Assign it',
    ],
  ])('%s', async (text, message, remedy) => {
    const { code, message: said, remedy: told } = await faultOf(text, 'a.conf', FIELDS);
    expect(code).toBe('TEMPLATE_INVALID');
    expect(said).toContain(message);
    expect(told).toContain(remedy);
  });

  test.each(['{{ "s/*" | secret }}', '{{ X | nonsense }}', '{{ Y }}'])(
    'no error of %s has a value in it',
    async (text) => {
      const given = { names: { X: 'hunter2!' }, secrets: { 's/*': [{ name: 'A', value: 'hunter2!' }] } };
      const { message, remedy } = await faultOf(text, 'a.yaml', given);
      expect(message + remedy).not.toContain('hunter2');
    },
  );
});

describe('what cannot be written in the format of a target is refused', () => {
  test.each([
    [
      'a.yaml',
      'a: b # {{ X }}',
      'TEMPLATE_INVALID',
      'Line 1, column 8 of in.liquid puts a value where YAML has none',
    ],
    ['a.yaml', 'a: &{{ X }} b', 'TEMPLATE_INVALID', 'where YAML has none'],
    ['a.yaml', 'a: |\n  {{ X | indent: 2 }}\n', 'TEMPLATE_INVALID', 'indents a value in a block of YAML'],
    [
      'a.yaml',
      'a: [{{ X }}',
      'DOCUMENT_REFUSED',
      'The file a.yaml, as in.liquid makes it, is not valid YAML: line 1,',
    ],
    [
      'a.json',
      '{"a": {{ X }}',
      'DOCUMENT_REFUSED',
      'The file a.json, as in.liquid makes it, is not valid JSON: line 1,',
    ],
    ['a.json', '{"a": 1{{ X }}}', 'TEMPLATE_INVALID', 'where JSON has none'],
    ['a.json', '{"a": 1} // {{ X }}', 'TEMPLATE_INVALID', 'where JSON has none'],
    ['a.json', '{{ X | raw }}', 'DOCUMENT_REFUSED', 'is not valid JSON'],
    ['a.xml', '<a><{{ X }}/></a>', 'DOCUMENT_REFUSED', 'a.xml'],
    ['a.xml', '<a><b{{ X }}/></a>', 'TEMPLATE_INVALID', 'where XML has none'],
    ['a.xml', '<a><!-- {{ X }} --></a>', 'TEMPLATE_INVALID', 'where XML has none'],
    [
      'a.xml',
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>{{ X }}</a>',
      'DOCUMENT_REFUSED',
      'it has a DTD',
    ],
    [
      'a.xml',
      '<a>{{ BELL }}</a>',
      'VALUE_BROKEN',
      'Line 1, column 4 of in.liquid puts a value where XML needs',
    ],
    [
      'a.xml',
      '<?xml version="1.0" encoding="UTF-16"?><a>{{ X }}</a>',
      'DOCUMENT_REFUSED',
      'declares the encoding UTF-16',
    ],
    ['a.properties', '# {{ X }}\na={{ X }}', 'TEMPLATE_INVALID', 'where a properties file has none'],
    ['.env', '# {{ X }}', 'TEMPLATE_INVALID', 'where a .env file has none'],
    ['.env', 'A=$B{{ X }}', 'TEMPLATE_INVALID', 'puts a value beside a "$"'],
    ['.env', 'A={{ BELL }}{{ MIXED }}', 'VALUE_BROKEN', 'every reader of .env files has to read it alike'],
    ['.env', '{{ BELL }}=x', 'VALUE_BROKEN', 'a name of a .env file is'],
    ['a.sh', 'cat <<EOF\n{{ X }}\nEOF', 'TEMPLATE_INVALID', 'in a here-document'],
    ['a.sh', 'x # {{ X }}', 'TEMPLATE_INVALID', 'in a comment'],
    ['a.sh', 'x `echo {{ X }}`', 'TEMPLATE_INVALID', 'between backticks'],
    ['a.sh', '(( 1 << 2 ))\necho {{ X }}', 'TEMPLATE_INVALID', 'with quotes that are never closed'],
    ['a.sh', "echo $'x\\'y' {{ X }}", 'TEMPLATE_INVALID', 'with quotes that are never closed'],
    ['a.sh', 'cat <<E\na\\\nE\nE\necho {{ X }}', 'TEMPLATE_INVALID', 'with quotes that are never closed'],
    ['a.sh', 'x `echo "{{ X }}"`', 'TEMPLATE_INVALID', 'between backticks'],
    ['a.sh', `x "\${A:-"{{ X }}"}"`, 'TEMPLATE_INVALID', 'inside of an expansion'],
    ['a.sh', `echo "\${A:-{{ X }}}"`, 'TEMPLATE_INVALID', 'inside of an expansion'],
    ['a.sh', 'echo \\{{ X }}', 'TEMPLATE_INVALID', 'behind a backslash'],
    ['a.sh', "echo $'{{ X }}'", 'TEMPLATE_INVALID', "between $' and '"],
    ['a.sh', 'echo "{{ X }}', 'TEMPLATE_INVALID', 'with quotes that are never closed'],
    ['a.sh', `echo "\${A#'}" '{{ X }}'`, 'TEMPLATE_INVALID', 'with quotes that are never closed'],
    ['a.sh', 'echo "$A{{ X }}"', 'TEMPLATE_INVALID', 'right behind a "$"'],
    ['a.sh', 'echo "$1{{ X }}"', 'TEMPLATE_INVALID', 'right behind a "$"'],
    ['a.sh', 'curl -u "$USER:{{ X }}"', 'TEMPLATE_INVALID', 'right behind a "$"'],
    ['a.sh', 'echo "$x:a/b:{{ X }}"', 'TEMPLATE_INVALID', 'right behind a "$"'],
    ['a.sh', 'echo "$x:s/{{ X }}/b/"', 'TEMPLATE_INVALID', 'right behind a "$"'],
    ['a.sh', 'echo "$x[{{ X }}]"', 'TEMPLATE_INVALID', 'right behind a "$"'],
    ['a.sh', 'echo $x[{{ X }}]', 'TEMPLATE_INVALID', 'index'],
    ['a.sh', 'echo "$@{{ X }}"', 'TEMPLATE_INVALID', 'right behind a "$"'],
    ['a.sh', 'echo "$#{{ X }}"', 'TEMPLATE_INVALID', 'right behind a "$"'],
    ['a.sh', 'echo "a$={{ X }}"', 'TEMPLATE_INVALID', 'right behind a "$"'],
    ['a.sh', 'echo "$A\\\n{{ X }}"', 'TEMPLATE_INVALID', 'right behind a "$"'],
    ['a.sh', 'echo "a$\\\n{{ X }}"', 'TEMPLATE_INVALID', 'right behind a "$"'],
    ['a.sh', `echo "\${% if true %}{{ X }}{% endif %}"`, 'TEMPLATE_INVALID', 'right behind a "$"'],
    ['a.sh', `echo \${% if true %}{{ X }}{% endif %}`, 'TEMPLATE_INVALID', 'right behind a "$"'],
    ['a.sh', 'echo "$\\\n(echo {{ X }})"', 'TEMPLATE_INVALID', 'that shells read differently'],
    ['a.sh', "a\\\n#'\necho {{ X }} '", 'TEMPLATE_INVALID', 'that shells read differently'],
    ['a.sh', 'cat <\\\n<E\n"\nE\necho {{ X }}"', 'TEMPLATE_INVALID', 'that shells read differently'],
    [
      'a.conf',
      '{{ BELL | xml }}',
      'VALUE_BROKEN',
      'Line 1, column 1 of in.liquid has a value that has a character that XML cannot hold.',
    ],
    ['a.conf', '{{ HALF }}', 'VALUE_BROKEN', 'half a character of Unicode'],
  ])('%s of %s', async (target, text, code, message) => {
    const names = { X: 'x-value', BELL: '\u0007', MIXED: `'"\\`, HALF: '\ud800' };
    const fault = await faultOf(text, target, { names });
    expect(fault.message).toContain(message);
    expect(fault.code).toBe(code);
    expect(fault.remedy).not.toBe('');
  });
});

describe('delimiters', () => {
  test.each(['[[', '[[ ]] x', 'ab cd', '{% %}', '"" ""', '[[ ]] [[ ]]', '[ ]', '[[[[[[[[[ ]]'])(
    '%s is refused',
    (text) => {
      expect(() => readDelimiters(text)).toThrow(/^Input "template-delimiters" is "/);
    },
  );

  test('what the message offers is accepted', () => {
    let told = '';
    try {
      readDelimiters('x');
    } catch (error) {
      told = (error as SeguraError).remedy;
    }
    const offered = [...told.matchAll(/: "([^"]*)"/g)].map(([, text = '']) => text);
    expect(offered).toEqual(['[[ ]]', '[[ ]] [% %]']);
    for (const text of offered) expect(readDelimiters(text).outputLeft).toBe('[[');
  });
});
