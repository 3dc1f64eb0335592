import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { Job, type StepResult } from './support/runner.js';
import { sampleData, startVault, type Vault } from './vault/index.js';

const PASSWORD = `p4ss"w\\rd: #1 <&> $HOME it's`;

const TEMPLATES: Record<string, string> = {
  'app.yaml.liquid':
    'db:\n  user: {{ DB_USER }}\n  password: {{ "postgres/PASSWORD" | secret }} # rotated\nadmin: "u:{{ "94" | credential }}"\n',
  'all.env.liquid':
    '{% assign fields = "stripe/*" | secret -%}\n{% for f in fields %}{{ f.name }}={{ f.value }}\n{% endfor %}',
  'nginx.conf.liquid': 'auth {{ DB_PASSWORD | base64 }};\n',
};

let vault: Vault;
beforeAll(async () => {
  const data = sampleData();
  const of = (name: string): { data: unknown } =>
    data.secrets.find(({ identity }) => identity === name) as { data: unknown };
  of('postgres').data = [{ USER: 'svc_billing', PASSWORD }];
  of('stripe').data = [{ KEY: 'sk-fake-4242', HOOK: 'wh-fake-2424' }];
  vault = await startVault({ dialect: 'api', data });
});
afterAll(() => vault.close());

interface Place {
  readonly job: Job;
  write(name: string, text: string): void;
  read(name: string): string;
  path(name: string): string;
  main(inputs: Record<string, string>): Promise<StepResult>;
}

function place(files: Record<string, string> = TEMPLATES): Place {
  const job = new Job();
  onTestFinished(() => job.close());
  const path = (name: string): string => join(job.workspace, name);
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return {
    ...{ job, write, path },
    read: (name) => readFileSync(path(name), 'utf8'),
    main: (inputs) => job.main(inputsFor(vault, inputs)),
  };
}

const NAMES = 'postgres/USER > DB_USER\npostgres/PASSWORD > DB_PASSWORD';
const ALL = 'app.yaml.liquid > app.yaml\nall.env.liquid > all.env\nnginx.conf.liquid > nginx.conf';

describe('files are made from templates', () => {
  test('for the job; post removes those that were not there, and restores the others', async () => {
    const { job, write, read, path, main } = place();
    write('app.yaml', 'db: none\n');
    chmodSync(path('app.yaml'), 0o640);
    const result = await main({ secrets: NAMES, templates: ALL });
    expect([result.code, result.stderr], result.log).toEqual([0, '']);
    const quoted = PASSWORD.replaceAll(/[\\"]/g, '\\$&');
    expect(read('app.yaml')).toBe(
      `db:\n  user: "svc_billing"\n  password: "${quoted}" # rotated\nadmin: "u:${vault.password(94).replaceAll(/[\\"]/g, '\\$&')}"\n`,
    );
    expect(statSync(path('app.yaml')).mode & 0o777).toBe(0o640);
    expect(read('all.env')).toBe("KEY='sk-fake-4242'\nHOOK='wh-fake-2424'\n");
    expect(statSync(path('all.env')).mode & 0o777).toBe(0o600);
    expect(read('nginx.conf')).toBe(`auth ${Buffer.from(PASSWORD).toString('base64')};\n`);
    expect(result.log).toContain('app.yaml#postgres/PASSWORD: ready, from postgres/PASSWORD');
    const secrets = [PASSWORD, 'sk-fake-4242', 'wh-fake-2424', vault.password(94)];
    for (const secret of secrets) {
      expect(result.masks).toContain(secret);
      expect(result.log).not.toContain(secret);
    }
    expect(vault.custodies()).toHaveLength(1);

    const post = await job.post({});
    expect([post.code, post.stderr], post.log).toEqual([0, '']);
    expect(read('app.yaml')).toBe('db: none\n');
    expect(statSync(path('app.yaml')).mode & 0o777).toBe(0o640);
    expect(existsSync(path('all.env'))).toBe(false);
    expect(existsSync(path('nginx.conf'))).toBe(false);
    expect(readdirSync(job.workspace).sort()).toEqual(['app.yaml', ...Object.keys(TEMPLATES)].sort());
    expect(vault.custodies()).toEqual([]);
  });

  test('beside values for places in other files, all of them or none', async () => {
    const { write, read, path, main } = place();
    write('config.json', '{"a": "x"}\n');
    write('bad.json', '{"a": {}}\n');
    const inputs = { secrets: NAMES, templates: ALL };
    const asked = vault.journal.requests.length;
    const bad = await main({ ...inputs, inject: 'postgres/PASSWORD > bad.json#/b' });
    expect(bad.code).toBe(1);
    expect(existsSync(path('app.yaml'))).toBe(false);
    expect(vault.journal.requests.length).toBe(asked);
    const good = await main({ ...inputs, inject: 'postgres/PASSWORD > config.json#/a' });
    expect(good.code, good.log).toBe(0);
    expect(JSON.parse(read('config.json'))).toEqual({ a: PASSWORD });
    expect(existsSync(path('app.yaml'))).toBe(true);
  });

  test('with inject-restore: false they stay', async () => {
    const { job, read, main } = place();
    const result = await main({ secrets: NAMES, templates: ALL, 'inject-restore': 'false' });
    expect(result.code, result.log).toBe(0);
    const post = await job.post({});
    expect([post.code, post.stderr], post.log).toEqual([0, '']);
    expect(read('all.env')).toContain('sk-fake-4242');
    expect(read('nginx.conf')).toContain(Buffer.from(PASSWORD).toString('base64'));
  });

  test('with other delimiters', async () => {
    const { read, main } = place({
      'a.liquid': '{{ .Values.x }} [[ DB_USER ]] [% if DB_USER %]y[% endif %]',
    });
    const result = await main({
      ...{ secrets: NAMES, templates: 'a.liquid > a.tpl', 'template-delimiters': '[[ ]]' },
    });
    expect(result.code, result.log).toBe(0);
    expect(read('a.tpl')).toBe('{{ .Values.x }} svc_billing y');
  });

  test('what filters make of a value that is left readable is readable too', async () => {
    const { main } = place({ 'a.liquid': '{{ DB_USER | base64 }} {{ DB_PASSWORD | upper }}' });
    const result = await main({ secrets: NAMES, templates: 'a.liquid > a.txt', unmasked: 'DB_USER' });
    expect(result.code, result.log).toBe(0);
    expect(result.masks).toContain(PASSWORD.toUpperCase());
    expect(result.masks).not.toContain(Buffer.from('svc_billing').toString('base64'));
  });
});

describe('what is wrong is said before the vault is asked', () => {
  test.each([
    [
      'an unknown name',
      '{{ DB_PASWORD }}',
      'a.txt',
      'TEMPLATE_INVALID',
      'Line 1, column 4 of a.liquid uses the name DB_PASWORD',
    ],
    ['a value in a comment', 'a: b # {{ DB_USER }}', 'a.yaml', 'TEMPLATE_INVALID', 'where YAML has none'],
    ['a document that is broken', '{"a": {{ DB_USER }}', 'a.json', 'DOCUMENT_REFUSED', 'is not valid JSON'],
    [
      'a tag that reads a file',
      '{% include "/etc/passwd" %}',
      'a.txt',
      'TEMPLATE_INVALID',
      'has the tag "include"',
    ],
    ['a folder that is missing', 'x', 'no/a.txt', 'FILE_REFUSED', 'The folder'],
    ['a folder', 'x', '.', 'FILE_REFUSED', 'is no regular file'],
  ])('%s', async (_name, text, target, code, message) => {
    const { job, main } = place({ 'a.liquid': text });
    const asked = vault.journal.requests.length;
    const result = await main({ secrets: NAMES, templates: `a.liquid > ${target}` });
    expect(result.code).toBe(1);
    expect(result.log).toContain(code);
    expect(result.log).toContain(message);
    expect(vault.journal.requests.length).toBe(asked);
    expect(readdirSync(job.workspace)).toEqual(['a.liquid']);
  });

  test.each([
    ['postgres/PASSWORD > file:conf/made.txt', 'a.liquid > conf/made.txt'],
    ['postgres/PASSWORD > file:conf/made.txt', 'a.liquid > ./conf/../conf/made.txt'],
    ['', 'a.liquid > conf/made.txt\na.liquid > conf//made.txt'],
  ])('a file that is made twice: %j and %j', async (secrets, templates) => {
    const { job, main } = place({ 'a.liquid': '{{ DB_USER }}', 'conf/there': '' });
    const asked = vault.journal.requests.length;
    const result = await main({ secrets: `${NAMES}\n${secrets}`, templates });
    expect(result.code).toBe(1);
    expect(result.log).toContain('NAME_COLLISION');
    expect(result.log).toContain('are the same file.');
    expect(vault.journal.requests.length).toBe(asked);
    expect(readdirSync(join(job.workspace, 'conf'))).toEqual(['there']);
  });

  test('a template that is not there, and every other problem at once', async () => {
    const { main } = place({ 'a.liquid': '{{ NOPE }}' });
    const result = await main({
      ...{ secrets: NAMES, templates: 'a.liquid > a\nb.liquid > b\nc', 'template-delimiters': 'x' },
    });
    expect(result.log).toContain('The file b.liquid cannot be read (ENOENT).');
    expect(result.log).toContain('has no file for the template c.');
    expect(result.log).toContain('"template-delimiters" is "x"');
  });

  test('a field that the vault lacks is offered in the words of a template', async () => {
    const { main } = place({ 'a.liquid': '{{ "postgres/PASWORD" | secret }}' });
    const result = await main({ templates: 'a.liquid > a.txt' });
    expect(result.log).toContain('Line 1, column 4 of a.liquid');
    expect(result.log).toContain('Did you mean {{ "postgres/PASSWORD" | secret }}?');
  });
});
