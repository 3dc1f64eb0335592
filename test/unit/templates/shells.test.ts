import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeguraError } from '../../../src/core/errors.js';
import { doubtOf, quotingOf } from '../../../src/templates/escape/sh/quoting.js';
import { documentScripts } from './documents.js';
import { faultOf, textOf } from './rendering.js';
import { SHELLS as ALL_SHELLS, run } from './running.js';
import { ATTACKS, scripts } from './scripts.js';

const SHELLS = ALL_SHELLS.filter(({ name }) => ['bash', 'dash', 'busybox'].includes(name));
const lacksAny = ALL_SHELLS.some(({ lacksIt }) => lacksIt);

describe('a shell script is refused where its reading is in doubt', () => {
  const DIFFERENT = 'that shells read differently';
  test.each([
    [
      'a case in the $(…) of a here-document',
      'cat <<EOF\n$(case a in a)\nEOF\n: ;; esac)\nprintf "%s" {{ X }}\nEOF\n',
    ],
    [
      'the same in a substitution in it',
      'cat <<EOF\n$(echo $(case a in a))\nEOF\n: ;; esac))\nprintf "%s" {{ X }}\nEOF\n',
    ],
    ['the word esac as an argument', 'y="$(case b in a) p esac ;; b) p {{ X }} ;; esac)"'],
    [
      'the word esac as an argument in front of a line',
      'y="$(case b in a) p esac\n;; b) p {{ X }} ;; esac)"',
    ],
    ['the word case as an argument', 'p "$(p upper case) {{ X }} esac)"'],
    ['esac in the name of a file', 'y="$(case b in a) p ./x.esac ;; b) p {{ X }} ;; esac)"'],
    ['case in an array', 'p "$(a=(case x in y) esac)" {{ X }}'],
    ['case in a list of words of for', 'p "$(for case in a; do p {{ X }}; done)"'],
    ['case in a test', 'p "$([[ a && case == in ]]) {{ X }} esac)"'],
    ['case behind a word that is no "then"', 'p "$(p then case in a) {{ X }}"'],
    ['esac without a case', 'p "$(p a; esac; p {{ X }})"'],
    ['a case in a line that goes on', 'p "$(case\\\n a in a) p;; esac) {{ X }}"'],
    ['a pattern that bash 3.2 takes for the end', 'p "$(case a in a) p {{ X }} ;; esac)"'],
    ['a here-document that bash 3.2 reads as code', "x=$(cat <<'E'\nit's\nE\n)\np {{ X }} '"],
    ['a comment that bash 3.2 reads as code', `x="$( # it's\n)" {{ X }} '`],
    ["what $'…' stands for, which bash 3.2 reads", `p "$(p $'"' {{ X }} $'"')"`],
    ['a comment behind a parenthesis', "p $(p a)#'\np {{ X }} '"],
    ['a shift in ((…)), which dash takes for a here-document', '((i<<2))\np {{ X }}'],
    [
      'a comparison with parentheses in ((…)), which busybox takes for a substitution',
      '((i<(2)))\np {{ X }}',
    ],
    ['a comment in arithmetic', 'p $((1 #2\n)) {{ X }}'],
    ['a $# with a name behind it', 'p $(($#x)) {{ X }}'],
    ['an end of arithmetic that ends a subshell', 'p "$(p $((p a); p b)) {{ X }}"'],
    ['single quotes two expansions deep', `p "\${a:-\${b:-'}}" {{ X }} '`],
    ['single quotes in the inner of two quotes', `p "\${a:-"it's"}" {{ X }} "'"`],
    ['the end of an expansion between inner quotes', `p "\${a:-"}"}" {{ X }} "}"`],
    ["$' in an expansion between quotes", `p "\${a:-$'}" '"' {{ X }} '"'`],
    ['half of a quote between backticks', "x=`p '` y=`p '` z={{ X }}"],
    ['quotes that are never closed', "p {{ X }} 'a"],
    ['a here-document without a word', 'cat <<\np {{ X }}'],
    ["a here-document whose word is in $'…'", "cat <<$'E'\nE\np {{ X }}\n$E\n"],
    ['a here-document whose word has an expansion', 'cat <<E$x\nE\np {{ X }}\nE$x\n'],
    ['a here-document that begins in a substitution', 'p $(cat <<E)\nE\np {{ X }}\n'],
    ['a here-document whose line ends between quotes', 'cat <<E "\n"\nE\np {{ X }}\n'],
    ['a here-document that some shells end earlier', "x=$(cat <<E\nE)\np {{ X }} '\nE\n) '"],
    ['arithmetic that only bash knows', 'p $[1<<2]\n2]\np {{ X }}'],
    ['an index that only bash knows', 'a[1<<2]=1\n2]=1\np {{ X }}'],
    ['a comment in a pattern', '[[ a =~ ( #a|b) ]] || p {{ X }}'],
    ['commands in braces of a "$"', `p \${ p '}'; } {{ X }}`],
    ['an alias with half of a quote', `alias q="'"\nq {{ X }} '`],
    ['an alias of case', 'alias q=case\np {{ X }}'],
    ['a "$(" that goes on behind a here-document', 'cat <<E\n$(p a\nE\n)\np {{ X }}\nE\n'],
    [
      'a here-document in a here-document, which dash ends behind it',
      'cat <<E\n$(cat <<F\nx)\nE\np {{ X }}\nF\n)\nE\n',
    ],
    ['the same one level deeper', 'cat <<E\n$(p "$(cat <<F\nx)")\nE\np {{ X }}\nF\n)")\nE\n'],
    ['a last line that goes on from the one before', 'cat <<E\na \\\nE\np {{ X }}\nE\n'],
    ['a last line in two pieces', 'cat <<EF\nE\\\nF\np {{ X }}\nEF\n'],
    ['a line of a here-document that goes on in a "$("', 'cat <<E\na $\\\n(p a\nE\n)\np {{ X }}\nE\n'],
    ['half of a backtick in each of two lines', 'cat <<E\n`p\na`\nE\np {{ X }}\n'],
    ['a backtick that goes on behind a here-document', 'cat <<E\nit`s\nE\np {{ X }}\n# `\nE\n'],
    ['a ")" in an expansion of a substitution', `p "$(p \${a%.*)} "it's")" {{ X }}`],
    ['a "#" in an expansion of a substitution', `x=$(p \${y:- #"\n"} )\np "a"" )" {{ X }} #"\n`],
    ['a ")" in an expansion of a pattern', `shopt -s extglob\np "$(p @(a\${x#)}"b") "'")" {{ X }} #'`],
    ['a "}" in a substitution of an expansion', `p "\${x:-$(p }"'")}" {{ X }} #'`],
    ['a here-document in a process substitution', `cat <(cat <<'E'\n"\nE\n)\np "a"" )" {{ X }} #"\n`],
    ['a comment behind a ";" of a substitution', 'x=$(p a;# "\n)\np "a"" )" {{ X }} #"\n'],
    ["$$'…', which is $'…' to some", "p $$'\\' {{ X }} ''"],
    ['an operator in an array', 'a=( x ; "\np {{ X }}\n" )'],
    ['a redirection in an array', 'a+=( x > "\np {{ X }}\n" )'],
    ['a subshell in an array', 'a=( x (b) "\np {{ X }}\n" )'],
    ['a "(" in a pattern of an expansion', `p "\${x#(}" {{ X }} ")}"`],
    ['a "(" in a pattern around an expansion', `p "\${x#\${y:-z}(}" {{ X }} ")}"`],
    ["a quote behind \\c in $'…'", "p $'\\c' {{ X }} #'"],
    ['a "-" for a here-document', 'cat <<-\n-\np {{ X }}\ncat <<F\n<<\nF\n'],
    ['a here-document whose word is not ASCII', "cat <<'é'\na\né\np {{ X }}\n"],
    ['more levels than people write', `p ${'"$('.repeat(60)}p {{ X }}${')"'.repeat(60)}`],
    ['a line that goes on in a "$" of an expansion', `p "\${a:-$\\\n(p })}" {{ X }}`],
  ])('%s', async (_name, text) => {
    const fault = await faultOf(text, 'a.sh', { names: { X: 'x-value' } });
    expect(fault.code).toBe('TEMPLATE_INVALID');
    expect(fault.message).toContain(DIFFERENT);
  });

  test('the index of an array, which bash calculates', async () => {
    for (const text of ['a[{{ X }}]=1', 'declare a["{{ X }}"]=1', 'unset a[{{ X }}]', 'a=([{{ X }}]=1)']) {
      const fault = await faultOf(text, 'a.sh', { names: { X: 'x-value' } });
      expect(fault.message).toContain('as the index of an array');
    }
  });

  test('and works as the remedy has it', async () => {
    const { remedy } = await faultOf('p "$(p upper case) {{ X }}"', 'a.sh', { names: { X: 'a b' } });
    const [, line = '', name = '', load = ''] =
      /^Put (VALUE=\{\{ … \}\}) into .* as (\S+); load that with "(.*)", and use "\$VALUE" here\.$/.exec(
        remedy,
      ) ?? [];
    expect(load).toBe(`. ./${name}`);
    expect(await textOf(line.replace('…', 'X'), name, { names: { X: 'a b' } })).toBe("VALUE='a b'");
  });
});

test.each([
  ['$ in an index', `a["${'$aaaaaaaa'.repeat(40)}\n{{ X }}`],
  ['subshells with comments', '(#\n'.repeat(25_000)],
  ['expansions', `\${x:-`.repeat(25_000)],
  ['substitutions', '$('.repeat(50_000)],
  ['aliases on one line', 'alias a=b '.repeat(10_000)],
  ['letters behind a $', `$${'a'.repeat(400_000)}`],
  ['here-documents that wait', '<<A('.repeat(50_000)],
  ['text in a here-document', `cat <<E\n${`$x \${y} $(p "$z") a `.repeat(50_000)}\nE\n`],
  ['half a part of a here-document', `cat <<E\n$(${'"$x" $y '.repeat(50_000)}\nE\n`],
])('the scanner ends: many %s', (_, text) => {
  expect(quotingOf(text, () => 0)).toEqual([]);
  expect(doubtOf(text, () => 0).at).toBeLessThanOrEqual(text.length);
});

describe.each(SHELLS)('$name', ({ command, lacksIt }) => {
  const VALUE = ATTACKS.join('\n');

  test
    .skipIf(lacksIt)
    .each([
      'y="$(case b in (a) p a ;; (b) p {{ X }} ;; esac)"',
      'y=$(case b in a) p a ;; b) p {{ X }} ;; esac)',
      'case b in a) p esac ;; b) p {{ X }} ;; esac',
      'y=$(p upper case); p {{ X }}',
      'for i in case esac; do p {{ X }}; done',
      'f() { case "$1" in\n  -a|--a) p "{{ X }}" ;;\n  *) p no ;;\nesac; }\nf -a',
      'if ! (p no | p no); then :; fi; while p {{ X }}; do break; done',
      "p \\ #' {{ X }}'",
      "p \\;#' {{ X }}'",
      "p \u00a0#' {{ X }}'",
      "p \r#' {{ X }}'",
      'p "$(p $(((1))) {{ X }})"',
      "p {{ X }} # it's case\np 'a'",
      `p "\${a:-"$b"}" "\${a:-\${b:-c}}" "\${#a}" \${a:-'}'} {{ X }}`,
      "x=`p a 'b'` ; p {{ X }}",
      "cat >/dev/null <<'E'; p {{ X }}\nit's case\nE\n",
      'x=$(cat <<E\na "b" (c)\nE\n)\np {{ X }}',
      "alias ll='ls -l'; p {{ X }}",
      'p "a"\\\n"b" \\\n  {{ X }} &&\\\n  p c',
      'p {{ X }} $HOME',
      `u=a; p "\${u}:{{ X }}"`,
      'u=a; p "$u:8080/{{ X }}"',
      'u=a; p "$u/{{ X }}"',
      'u=a; p $u:{{ X }}',
      "cat >/dev/null <<'E'\nRUN a \\\n  b $(it's\nE\np {{ X }}",
      `cat >/dev/null <<E\n$(printf "%s" "$HOME") \${x} $x \${x:-no} \\$y\nE\np {{ X }}`,
      `p "\${u:-(none)}" {{ X }}`,
      `p "\${u:-\${v}(none)}" {{ X }}`,
      'p {{ X }} $1',
      'p {{ X }} $',
    ])('the value is one text in %j', async (text) => {
    const { given, hasRun } = await run(command, await textOf(text, 'a.sh', { names: { X: VALUE } }));
    expect(given.filter((each) => each.endsWith(VALUE))).toHaveLength(text.startsWith('for') ? 2 : 1);
    expect(hasRun).toBe(false);
  });

  test.skipIf(lacksIt)('a command that runs its words as code runs a value too', async () => {
    const script = await textOf('eval {{ X }}', 'a.sh', { names: { X: ATTACKS[0] ?? '' } });
    expect((await run(command, script)).hasRun).toBe(true);
  });
});

test.skipIf(lacksAny).each([
  ['anything that shells know', 'an argument', scripts, 80],
  ['anything that shells know', 'a file', scripts, 40],
  ['here-documents and arithmetic', 'an argument', documentScripts, 100],
  ['here-documents and arithmetic', 'a file', documentScripts, 100],
] as const)(
  'in a script of %s, from %s, a value is one text of which nothing runs, or it is refused',
  async (_, from, all, numRuns) => {
    let count = 0;
    const attack = fc.constantFrom(...ATTACKS);
    const property = fc.asyncProperty(all, attack, async (template, value) => {
      fc.pre(template.includes('{{ X }}'));
      let script: string;
      try {
        script = await textOf(template, 'a.sh', { names: { X: value } });
      } catch (error) {
        expect(error).toBeInstanceOf(SeguraError);
        return;
      }
      for (const { name, command } of ALL_SHELLS) {
        const { given, hasRun } = await run(command, script, from === 'a file' ? 'file' : 'argument');
        expect(hasRun, `${name}: ${script}`).toBe(false);
        const parts = given.filter((each) => /MARK|KRAM/.test(each));
        expect(parts.filter((each) => !each.includes(value))).toEqual([]);
        count += parts.length;
      }
    });
    // Few of the others are scripts to a shell: that values arrive, this one shows.
    const valid = ATTACKS.map((value): [string, string] => ['p {{ X }}\n', value]);
    await fc.assert(property, { numRuns: numRuns + valid.length, examples: valid });
    expect(count).toBeGreaterThanOrEqual(valid.length * ALL_SHELLS.length);
  },
);

test('the scanner stops at the end of a script, wherever that is', () => {
  fc.assert(
    fc.property(scripts, fc.nat(200), (script, length) => {
      const text = script.slice(0, length);
      expect(() =>
        quotingOf(text, (offset) => {
          if (offset > text.length) throw new Error('it looks behind the end');
          return 0;
        }),
      ).not.toThrow();
    }),
    {
      numRuns: 500,
      examples: [
        ['p $HOME', 7],
        ['p $1', 4],
        ['p "$a', 6],
        ['p $', 3],
        ['p \\', 3],
        ['p ${', 4],
      ],
    },
  );
});
