import fc from 'fast-check';

/** Where a value can be put. */
const PLACE = '\u0001';

/** The name of a function where it is defined and where it is called: see named. */
const [DEFINED, CALLED] = ['\u0002', '\u0003'];

type Script = fc.Arbitrary<string>;

const join = (separator: string, parts: Script, most = 3): Script =>
  fc.array(parts, { minLength: 1, maxLength: most }).map((all) => all.join(separator));

const around = (before: string, inner: Script, after: string): Script =>
  inner.map((text) => `${before}${text}${after}`);

/** `_` stands for each of the parts in turn. */
const form = (text: string, ...parts: readonly Script[]): Script =>
  fc.tuple(...parts).map((all) => {
    const rest = [...all];
    return text.replaceAll('_', () => rest.shift() ?? '');
  });

/** Words that are reserved in some places, and signs that begin something in some. */
const odd = fc.constantFrom(
  'case',
  'esac',
  'in',
  'do',
  'then',
  './x.esac',
  'esac-x',
  'x#y',
  '#',
  '\\#',
  '\\ #',
  '\\;#',
  '\\)',
  '\\(',
  '$(x)#',
  '$#',
  '$$',
  '$',
  '$1',
  '$x',
  '!',
  '[a-z]*',
  'a[1]',
  '[',
  ']',
  '{',
  '}',
  '{a,b}',
  '=',
  '~',
  '\u00a0#',
  '\r#',
  '#\r',
  '\\\n',
  'ca\\\nse',
  'esac\\\n',
  '\\\ncase',
);

/** Scripts of everything that a scanner can lose its way in: most of them are valid ones. */
const all: Script = fc.letrec<Record<'script' | 'command' | 'word' | 'part' | 'inner', string>>((tie) => {
  const script = tie('script');
  const command = tie('command');
  const word = tie('word');
  const words = join(' ', word);
  const quoted = fc.constantFrom(
    'a',
    ' ',
    "'",
    '\\"',
    '$x',
    '}',
    ')',
    '(',
    '#',
    ' esac ',
    ' case ',
    '\n',
    '\\\n',
  );
  return {
    script: join(
      '',
      form('__', command, fc.constantFrom('\n', ' ; ', '\n', ' & ', ' && ', ' | ', '\n\n')),
    ).map((text) => `${text}p z`),
    inner: fc.oneof({ maxDepth: 6, depthIdentifier: 'script' }, command, script),
    command: fc.oneof(
      { maxDepth: 6, depthIdentifier: 'script' },
      around('p ', words, ''),
      around('p ', words, ''),
      around('x=', word, ''),
      form('case _ in _) _ ;; _) _ ;; esac', word, word, command, word, command),
      form('case _ in\n(_) _ ;;\n(_|b) _\nesac', word, word, command, word, command),
      form('case a in a) p _ esac ;; b) p _ ;; esac', word, word),
      form('case b in a) p esac ;; b) p _ ;; esac', word),
      form('case _ in a) _ ;& b) _ ;;& *) _ ;; esac', word, command, command, command),
      around('( ', script, ' )'),
      around('(', script, '\n)'),
      around('{ ', script, '\n}'),
      form('if _; then _; else _; fi', command, command, command),
      form('for i in _; do _; done', words, command),
      form(`${DEFINED}() { _\n}; ${CALLED}`, script),
      form(`${DEFINED}() case a in _) _;; esac; ${CALLED}`, word, command),
      form('function g { _\n}', script),
      form('[[ a == _ ]] && _', word, command),
      form('[[ a =~ (_|b) ]]; _', word, command),
      form('[[ a && _ ]]', word),
      form('a=(_ _)', word, word),
      form('a+=(\n_ # _\n)', word, word),
      form('a[_]=_', word, word),
      form('(( _ ))', fc.constantFrom('1', '(1)+(2)', 'w<2', '$# < 10#08', 'w<(2)', 'w = 1 << 2')),
      form('cat <<E\n_\nE\n_', words, command),
      form("cat <<'E' | p _\n_\nE\n", word, words),
      form('cat <<-"E"\n\t_\n\tE\n_', words, command),
      form('cat <<E <<F\n_\nE\n_\nF\n', words, words),
      form('cat <<<_', word),
      form(': <(_) >(_)', command, command),
      form('p _ >/dev/null 2>&1', word),
      form('_ # it_s _\n', command, fc.constantFrom("'", '"', ' ', '(', ')'), word),
      form('! _', command),
      form('time _', command),
      form('coproc _', command),
      form('select s in _; do break; done', word),
      form('alias q=_', word),
      form('let w=1<<2; _', command),
      odd,
    ),
    word: join('', tie('part'), 2),
    part: fc.oneof(
      { maxDepth: 6, depthIdentifier: 'script', withCrossShrink: true },
      fc.constantFrom('a', PLACE),
      fc.constantFrom(PLACE, `"${PLACE}"`, `'${PLACE}'`, `"a ${PLACE}"`),
      odd,
      fc.constantFrom(
        '"\'"',
        "'\"'",
        "'a'",
        '"#"',
        "' #'",
        "$'a'",
        "$'\\n'",
        `$'"'`,
        '$"a"',
        "$'\\''",
        "'`'",
        '"\\`"',
      ),
      around('"', join('', fc.oneof(quoted, tie('part'))), '"'),
      around('"$(', tie('inner'), ')"'),
      around('"$(', tie('inner'), ')"'),
      around('"$( ', tie('inner'), '\n)"'),
      around('$(', tie('inner'), ')'),
      around('$((', fc.constantFrom('1', '(1)', '((1)+1)', '1<<2', '16#a', '$#-1'), '))'),
      around(
        '`',
        fc.constantFrom('p a', "p 'a'", 'p "a"', "p '", 'p "', 'p \\`p a\\`', `p ${PLACE}`, '#', 'p esac )'),
        '`',
      ),
      around('${w:-', tie('part'), '}'),
      around('"${w:-', join('', fc.oneof(quoted, tie('part'))), '}"'),
      around('"${w#', fc.constantFrom("'}'", '"}"', '"a"', "'", '$x', '\\}', "$'}'"), '}"'),
      fc.constantFrom(
        `\${#w}`,
        `\${w%%a*}`,
        `\${w//a/b}`,
        `"\${w:-\${y:-'}}"`,
        `\${ p a; }`,
        '$[1<<2]',
        '$[ 1 ]',
        '@(a|b)',
        '!(a)',
        '?(a)#',
      ),
    ),
  };
}).script;

/** No function has the name of one around it: it would call itself, in many processes at once, and never end. */
function named(script: string): string {
  const open: string[] = [];
  let count = 0;
  return script.replace(/[\u0002\u0003]/g, (sign) => {
    if (sign === CALLED) return open.pop() ?? '';
    const name = `f${++count}`;
    open.push(name);
    return name;
  });
}

/** The same with one value in them. */
export const scripts: Script = fc.tuple(all, fc.nat()).map(([script, random]) => {
  const parts = named(script).split(PLACE);
  const chosen = random % Math.max(1, parts.length - 1);
  return parts.reduce((before, part, index) => `${before}${index - 1 === chosen ? '{{ X }}' : 'a'}${part}`);
});

/** What runs if any of it is taken for a command: then there is a file RAN. */
export const ATTACKS: readonly string[] = [
  'MARK; : >RAN; p KRAM',
  'MARK$(: >RAN)KRAM',
  'MARK`: >RAN`KRAM',
  "MARK'; : >RAN; : 'KRAM",
  'MARK"; : >RAN; : "KRAM',
  'MARK\n: >RAN\nKRAM',
  'MARK\nE\n: >RAN\nKRAM',
  'MARK) ; : >RAN ; p KRAM',
  'MARK)"; : >RAN ; p "KRAM',
  'MARK ;; esac\n: >RAN\nKRAM',
  "MARK\\'; : >RAN; KRAM",
  'MARK}"$(: >RAN)KRAM',
  'MARK[$(: >RAN)]KRAM',
];
