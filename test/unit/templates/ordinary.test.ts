import { describe, expect, test } from 'vitest';
import { textOf } from './rendering.js';
import { run, SHELLS } from './running.js';
import { ATTACKS } from './scripts.js';

const VALUE = ATTACKS.join('\n');

/** What scripts call; none of it is run for real. */
const STUBS = `kubectl() { cat >/dev/null; }; curl() { p "$@"; }; psql() { p "$PGPASSWORD"; cat >/dev/null; }
docker() { p "$@"; }; chmod() { :; }; ssh() { p "$@"; }\n`;

const SCRIPTS: readonly (readonly [string, string])[] = [
  [
    'kubectl',
    `PASSWORD={{ X }}\ncat <<EOF | kubectl apply -f -\nkind: Secret\nstringData:\n  password: "$PASSWORD" # it's\nEOF\np "$PASSWORD"; p end`,
  ],
  [
    'curl with JSON',
    `curl -X POST "https://api.example.com/$HOST/deploy" \\\n  -H "Authorization: Bearer {{ X }}" \\\n  -d '{"ref": "main", "env": "'"$HOST"'"}'; p end`,
  ],
  [
    'curl with a text of a here-document',
    `json=$(cat <<EOF\n{"name": "$HOME", "tags": ["a", "b"]}\nEOF\n)\ncurl -d "$json" -H 'T: {{ X }}' https://example.com; p end`,
  ],
  [
    'psql',
    `export PGPASSWORD={{ X }}\npsql -U app <<SQL\nINSERT INTO t VALUES (1, 'it''s', '$HOME');\nSQL\np 'end'`,
  ],
  [
    'psql with a text as it is',
    `PGPASSWORD={{ X }}\npsql -U app <<-'SQL'\n\tDO $$ BEGIN\n\t  CREATE ROLE "app;\n\tEND $$;\n\tSQL\np 'end'`,
  ],
  [
    'getopts and case',
    `usage() { p "usage: $(basename "$0") [-e env]"; }\nset -- -e prod a\nwhile getopts ":e:vh" opt; do\n  case "\${opt}" in\n    e) ENVIRONMENT="\${OPTARG}" ;;\n    :) p "-$OPTARG isn't right" >&2 ;;\n    \\?|h) usage ;;\n  esac\ndone\nshift $((OPTIND - 1))\n[ $# -ge 1 ] || usage\np "{{ X }}" "$@"; p "end"`,
  ],
  [
    'trap',
    `trap 'rm -f "./key.pem"' EXIT\nprintf '%s' {{ X }} > ./key.pem\nchmod 600 "./key.pem"\nssh -i key.pem deploy@"$HOST" 'restart && echo "it"' {{ X }}\np end`,
  ],
  [
    'awk and sed',
    `V=$(echo '"version": "1"' | awk -F'"' '/"version":/ { print $4; exit }')\nW=$(echo "a#b" | sed -e 's/\\(a\\)#b/\\1/' -e "s|@H@|\${V}|g" | grep -v '^#')\np {{ X }} "$V" "$W" # it's\np end`,
  ],
  [
    'parameters',
    `set -- a/b.c\nFILE="\${1:?file is missing}"\nBASE="\${FILE##*/}"; DIR="\${FILE%/*}"; EXT="\${BASE#*.}"\np "\${FILE:-x y}" "$DIR" "$EXT" "\${#BASE}" "{{ X }}"; p end`,
  ],
  [
    'nested substitutions',
    `ID="$(echo "name=$(basename "$(pwd)")" | head -n 1)"\ndocker exec -e PASSWORD={{ X }} "$ID" sh -c 'echo "$PASSWORD" | login'; p end`,
  ],
  [
    'a loop',
    `n=0\nwhile [ "$n" -lt 3 ]; do\n  n=$((n+1))\n  if [ "$n" -ge 3 ]; then p "gave up after \${n} tries" >&2; fi\ndone\np '{{ X }}' "$(date +%Y/%m)"; p end`,
  ],
  [
    'comments and functions',
    `# Don't run this on Fridays: it's "fun" $(really)\nset -e  # we're strict\nmain() {\n  # isn't it nice\n  p "it's $1" {{ X }}   # it's x\n}\nmain "$@"; p end`,
  ],
];

/** Lines of a here-document. */
const LINES: readonly string[] = [
  `replicas: $((N+1)) $(( $N * 2 )) $(( \${N} << 2 ))`,
  'name: $(basename "$(pwd)") $(p no $(echo c)) "',
  `token: $(printf '%s\\n' "$PW \${N}" | base64 | tr -d '\\n') it's`,
  'ca: $(base64 </dev/null | tr -d "\\n") "',
  'RUN a && \\\n    b "c" \\\n    it\'s',
  'host: `hostname` and `echo $N` "',
  `{"a": "$A", "b": {"c": "\${C:-none}"}, "d": [1, 2], "e": "\${F##*/}"}`,
];

describe.each(SHELLS)('$name reads ordinary scripts', ({ command, lacksIt }) => {
  test
    .skipIf(lacksIt)
    .each([
      '((i<3)); p {{ X }}',
      `(( i < 3 && n > 2 )); p "it's {{ X }}"`,
      'i=1; if (( i <= 3 || (i<4) )); then :; fi; p {{ X }}',
      `p "$( ((i<3)); p 'a' ) {{ X }}" 'b'`,
      `p "$(if (( i < $# )); then p "a"; fi)" 'b' {{ X }}`,
      `p "\${x:-$((1<3))}" {{ X }}`,
      '(( $# > 1 )); p {{ X }}',
      "if (($#<1)); then p 'no'; fi; p {{ X }}",
      'p $(( $# - 1 )) {{ X }}',
      `p "$(($#-1))" 'a' "{{ X }}"`,
      'p $((1+$#)) {{ X }}',
      `p "$(p $(($#*2)))" {{ X }}`,
      '(( i = 10#08 )); p {{ X }}',
      '(( i = 10#$# )); p {{ X }}',
      'p $((\n  1 + 2\n)) {{ X }}',
      `p "$(p "$((1 <\n  2))" 'a')" 'b' {{ X }}`,
    ])('with arithmetic: %j', async (text) => {
    const { given, hasRun } = await run(command, await textOf(text, 'a.sh', { names: { X: VALUE } }));
    expect(given.filter((each) => each.endsWith(VALUE))).toHaveLength(1);
    expect(hasRun).toBe(false);
  });

  test.skipIf(lacksIt).each(LINES)('with a here-document that has %j', async (lines) => {
    for (const text of [
      `N=4; cat <<EOF | cat >/dev/null\n${lines}\nEOF\np {{ X }}`,
      `if :; then\n\tcat >/dev/null <<-EOF\n\t${lines}\n\tEOF\nfi; p "{{ X }}"`,
    ]) {
      const { given, hasRun } = await run(command, await textOf(text, 'a.sh', { names: { X: VALUE } }));
      expect(given.filter((each) => each.endsWith(VALUE))).toHaveLength(1);
      expect(hasRun).toBe(false);
    }
  });

  test.skipIf(lacksIt).each(SCRIPTS)('for %s', async (_name, text) => {
    const script = await textOf(STUBS + text, 'a.sh', { names: { X: VALUE } });
    const { given, hasRun } = await run(command, script);
    expect(given.some((each) => each.includes(VALUE))).toBe(true);
    expect(given.filter((each) => /MARK|KRAM/.test(each) && !each.includes(VALUE))).toEqual([]);
    expect(given.at(-1)).toBe('end');
    expect(hasRun).toBe(false);
  });
});
