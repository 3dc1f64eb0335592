import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type ForeignReader, READERS } from '../../support/inject/readers.js';
import { VALUES as ALL } from '../../support/inject/values.js';
import { lacks } from '../../support/skips.js';
import { textOf } from './rendering.js';

/** The large one is cut: each place is one more reading of all. */
const VALUES: Readonly<Record<string, string>> = { ...ALL, LARGE: (ALL['LARGE'] ?? '').slice(0, 5000) };

interface Place {
  /** The keys to the value in the result; an XPath, for XML. */
  readonly keys: readonly string[];
  /** What is to be read there of a value. */
  readonly read: (value: string) => unknown;
}

const around = (value: string): string => `a ${value} b`;
const asIs = (value: string): string => value;

/** A template for each format that has a value wherever one can stand. */
const CASES: readonly {
  readonly target: string;
  readonly text: string;
  readonly readers: readonly ForeignReader[];
  readonly places: readonly Place[];
  /** Values that the format, or one of its readers, cannot hold. */
  readonly refused: readonly string[];
}[] = [
  {
    target: 'a.yaml',
    text: `# comment
plain: {{ X }} # comment
double: "a {{ X }} b"
single: 'a {{ X }} b'
mixed: a {{ X }} b
tagged: !!str {{ X }}
anchored: &x {{ X }}
alias: *x
block: |  # comment
  a {{ X }} b
folded: >-
  a
  {{ X }} b
flow: {k: {{ X }}, l: [a, "{{ X }}"]}
json: {{ X | json }}
yaml: {{ X | yaml }}
inner: '{"p": {{ X | json }}}'
twice: {{ X }}{{ X }}
- not: a list
`.replace('- not: a list\n', ''),
    readers: READERS.yaml,
    places: [
      { keys: ['plain'], read: asIs },
      { keys: ['double'], read: around },
      { keys: ['single'], read: around },
      { keys: ['mixed'], read: around },
      { keys: ['tagged'], read: asIs },
      { keys: ['anchored'], read: asIs },
      { keys: ['alias'], read: asIs },
      { keys: ['block'], read: (value) => `${around(value)}\n` },
      { keys: ['folded'], read: around },
      { keys: ['flow', 'k'], read: asIs },
      { keys: ['flow', 'l', '1'], read: asIs },
      { keys: ['json'], read: asIs },
      { keys: ['yaml'], read: asIs },
      { keys: ['inner'], read: (value) => ({ p: value }) },
      { keys: ['twice'], read: (value) => value + value },
    ],
    refused: [],
  },
  {
    target: 'a.json',
    text: `{
  "whole": {{ X }}, "inside": "a {{ X }} b",
  "json": {{ X | json }},
  "inner": "{\\"p\\": {{ X | json }}}",
  "list": [1, {{ X }}, {{ X }}{{ X }}],
  "number": 12345678901234567890
}`,
    readers: READERS.json,
    places: [
      { keys: ['whole'], read: asIs },
      { keys: ['inside'], read: around },
      { keys: ['json'], read: asIs },
      { keys: ['inner'], read: (value) => ({ p: value }) },
      { keys: ['list', '1'], read: asIs },
      { keys: ['list', '2'], read: (value) => value + value },
    ],
    refused: [],
  },
  {
    target: 'a.xml',
    text: `<?xml version="1.0" encoding="UTF-8"?>
<a b="a {{ X }} b" c='{{ X }}' d="{{ X | xml }}"><!-- c -->
  <t>a {{ X }} b</t><e>{{ X }}</e><x>{{ X | xml }}</x><c><![CDATA[a {{ X }} b]]></c>
</a>`,
    readers: READERS.xml,
    places: [
      { keys: ['/a/@b'], read: around },
      { keys: ['/a/@c'], read: asIs },
      { keys: ['/a/@d'], read: asIs },
      { keys: ['/a/t'], read: around },
      { keys: ['/a/e'], read: asIs },
      { keys: ['/a/x'], read: asIs },
      { keys: ['/a/c'], read: around },
    ],
    refused: ['BELL'],
  },
  {
    target: 'a.properties',
    text: '# comment\nplain={{ X }}\n  spaced : a {{ X }} b\nlong = a \\\n   {{ X }}b\nown = {{ X | properties }}\n',
    readers: READERS.properties,
    places: [
      { keys: ['plain'], read: asIs },
      { keys: ['spaced'], read: around },
      { keys: ['long'], read: (value) => `a ${value}b` },
      { keys: ['own'], read: asIs },
    ],
    refused: [],
  },
  {
    target: '.env',
    text: '# comment\nPLAIN={{ X }}\nexport DOUBLE="{{ X }}" # comment\nSINGLE=\'{{ X }}\'\n',
    readers: READERS.env,
    places: ['PLAIN', 'DOUBLE', 'SINGLE'].map((name) => ({ keys: [name], read: asIs })),
    refused: ['CRLF', 'QUOTES', 'CR', 'BACKSLASHES', 'DOLLARS'],
  },
];

describe.each(CASES)(
  '$target: a value is read as it is in the vault, wherever it stands',
  ({ target, text, readers, places, refused }) => {
    const names = Object.keys(VALUES).filter((name) => !refused.includes(name));

    test.each(refused)('%s is refused', async (name) => {
      await expect(textOf(text, target, { names: { X: VALUES[name] ?? '' } })).rejects.toMatchObject({
        code: 'VALUE_BROKEN',
      });
    });

    test.each(readers)('by $name', async ({ lacksIt, read }) => {
      if (lacksIt) return;
      const questions: { file: Buffer; keys: readonly string[] }[] = [];
      const wanted: unknown[] = [];
      for (const name of names) {
        const value = VALUES[name] ?? '';
        const file = Buffer.from(await textOf(text, target, { names: { X: value } }));
        for (const place of places) {
          questions.push({ file, keys: place.keys });
          wanted.push(place.read(value));
        }
      }
      const found = read(questions).map((each, index) =>
        typeof wanted[index] === 'object' ? JSON.parse(String(each)) : each,
      );
      expect(found).toEqual(wanted);
    });
  },
);

const SHELLS = ['sh', 'bash', 'dash', 'busybox'].map((name) => ({ name, lacksIt: lacks(name) }));
const SCRIPT = `#!/bin/sh
# a 'comment" with quotes
f() { case "$1" in a) echo x;; esac; }
V={{ X }} W="a {{ X }} b"
cat <<'E' >/dev/null
it's "text" $(
E
printf '%s\\0' "$V" "$W" {{ X }} 'a {{ X }} b' pre{{ X }}post "$(printf '%s.' "{{ X }}")" $(: "$( (case a in a) :;; esac) )" ) "$(sh -c "printf '%s.' {{ X | shell }}")" "$((1 << 2))"
`;

describe.each(SHELLS)('a shell script: $name', ({ name: shell, lacksIt }) => {
  test.skipIf(lacksIt)('a value is one text, wherever it stands', async () => {
    for (const [name, value] of Object.entries(VALUES)) {
      const script = await textOf(SCRIPT, 'deploy.sh', { names: { X: value } });
      const args = shell === 'busybox' ? ['sh'] : [];
      const { stdout, stderr } = spawnSync(shell, args, { input: script, encoding: 'utf8' });
      expect(stderr, name).toBe('');
      const found = stdout.split('\0').slice(0, -1);
      expect(found, name).toEqual([
        value,
        around(value),
        value,
        around(value),
        `pre${value}post`,
        `${value}.`,
        `${value}.`,
        '4',
      ]);
    }
  });
});
