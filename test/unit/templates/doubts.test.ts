import { describe, expect, test } from 'vitest';
import { faultOf, type Given } from './rendering.js';

const GIVEN: Given = {
  names: { X: 'x-value', RAW: "it's\n\nno" },
  secrets: { 'p/*': [1, 2, 3].map((each) => ({ name: `N${each}`, value: `v-${each}` })) },
};

describe('a script in doubt is refused with the place of the doubt, and what is there', () => {
  test.each([
    [
      'a pattern of case',
      'p a\ny="$(case a in\n  a) p {{ X }} ;;\nesac)"',
      3,
      4,
      'a ")" that bash 3.2 takes',
    ],
    [
      'a pattern of case far before the place',
      `y="$(case a in\na) p '"' ;;\nesac)"\np "b"\np {{ X }}`,
      2,
      2,
      'a ")" that bash 3.2 takes',
    ],
    [
      'lines of a here-document',
      "x=$(cat <<'E'\nit's\nE\n)\np {{ X }} '",
      1,
      14,
      'a here-document in "$(…)"',
    ],
    [
      'a second here-document',
      "x=$(cat <<'E'\nits\nE\n)\nx=$(cat <<'E'\nit's\nE\n)\np {{ X }} '",
      5,
      14,
      'a here-document in "$(…)"',
    ],
    ['a comment', `p a\nx="$( # it's\n)" {{ X }} '`, 2, 7, 'a comment in "$(…)"'],
    ['a quote that is never closed', 'p {{ X }}\np "a\np b\n', 2, 3, 'a double quote that is never closed'],
    ['another one', "p {{ X }}\np 'a\np b\n", 2, 3, 'a single quote that is never closed'],
    ['a parenthesis', '\np {{ X }}\n (p a\n', 3, 2, 'a "(" that is never closed'],
    ['a here-document without an end', 'p {{ X }}\ncat <<E\na\n', 2, 8, 'a here-document whose lines or end'],
    ['one at the end', 'p {{ X }}\ncat <<E', 2, 5, 'a here-document without lines'],
    ['an esac', 'p {{ X }}\np "$(p esac)"', 2, 8, 'the word "esac" where shells differ'],
    ['arithmetic', 'p {{ X }}\np $(( "$a" ))', 2, 7, 'a quote in arithmetic'],
    ['another one', 'p {{ X }}\n((\n1))', 2, 3, 'the end of a line in "((…))"'],
    ['an alias', 'p a\n\nalias q=case\np {{ X }}', 3, 1, 'an alias that changes'],
    ['behind another place', 'p {{ X }} # {{ X }}\np {{ X }} "a', 2, 11, 'a double quote'],
    ['behind a byte order mark', '\ufeffp {{ X }}\np "a', 2, 3, 'a double quote'],
    ['in a file of Windows', 'p {{ X }}\r\np "a\r\n', 2, 3, 'a double quote'],
    ['behind a tag', "p {{ X }}\n{% if X == 'x-value' %}\np b\n{% endif %}\np \"a", 5, 3, 'a double quote'],
    ['in a tag', "p {{ X }}\n{%- if X == 'x-value' -%}\n\n  p \"b\n{% endif %}", 4, 5, 'a double quote'],
    ['where tags trim', 'p {{ X -}}\n\n ; p "a', 3, 6, 'a double quote'],
    [
      'behind a loop',
      '{% assign all = "p/*" | secret %}\n{% for f in all %}p {{ f.value }}\n{% endfor %}\np "a',
      4,
      3,
      'a double quote',
    ],
    ['behind a text', 'p {{ X }}\n{% raw %}{{ a }}\n{% endraw %}\np "a', 4, 3, 'a double quote'],
    ['in a text', 'p {{ X }}\n{% raw %}\n{{ a }} "{% endraw %}\np a', 3, 9, 'a double quote'],
    ['in a value as it is', 'p {{ X }}\n\n p {{ RAW | raw }}\np a', 3, 4, 'a single quote'],
    ['behind a value as it is', `p {{ X }}\n\n p {{ RAW | raw }} '\np "a`, 4, 3, 'a double quote'],
  ])('%s', async (_name, text, line, column, what) => {
    const { code, message, remedy } = await faultOf(text, 'a.sh', GIVEN);
    expect(code).toBe('TEMPLATE_INVALID');
    const [, doubt = ''] = message.split('it cannot be quoted. ');
    expect(doubt).toContain(`Line ${line}, column ${column} of in.liquid has `);
    expect(doubt).toContain(what);
    expect(doubt).toMatch(/: the doubt begins there\.$/);
    expect(message + remedy).not.toMatch(/x-value|it's|v-\d/);
  });
});
