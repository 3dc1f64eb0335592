import fc from 'fast-check';

/** What a line of a here-document can have in it, and what looks like its end. */
const inLines = fc.constantFrom(
  ...[
    'a',
    ' ',
    '\t',
    '"',
    "'",
    '\\\\',
    '\\$',
    '\\`',
    '$',
    '$x',
    '\n',
    '\n',
    '{',
    '}',
    '|',
    ';',
    '&&',
    '#',
    '(',
    ')',
  ],
  ...[
    '`echo b`',
    '`echo',
    '`',
    '$(echo c)',
    '$(echo "$A")',
    "$(printf '%s' x)",
    "$(tr -d '\\n')",
    '$(cat',
    '$(',
  ],
  ...['$(echo $(echo b))', '$(echo "$(echo b)")', '$((1+2))', '$(( $A << 1 ))', '$((1 < 2))', '$((', '))'],
  ...[
    '\\\n',
    ' \\\n',
    `\${A}`,
    `\${A:-x}`,
    `\${A##*/}`,
    'E',
    '\nE\n',
    '\nE \n',
    '\n E\n',
    '\nE\\\n',
    '\\\nE\n',
    '<<F',
    '\nF\n',
  ],
);

const documents = fc
  .tuple(
    fc.constantFrom(
      ...[
        'cat <<E',
        'cat <<-E',
        "cat <<'E'",
        'cat <<E | cat',
        'if :; then cat <<E',
        '( cat <<E',
        '{ cat <<E',
      ],
      ...['A=$(cat <<E', 'A="$(cat <<E', 'cat <<E; cat <<F'],
    ),
    fc.array(inLines, { maxLength: 7 }),
    fc.constantFrom('', '\n; fi', '\n)', '\n)"', '\nF', '\n}', '\nfi'),
  )
  .map(([head, lines, end]) => `${head} >/dev/null\n${lines.join('')}\nE${end}\n`);

const inArithmetic = fc.constantFrom(
  ...[
    '1',
    '3',
    'i',
    '$#',
    '$x',
    `\${x}`,
    `\${#x}`,
    '$#x',
    '10#',
    '10#08',
    '$((1))',
    '$(p b)',
    '`p b`',
    "'",
    '"',
    '\n',
  ],
  ...['<', ' < ', '<=', '<<', '>', '&&', '||', '(', ')', ' ', '+', '-', '#', '!', '?', ':', '=', '{', ';'],
);

const arithmetic = fc
  .tuple(
    fc.constantFrom('((', 'p $((', 'p "$((', 'if ((', 'x=$((', 'p "$( ((', 'cat <<E\n$(('),
    fc.array(inArithmetic, { maxLength: 6 }),
    fc.constantFrom('))', '))"', ')); then :; fi', ')) )"', '))\nE', ') )'),
  )
  .map(([head, parts, end]) => `${head}${parts.join('')}${end}\n`);

/** Here-documents and arithmetic in front of a value and behind it: most of them are refused, and some are valid. */
export const documentScripts = fc
  .tuple(
    fc.oneof(documents, arithmetic),
    fc.constantFrom('p {{ X }}\n', 'p "{{ X }}"\n', "p '{{ X }}'\n", 'p a{{ X }}b "c"\n'),
    fc.oneof(fc.constant(''), documents, arithmetic),
  )
  .map((parts) => parts.join(''));
