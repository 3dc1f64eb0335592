import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Desk } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import { lacksScript, onTerminal } from '../support/terminal.js';

function at(desk: Desk, name: string): string {
  return join(desk.folder, name);
}

function write(desk: Desk, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(at(desk, name), text);
}

const read = (desk: Desk, name: string): string => readFileSync(at(desk, name), 'utf8');

describe('inject --in-file', () => {
  test('makes a file that only its owner can read, of the format that its ending says', async () => {
    const { vault, desk } = await openDesk();
    write(desk, { 'app.json.liquid': '{"user": {{ U }}, "password": {{ "postgres/PASSWORD" | secret }}}' });
    const ended = await desk.run([
      ...['inject', '--in-file', 'app.json.liquid', '--out-file', 'app.json'],
      ...['--secrets', 'postgres/USERNAME > U'],
    ]);
    expect([ended.code, ended.stdout.toString()], ended.stderr).toEqual([0, '']);
    expect(JSON.parse(read(desk, 'app.json'))).toEqual({
      user: 'svc_billing',
      password: vault.value('postgres', 'PASSWORD'),
    });
    expect(statSync(at(desk, 'app.json')).mode & 0o777).toBe(0o600);
    expect(ended.stderr).not.toContain(vault.value('postgres', 'PASSWORD'));
  });

  test('prints it without --out-file', async () => {
    const { vault, desk } = await openDesk();
    write(desk, { 'app.yaml.liquid': 'a: {{ "postgres/PASSWORD" | secret }}\n' });
    const ended = await desk.run(['inject', '--in-file', 'app.yaml.liquid']);
    expect(ended.code, ended.stderr).toBe(0);
    const quoted = (vault.value('postgres', 'PASSWORD') ?? '').replaceAll(/[\\"]/g, '\\$&');
    expect(ended.stdout.toString()).toBe(`a: "${quoted}"\n`);
  });

  test('puts values into a copy of a document with --inject', async () => {
    const { vault, desk } = await openDesk();
    const text = '# comment\na:\n    b: old   # kept\n';
    write(desk, { 'app.yaml': text });
    const ended = await desk.run([
      ...['inject', '--in-file', 'app.yaml', '--out-file', 'out.yaml'],
      ...['--inject', 'postgres/USERNAME > app.yaml#/a/b'],
    ]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(read(desk, 'out.yaml')).toBe(text.replace('old', '"svc_billing"'));
    expect(read(desk, 'app.yaml')).toBe(text);
    const other = await desk.run([
      ...['inject', '--in-file', 'app.yaml', '--out-file', 'out.yaml'],
      ...['--inject', 'postgres/USERNAME > other.yaml#/a/b'],
    ]);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('--inject names the file other.yaml, and --in-file app.yaml.');
    expect(vault.custodies()).toEqual([]);
  });

  test('needs a state file for a credential, whose custody release ends', async () => {
    const { vault, desk } = await openDesk();
    write(desk, { 'a.liquid': '{{ "94" | credential }}' });
    const without = await desk.run(['inject', '--in-file', 'a.liquid', '--out-file', 'a']);
    expect(without.code).toBe(1);
    expect(without.stderr).toContain('Give --state FILE');
    expect(existsSync(at(desk, 'a'))).toBe(false);
    const ended = await desk.run(['inject', '--in-file', 'a.liquid', '--out-file', 'a', '--state', 's']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(read(desk, 'a')).toBe(vault.password(94));
    expect(vault.custodies()).toHaveLength(1);
    const released = await desk.run(['release', '--state', 's']);
    expect(released.code, released.stderr).toBe(0);
    expect(vault.custodies()).toEqual([]);
  });

  test('writes nothing where the output is the template, or a template is wrong', async () => {
    const { vault, desk } = await openDesk();
    write(desk, { 'a.liquid': '{{ X }}' });
    const ended = await desk.run([
      'inject',
      '--in-file',
      'a.liquid',
      '--out-file',
      'a',
      '--secrets',
      'postgres/USERNAME > Y',
    ]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('TEMPLATE_INVALID: Line 1, column 4 of a.liquid uses the name X');
    expect(existsSync(at(desk, 'a'))).toBe(false);
    const same = await desk.run(['inject', '--in-file', 'a.liquid', '--out-file', 'a.liquid']);
    expect(same.code).toBe(1);
    expect(read(desk, 'a.liquid')).toBe('{{ X }}');
    expect(vault.journal.requests).toEqual([]);
  });
});

describe('inject --stdin', () => {
  test('renders standard input, values as they are', async () => {
    const { vault, desk } = await openDesk();
    const input = 'x {{ "postgres/PASSWORD" | secret }} {{ "postgres/PASSWORD" | secret | json }}';
    const ended = await desk.run(['inject', '--stdin'], { input });
    expect(ended.code, ended.stderr).toBe(0);
    const value = vault.value('postgres', 'PASSWORD') ?? '';
    expect(ended.stdout.toString()).toBe(`x ${value} ${JSON.stringify(value)}`);
  });

  test('names its place in errors', async () => {
    const { desk } = await openDesk();
    const ended = await desk.run(['inject', '--stdin'], { input: 'a\n{{ X }}' });
    expect(ended.stderr).toContain('Line 2, column 4 of standard input uses the name X');
  });

  test.each([
    [['--stdin', '--in-file', 'a'], 'are two sources'],
    [['--out-file', 'a'], 'has no file to make it from'],
    [['--stdin', '--client-secret-file', '-'], 'cannot be the template and the client secret'],
    [['--stdin', '--inject', 'a/b > c.yaml#/d'], 'the file has to have a name'],
    [[], 'has no file to change'],
  ])('%s is wrong usage', async (words, message) => {
    const { desk } = await openDesk();
    const ended = await desk.run(['inject', '--secrets', 'postgres/USERNAME > U', ...words], {
      input: '{{ U }}',
    });
    expect(ended.stderr).toContain(message);
    expect(ended.code).toBe(2);
  });
});

describe.skipIf(lacksScript())('on a terminal', () => {
  test('values are shown only where that is asked for', async () => {
    const { vault, desk } = await openDesk();
    write(desk, { 'a.liquid': '{{ "stripe/STRIPE_SECRET_KEY" | secret }}' });
    const value = vault.value('stripe', 'STRIPE_SECRET_KEY');
    const refused = await onTerminal(desk, 'segura_secrets inject --in-file a.liquid');
    expect(refused.code).toBe(1);
    expect(refused.text).toContain('Give --out-file FILE, or --out-file - to show them.');
    expect(refused.text).not.toContain(value);
    expect(vault.journal.requests).toEqual([]);
    const shown = await onTerminal(desk, 'segura_secrets inject --in-file a.liquid --out-file -');
    expect([shown.code, shown.text.includes(value ?? '')], shown.text).toEqual([0, true]);
    const input = await onTerminal(desk, 'segura_secrets inject --stdin --out-file a');
    expect(input.code).toBe(1);
    expect(input.text).toContain('Standard input is a terminal, and no template.');
  });
});

describe('inject -- COMMAND', () => {
  test('has the files as long as the command runs, and redacts what it prints', async () => {
    const { vault, desk } = await openDesk();
    write(desk, {
      'a.yaml.liquid': 'a: {{ "94" | credential }}\n',
      'b.json': '{"b": "old"}\n',
      'c.liquid': '{{ "94" | credential | upper }}',
    });
    const ended = await desk.run([
      ...['inject', '--templates', 'a.yaml.liquid > a.yaml', '--in-file', 'c.liquid', '--out-file', 'c'],
      ...['--inject', 'postgres/USERNAME > b.json#/b', '--', 'sh', '-c', 'cat a.yaml b.json c; exit 7'],
    ]);
    expect(ended.code, ended.stderr).toBe(7);
    const output = ended.stdout.toString();
    expect(output).toMatch(/^a: "\**"\n\{"b": "svc_billing"\}\n\*+$/);
    expect(output + ended.stderr).not.toContain(vault.password(94));
    expect(output).not.toContain(vault.password(94).toUpperCase());
    expect(read(desk, 'b.json')).toBe('{"b": "old"}\n');
    expect(existsSync(at(desk, 'a.yaml'))).toBe(false);
    expect(existsSync(at(desk, 'c'))).toBe(false);
    expect(vault.custodies()).toEqual([]);
  });

  test('a failure before the command has the exit code of exec', async () => {
    const { desk } = await openDesk();
    const ended = await desk.run(['inject', '--templates', 'no.liquid > a', '--', 'true']);
    expect(ended.code).toBe(125);
    expect(ended.stderr).toContain('The file no.liquid cannot be read (ENOENT).');
  });
});

describe('inject for later commands', () => {
  test('leaves the files until release', async () => {
    const { vault, desk } = await openDesk();
    write(desk, { 'a.yaml.liquid': 'a: {{ "94" | credential }}\n', 'b.json': '{"b": "old"}\n' });
    const words = [
      'inject',
      '--templates',
      'a.yaml.liquid > a.yaml',
      '--inject',
      'postgres/USERNAME > b.json#/b',
    ];
    const without = await desk.run(words);
    expect(without.code).toBe(1);
    expect(without.stderr).toContain('Give --state FILE');
    const ended = await desk.run([...words, '--state', 's']);
    expect([ended.code, ended.stdout.toString()], ended.stderr).toEqual([0, '']);
    expect(read(desk, 'a.yaml')).toContain('a: "');
    expect(JSON.parse(read(desk, 'b.json'))).toEqual({ b: 'svc_billing' });
    const released = await desk.run(['release', '--state', 's']);
    expect(released.code, released.stderr).toBe(0);
    expect(read(desk, 'b.json')).toBe('{"b": "old"}\n');
    expect(existsSync(at(desk, 'a.yaml'))).toBe(false);
    expect(vault.custodies()).toEqual([]);
    expect(
      desk
        .files()
        .map(({ path }) => path.split('/').at(-1))
        .sort(),
    ).toEqual(['a.yaml.liquid', 'b.json']);
  });
});

describe('check', () => {
  test('reads templates and names without the vault', async () => {
    const { vault, desk } = await openDesk();
    write(desk, { 'a.yaml.liquid': 'a: {{ U }}\n', 'b.liquid': '{{ NOPE }}\n{% include "x" %}' });
    const good = await desk.run([
      'check',
      '--secrets',
      'postgres/USERNAME > U',
      '--templates',
      'a.yaml.liquid > a.yaml',
    ]);
    expect(good.code, good.stderr).toBe(0);
    expect(good.stdout.toString()).toContain('No problems found.');
    const bad = await desk.run([
      'check',
      '--secrets',
      'postgres/USERNAME > U',
      '--templates',
      'a.yaml.liquid > a.yaml\nb.liquid > b',
    ]);
    expect(bad.code).toBe(1);
    expect(bad.stderr).toContain('Line 2, column 1 of b.liquid has the tag "include"');
    expect(existsSync(at(desk, 'a.yaml'))).toBe(false);
    expect(vault.journal.requests).toEqual([]);
  });
});
