import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { maskForms, pairForms } from '../../../src/core/masks.js';

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
  'JSON with leaves': JSON.stringify({ user: 'alice', nested: { token: 'tok/en "quoted" & more', list: ['leaf-value-1'] } }),
  PEM: `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n'.repeat(3)}-----END PRIVATE KEY-----\n`,
};

const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool} && ${tool} --version`]).status === 0;
const PYTHON = has('python3');
const JQ = has('jq');
const BASH = has('bash');

function run(tool: string, args: string[], input: string, locale: string): string {
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: locale, PYTHONUTF8: '1', V: input };
  const { status, stdout, stderr } = spawnSync(tool, args, { input, env });
  if (status !== 0) throw new Error(`${tool} failed: ${stderr}`);
  return stdout.toString();
}

const python = (code: string) => (value: string) =>
  run('python3', ['-c', `import sys,json,base64,urllib.parse as u\nv=sys.stdin.buffer.read().decode()\nsys.stdout.write(${code})`], value, 'C.UTF-8');
const bash = (code: string, locale = 'C.UTF-8') => (value: string) => run('bash', ['-c', code], value, locale);
const jq = (...args: string[]) => (value: string) => run('jq', args, value, 'C.UTF-8');

const SHELL: [string, (value: string) => string][] = [
  ['printf %s | base64 -w0', bash('printf %s "$V" | base64 -w0')],
  ['printf %s | base64', bash('printf %s "$V" | base64')],
  ['echo | base64', bash('echo "$V" | base64')],
  ['echo | base64 -w0', bash('echo "$V" | base64 -w0')],
  ['base64 without padding', bash('printf %s "$V" | base64 -w0 | tr -d =')],
  ['od as hex', bash("printf %s \"$V\" | od -An -v -tx1 | tr -d ' \\n'")],
  ['od as upper-case hex', bash("printf %s \"$V\" | od -An -v -tx1 | tr -d ' \\n' | tr a-f A-F")],
  ['echo as hex', bash("echo \"$V\" | od -An -v -tx1 | tr -d ' \\n'")],
  ['iconv to UTF-16LE | base64', bash('printf %s "$V" | iconv -f UTF-8 -t UTF-16LE | base64 -w0')],
  ['printf %q', bash('printf %q "$V"')],
  ['printf %q in the C locale', bash('printf %q "$V"', 'C')],
  ['${V@Q}', bash('printf %s "${V@Q}"')],
  ['set -x', bash('{ set -x; : "$V"; } 2>&1 | sed "s/^+* : //"')],
];
const PYTHON_FORMS: [string, (value: string) => string][] = [
  ['json.dumps', python('json.dumps(v)')],
  ['json.dumps with UTF-8', python('json.dumps(v,ensure_ascii=False)')],
  ['json.dumps twice', python('json.dumps(json.dumps(v))')],
  ['urllib.parse.quote', python('u.quote(v)')],
  ['urllib.parse.quote in lower case', python('__import__("re").sub("%..",lambda m:m[0].lower(),u.quote(v,safe=""))')],
  ['urllib.parse.quote_plus', python('u.quote_plus(v)')],
  ['base64.urlsafe_b64encode', python('base64.urlsafe_b64encode(v.encode()).decode()')],
];
const JQ_FORMS: [string, (value: string) => string][] = [
  ['jq .', jq('-Rs', '.')],
  ['jq -a .', jq('-a', '-Rs', '.')],
  ['jq tojson', jq('-Rs', 'tojson')],
  ['jq @uri', jq('-Rsr', '@uri')],
  ['jq @base64', jq('-Rsr', '@base64')],
  ['jq @sh', jq('-Rsr', '@sh')],
];

/** What stays readable: each piece of a line between masks. A line too short for any derived form stays as it is. */
function readable(output: string, masks: readonly string[]): string[] {
  return output.split(/\r\n|\r|\n/).flatMap((line) => {
    if (line.length < 8) return [];
    let left = [line];
    for (const mask of masks) left = left.flatMap((piece) => piece.split(mask));
    return left.filter((piece) => piece.length >= 6);
  });
}

function check(encode: (value: string) => string, value: string): void {
  expect(readable(encode(value), maskForms(value, 4))).toEqual([]);
}

describe.each(Object.entries(VALUES))('a value of the kind "%s" leaves no six characters readable', (_, value) => {
  test('as it is', () => check((text) => text, value));
  describe.skipIf(!BASH)('as bash and coreutils print it (skipped without bash)', () => {
    test.each(SHELL)('%s', (_name, encode) => check(encode, value));
  });
  describe.skipIf(!PYTHON)('as Python prints it (skipped without python3)', () => {
    test.each(PYTHON_FORMS)('%s', (_name, encode) => check(encode, value));
  });
  describe.skipIf(!JQ)('as jq prints it (skipped without jq)', () => {
    test.each(JQ_FORMS)('%s', (_name, encode) => check(encode, value));
  });
});

describe('a leaf of a JSON value', () => {
  const value = VALUES['JSON with leaves'] ?? '';
  test.skipIf(!JQ).each(['.nested.token', '.nested.token|@base64', '.nested.token|@uri', '.nested.token|tojson', '.nested.list[0]'])(
    'leaves no six characters readable after jq -r %s',
    (filter) => check(jq('-r', filter), value),
  );

  test.skipIf(!JQ)('leaves no value readable in JSON that was laid out anew', () => {
    const left = readable(run('jq', ['.'], value, 'C.UTF-8'), maskForms(value, 4)).join('\n');
    expect(left).not.toMatch(/tok\/en|quoted|leaf-value/);
  });
});

test('the header of HTTP Basic leaves no six characters of the pair readable', () => {
  const pair = bash('printf "Authorization: Basic %s" "$(printf "alice:%s" "$V" | base64 -w0)"');
  for (const value of Object.values(VALUES)) {
    const masks = [...maskForms(value, 4), ...pairForms('alice', value)].sort((a, b) => b.length - a.length);
    expect(readable(pair(value), masks)).toEqual(['Authorization: Basic ']);
  }
});
