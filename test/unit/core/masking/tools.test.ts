import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { maskForms, pairForms } from '../../../../src/core/masking/encodings.js';
import { lacks } from '../../../support/skips.js';

const VALUES: Record<string, string> = {
  plain: 'Sup3rS3cretValue42',
  quotes: 'Tr0ub4dor&3"x\'y`z\\q',
  shell: 'pa$$ w0rd!;|&*?(x)<y>~#{a,b}[c]',
  slashes: 'x/9Aa+b=:c?d&e%20f/g==',
  'percent and command': 'abc%0A::set-output name=x::y%25',
  lines: 'first line\nsecond line 2\nthird-line-3',
  'CRLF lines': 'alpha line 1\r\nbravo line 2\r\n',
  unicode: 'pässwörd-ção-日本語-😀-long',
  controls: 'tab\there bell\u0007 esc\u001b[0m del end',
  'a tilde first': '~root/secret value',
  'a hundred characters': 'k7Q/'.repeat(25),
  'JSON with leaves': JSON.stringify({
    user: 'alice',
    nested: { token: 'tok/en "quoted" & more', list: ['leaf-value-1'] },
  }),
  PEM: `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n'.repeat(3)}-----END PRIVATE KEY-----\n`,
};

const lacksPython = lacks('python3');
const lacksJq = lacks('jq');
const lacksBash = ['bash', 'openssl', 'ruby'].filter((program) => lacks(program)).length > 0;

function run(tool: string, args: readonly string[], value: string): string {
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8', PYTHONUTF8: '1', V: value };
  const { status, stdout, stderr } = spawnSync(tool, args, { input: value, env });
  if (status !== 0) throw new Error(`${tool} failed: ${stderr}`);
  return stdout.toString();
}

/** A tool is started once for each value, and prints all its forms, each ended by a NUL character. */
const SHELL: Record<string, string> = {
  'printf %s | base64 -w0': 'printf %s "$V" | base64 -w0',
  'printf %s | base64': 'printf %s "$V" | base64',
  'echo | base64': 'echo "$V" | base64',
  'echo | base64 -w0': 'echo "$V" | base64 -w0',
  'openssl base64': 'printf %s "$V" | openssl base64',
  'echo | openssl base64': 'echo "$V" | openssl base64',
  "Ruby's pack('m'), as of encode64": `ruby -e 'print [ENV["V"]].pack("m")'`,
  'base64 without padding': 'printf %s "$V" | base64 -w0 | tr -d =',
  'od as hex': 'printf %s "$V" | od -An -v -tx1 | tr -d \' \\n\'',
  'od as upper-case hex': 'printf %s "$V" | od -An -v -tx1 | tr -d \' \\n\' | tr a-f A-F',
  'echo as hex': 'echo "$V" | od -An -v -tx1 | tr -d \' \\n\'',
  'iconv to UTF-16LE | base64': 'printf %s "$V" | iconv -f UTF-8 -t UTF-16LE | base64 -w0',
  'printf %q': 'printf %q "$V"',
  'printf %q in the C locale': '(LC_ALL=C; printf %q "$V")',
  'the transformation @Q': `printf %s "\${V@Q}"`,
  'set -x': '{ set -x; : "$V"; set +x; } 2>&1 | grep -v "^+* set +x" | sed "s/^+* : //"',
  'a header of HTTP Basic': 'printf "alice:%s" "$V" | base64 -w0',
  'a header of HTTP Basic of openssl, of a value without a line end':
    'case $V in (*$\'\\n\'*) ;; (*) printf "alice:%s" "$V" | openssl base64 ;; esac',
};
const PYTHON_FORMS: Record<string, string> = {
  'json.dumps': 'json.dumps(v)',
  'json.dumps with UTF-8': 'json.dumps(v, ensure_ascii=False)',
  'json.dumps twice': 'json.dumps(json.dumps(v))',
  'urllib.parse.quote': 'u.quote(v)',
  'urllib.parse.quote in lower case': 're.sub("%..", lambda m: m[0].lower(), u.quote(v, safe=""))',
  'urllib.parse.quote_plus': 'u.quote_plus(v)',
  'base64.urlsafe_b64encode': 'base64.urlsafe_b64encode(v.encode()).decode()',
};
const JQ_FORMS: Record<string, string> = {
  'jq .': '.|tojson',
  'jq tojson twice': 'tojson|tojson',
  'jq @uri': '@uri',
  'jq @base64': '@base64',
  'jq @sh': '@sh',
};

function formsOf(tool: string, value: string): string[] {
  const codes = Object.values({ bash: SHELL, python3: PYTHON_FORMS, jq: JQ_FORMS }[tool] ?? {});
  const args: Record<string, string[]> = {
    bash: ['-c', codes.map((code) => `${code}; printf '\\0'`).join('\n')],
    python3: [
      '-c',
      `import sys, re, json, base64, urllib.parse as u\nv = sys.stdin.buffer.read().decode()\nsys.stdout.write("".join(f + chr(0) for f in [${codes.join(', ')}]))`,
    ],
    jq: ['-Rsj', codes.map((code) => `(${code}), "\\u0000"`).join(', ')],
  };
  const forms = run(tool, args[tool] ?? [], value)
    .split('\0')
    .slice(0, -1);
  expect(forms).toHaveLength(codes.length);
  return forms;
}

/** What stays readable: each piece of a line between masks. A line too short for any derived form stays as it is. */
function readable(output: string, masks: readonly string[]): string[] {
  return output.split(/\r\n|\r|\n/).flatMap((line) => {
    if (line.length < 8) return [];
    let left = [line];
    for (const mask of masks) left = left.flatMap((piece) => piece.split(mask));
    return left.filter((piece) => piece.length >= 6);
  });
}

function check(output: string, value: string): void {
  const masks = [...maskForms(value, 4), ...pairForms('alice', value)].sort((a, b) => b.length - a.length);
  expect(readable(output, masks)).toEqual([]);
}

describe.each(Object.entries(VALUES))(
  'a value of the kind "%s" leaves no six characters readable',
  (_, value) => {
    test('as it is', () => check(value, value));

    describe.each([
      ['bash', lacksBash, SHELL],
      ['python3', lacksPython, PYTHON_FORMS],
      ['jq', lacksJq, JQ_FORMS],
    ] as const)('as %s prints it (skipped without what it runs)', (tool, lacksTool, names) => {
      let forms: string[] = [];
      beforeAll(() => {
        if (!lacksTool) forms = formsOf(tool, value);
      });
      test.skipIf(lacksTool).each([...Object.keys(names).entries()])('form %i: %s', (index) => {
        check(forms[index] ?? '', value);
      });
    });
  },
);

describe.skipIf(lacksJq)('a leaf of a JSON value (skipped without jq)', () => {
  const value = VALUES['JSON with leaves'] ?? '';

  test.each([
    '.nested.token',
    '.nested.token|@base64',
    '.nested.token|@uri',
    '.nested.token|tojson',
    '.nested.list[0]',
  ])('leaves no six characters readable after jq -r %s', (filter) => {
    check(run('jq', ['-r', filter], value), value);
  });

  test('leaves no value readable in JSON that was formatted again', () => {
    const left = readable(run('jq', ['.'], value), maskForms(value, 4)).join('\n');
    expect(left).not.toMatch(/tok\/en|quoted|leaf-value/);
  });
});
