import { existsSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Desk, Ended } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import type { Vault } from '../vault/index.js';

const DEPLOY = ['--credentials', '94 > DEPLOY'] as const;
const EXPORT = ['export', '--format', 'json', ...DEPLOY] as const;
const RUNB = ['runb', '-a', 'billing', '-s', 'payments', '-e', 'staging'] as const;
let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
});

function write(name: string, text: string | undefined): string {
  const path = join(desk.folder, name);
  writeFileSync(path, text ?? '', { mode: 0o600 });
  return path;
}

/** Nothing was fetched, both names are reported, and nothing is left in a file. */
function expectRefused(ended: Ended, ...names: string[]): void {
  expect([ended.code, ended.stdout.length], ended.stderr).toEqual([1, 0]);
  expect(ended.stderr).toContain('FILE_REFUSED');
  for (const name of names) expect(ended.stderr).toContain(name);
  expect(vault.journal.requests).toEqual([]);
}

describe('export does not overwrite', () => {
  test('its own state, which would strand custody', async () => {
    const ended = await desk.run([...EXPORT, '--state', 'st', '--output', './st']);
    expectRefused(ended, '--output', '--state');
    expect(existsSync(join(desk.folder, 'st'))).toBe(false);
  });

  test('its own state by another name of the folder or of the file', async () => {
    mkdirSync(join(desk.folder, 'real'));
    symlinkSync('real', join(desk.folder, 'linked'));
    symlinkSync('real/st', join(desk.folder, 'dangling'));
    expectRefused(await desk.run([...EXPORT, '--state', 'real/st', '--output', 'linked/st']), '--state');
    expectRefused(await desk.run([...EXPORT, '--state', 'real/st', '--output', 'dangling']), '--state');
    write('empty', '');
    linkSync(join(desk.folder, 'empty'), join(desk.folder, 'second-name'));
    expectRefused(await desk.run([...EXPORT, '--state', 'empty', '--output', 'second-name']), '--state');
  });

  test('its own state if a shell or a descriptor leads there', async () => {
    const words = "--format json --credentials '94 > DEPLOY' --state st";
    for (const script of [
      `segura_secrets export ${words} >st`,
      `exec 3>st; segura_secrets export ${words} --output /dev/fd/3`,
      `ln -s /dev/stdout link; segura_secrets export ${words} --output link >st`,
    ])
      expectRefused(await desk.shell(['bash'], script), '--state');
  });

  test('its own state if the temporary file of the output is the state', async () => {
    expectRefused(
      await desk.run([...EXPORT, '--state', '.out.segura-secrets', '--output', 'out']),
      '--state',
    );
    expectRefused(await desk.run([...EXPORT, '--state', 'st', '--output', '.st.segura-secrets']), '--state');
  });

  test('a file that a request writes', async () => {
    const words = [
      'export',
      '--format',
      'json',
      '--state',
      'st',
      '--secrets',
      'tls/TLS_KEY > file:key, NAME',
    ];
    expectRefused(await desk.run([...words, '--output', 'key']), '--output', 'file:key', '--secrets');
    expectRefused(
      await desk.run([...words.map((word) => word.replace(/^st$/, 'key'))]),
      '--state',
      'file:key',
    );
  });

  test('a file that its settings come from', async () => {
    const config = write('config.yml', 'timeout: 20\n');
    const secret = write('secret', desk.env['SENHASEGURA_CLIENT_SECRET']);
    const mapping = write('mapping.json', '{}');
    const ca = write('ca.pem', vault.caCertificate);
    for (const [path, name, given, env] of [
      [config, '--config', ['--config', 'config.yml'], {}],
      [config, 'SENHASEGURA_CONFIG_FILE', [], { SENHASEGURA_CONFIG_FILE: config }],
      [secret, '--client-secret-file', ['--client-secret-file', 'secret'], {}],
      [secret, 'SENHASEGURA_CLIENT_SECRET_FILE', [], { SENHASEGURA_CLIENT_SECRET_FILE: secret }],
      [mapping, 'SENHASEGURA_MAPPING_FILE', [], { SENHASEGURA_MAPPING_FILE: 'mapping.json' }],
      [ca, '--ca-certificate', ['--ca-certificate', 'ca.pem'], {}],
      [ca, 'SENHASEGURA_CA_CERTIFICATE', [], { SENHASEGURA_CA_CERTIFICATE: 'ca.pem' }],
      [ca, 'NODE_EXTRA_CA_CERTS', [], { NODE_EXTRA_CA_CERTS: ca }],
    ] as const) {
      const before = readFileSync(path);
      const output = await desk.run([...EXPORT, '--state', 'st', ...given, '--output', path], { env });
      expectRefused(output, '--output', name);
      expectRefused(await desk.run([...EXPORT, '--state', path, ...given], { env }), '--state', name);
      expect(readFileSync(path).equals(before)).toBe(true);
    }
    const appended = `segura_secrets export --format github --secrets 'tls/* > *' --config config.yml >>config.yml`;
    expectRefused(await desk.shell(['bash'], appended), 'standard output', '--config');
  });
});

describe('one file for two uses is accepted if nothing is lost', () => {
  test('a state that holds nothing, and the output', async () => {
    const args = [
      'export',
      '--format',
      'json',
      '--secrets',
      'tls/* > *',
      '--state',
      'st',
      '--output',
      './st',
    ];
    const ended = await desk.run(args);
    expect(ended.code, ended.stderr).toBe(0);
    expect(JSON.parse(readFileSync(join(desk.folder, 'st'), 'utf8'))).toHaveProperty('TLS_KEY');
  });

  test('certificates, and what is appended to them', async () => {
    const path = write('ca.pem', vault.caCertificate);
    const args = ['export', '--format', 'github', '--secrets', 'stripe/* > *', '--ca-certificate', 'ca.pem'];
    for (let times = 0; times < 2; times += 1) {
      const ended = await desk.run([...args, '--output', 'ca.pem'], { env: { NODE_EXTRA_CA_CERTS: path } });
      expect(ended.code, ended.stderr).toBe(0);
    }
    const ended = await desk.shell(
      ['bash'],
      `segura_secrets export --format sh --secrets 'stripe/* > *' --ca-certificate ca.pem >>ca.pem`,
    );
    expect(ended.code, ended.stderr).toBe(0);
    expect(readFileSync(path, 'utf8').startsWith(vault.caCertificate)).toBe(true);
  });
});

test('exec does not use a file of its settings as its state', async () => {
  const config = write('config.yml', '');
  const ended = await desk.run([
    'exec',
    ...DEPLOY,
    '--config',
    config,
    '--state',
    'config.yml',
    '--',
    'true',
  ]);
  expect([ended.code, vault.journal.requests.length]).toEqual([125, 0]);
  expect(ended.stderr).toMatch(/--state and --config are the same file/);
});

test('runb does not overwrite the files of its settings', async () => {
  const mapping = write('mapping.json', '{}');
  const config = write('config.yml', 'timeout: 20\n');
  for (const [path, name, env] of [
    [mapping, 'SENHASEGURA_MAPPING_FILE', { SENHASEGURA_MAPPING_FILE: mapping }],
    [config, 'SENHASEGURA_CONFIG_FILE', { SENHASEGURA_CONFIG_FILE: config }],
  ] as const)
    expectRefused(
      await desk.run(RUNB, { env: { ...env, SENHASEGURA_SECRETS_FILE: path } }),
      'SENHASEGURA_SECRETS_FILE',
      name,
    );
});

test('a place that is not a regular file may be read and written at once', async () => {
  const ended = await desk.run(
    [
      'export',
      '--format',
      'json',
      '--secrets',
      'tls/* > *',
      '--config',
      '/dev/null',
      '--output',
      '/dev/null',
    ],
    {},
  );
  expect(ended.code, ended.stderr).toBe(0);
});
