import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Vault, VaultOptions } from '../vault/index.js';
import {
  APPLICATION,
  expectHidden,
  expectOk,
  expectRefused,
  openRunb,
  type RunbDesk,
  runb,
} from './runb-desk.js';

const PASSWORD = 'correct horse battery staple';
const WRITTEN = `export DB_PASSWORD='${PASSWORD}'\n`;
/** A vault with one secret of one field. */
function open(options: VaultOptions = {}): Promise<RunbDesk> {
  return openRunb({ postgres: { DB_PASSWORD: PASSWORD } }, options);
}

/** Settings as the vendor's tool reads them. */
function config({ url, clients: { ci } }: Vault, more: readonly string[] = []): string {
  const lines = [
    `SENHASEGURA_URL: "${url}"`,
    `SENHASEGURA_CLIENT_ID: ${ci.clientId}`,
    `SENHASEGURA_CLIENT_SECRET: ${ci.clientSecret}`,
    ...more,
  ];
  return `${lines.join('\n')}\n`;
}

const NOT_IN_ENVIRONMENT = {
  SENHASEGURA_URL: undefined,
  SENHASEGURA_CLIENT_ID: undefined,
  SENHASEGURA_CLIENT_SECRET: undefined,
};

describe('the command line of the vendor', () => {
  test.each([
    ['-c', 'config.yaml', [...APPLICATION, '-t', 'linux', '-c', 'config.yaml'], {}],
    [
      'SENHASEGURA_CONFIG_FILE',
      'config.yaml',
      ['--application=billing', '--system=payments', '--environment=production', '--tool=linux', '--verbose'],
      { SENHASEGURA_CONFIG_FILE: 'config.yaml' },
    ],
    [
      '$HOME/.config.yaml',
      '.config.yaml',
      ['--tool-name', 'linux', '--app-name', 'billing', '-s', 'payments', '-e', 'production'],
      {},
    ],
  ])('works with the config file of %s', async (_way, name, args, env) => {
    const { vault, desk, file } = await open();
    writeFileSync(join(desk.folder, name), config(vault), { mode: 0o600 });
    const ended = await desk.run(['runb', ...args], { env: { ...NOT_IN_ENVIRONMENT, ...env } });
    expectOk(ended);
    expect(readFileSync(file, 'utf8')).toBe(WRITTEN);
    expect(ended.stderr).toContain('DB_PASSWORD: ready, from postgres/DB_PASSWORD, in ');
    expectHidden(vault, ended);
  });

  test('logs in, becomes the application, and reads its secrets, with one token each', async () => {
    const { vault, desk } = await open();
    expectOk(await runb(desk));
    expect(vault.journal.lines()).toEqual([
      'POST /iso/oauth2/token',
      'POST /iso/dapp/Application',
      'POST /iso/oauth2/token',
      'GET /iso/sctm/secret',
    ]);
    expect(vault.journal.requests.at(-1)?.clientId).toBe(vault.client('billing-production').clientId);
  });

  test('fails with an unknown tool, or without an application, before the vault is asked', async () => {
    const { vault, desk } = await open();
    const tool = await runb(desk, ['-t', 'jenkins']);
    expect([tool.code, tool.stderr]).toEqual([2, expect.stringContaining('circleci, teamcity, gitlab')]);
    expectRefused(await desk.run(['runb', '-t', 'linux']), 'Write -a APPLICATION -s SYSTEM -e ENVIRONMENT.');
    expectRefused(await desk.run(['runb', '-a', 'billing', '-s', 'payments']), '--environment');
    expect(vault.journal.requests).toEqual([]);
  });

  test.each(['true', '1', 'T'])('does nothing with SENHASEGURA_DISABLE_RUNB=%s', async (word) => {
    const { vault, desk } = await open();
    const ended = await runb(desk, ['-t', 'github'], { env: { SENHASEGURA_DISABLE_RUNB: word } });
    expectOk(ended);
    expect(ended.stderr).toContain('nothing is fetched and no file is written');
    expect([vault.journal.requests, desk.files()]).toEqual([[], []]);
  });

  test('takes the other settings from the config file too', async () => {
    const { vault, desk } = await open();
    const path = join(desk.folder, 'config.yaml');
    writeFileSync(path, config(vault, ['SENHASEGURA_SECRETS_FILE: elsewhere.sh']), { mode: 0o600 });
    expectOk(await runb(desk, ['-c', 'config.yaml']));
    expect(readFileSync(join(desk.folder, 'elsewhere.sh'), 'utf8')).toBe(WRITTEN);
    writeFileSync(path, config(vault, ['SENHASEGURA_DISABLE_RUNB: true']));
    vault.journal.clear();
    expectOk(await runb(desk, ['-c', 'config.yaml']));
    expect(vault.journal.requests).toEqual([]);
  });
});

describe('the file', () => {
  test('is only for its owner under any umask, and replaces a longer old one completely', async () => {
    const { desk, file } = await open();
    writeFileSync(file, 'x'.repeat(10_000));
    const ended = await desk.shell(
      ['sh'],
      `chmod 666 .runb.vars; umask 000; segura_secrets runb ${APPLICATION.join(' ')}`,
    );
    expectOk(ended);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(desk.files().map(({ path, bytes }) => [path, bytes.toString()])).toEqual([[file, WRITTEN]]);
  });

  test('is where SENHASEGURA_SECRETS_FILE says', async () => {
    const { desk } = await open();
    const path = join(desk.folder, 'secrets of the job.sh');
    expectOk(await runb(desk, [], { env: { SENHASEGURA_SECRETS_FILE: path } }));
    expect(desk.files().map(({ path: found }) => found)).toEqual([path]);
    const nowhere = { SENHASEGURA_SECRETS_FILE: 'no/such/folder/vars' };
    expectRefused(await runb(desk, [], { env: nowhere }), 'FILE_REFUSED');
  });

  test('is empty for an application without secrets, whatever was in it', async () => {
    const { desk, file } = await open();
    writeFileSync(file, 'export DB_PASSWORD=old\n');
    const ended = await desk.run(['runb', '-a', 'brand-new', ...APPLICATION.slice(2), '-t', 'github']);
    expectOk(ended);
    expect(ended.stderr).toContain('warning: The vault has no secrets for this authorization');
    expect(readFileSync(file, 'utf8')).toBe('');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('stays as it was when the vault fails', async () => {
    const { vault, desk, file } = await open();
    writeFileSync(file, 'old');
    vault.faults.add({ match: { path: '/iso/sctm/secret' }, fault: { kind: 'resourceNotAuthorized' } });
    expectRefused(await runb(desk), 'ACCESS_DENIED', 4);
    expect(readFileSync(file, 'utf8')).toBe('old');
  });
});

describe('TLS', () => {
  test.each(['self-signed', 'wrong-host', 'expired', 'valid'] as const)(
    'is verified: no request reaches a vault that is %s without a CA for it',
    async (tls) => {
      const { vault, desk } = await open({ tls });
      const env = {
        SENHASEGURA_CA_CERTIFICATE: tls === 'valid' ? undefined : vault.caCertificate || undefined,
      };
      expectRefused(await runb(desk, ['--retries', '0'], { env }), 'TLS_UNTRUSTED');
      expect([vault.journal.requests, desk.files()]).toEqual([[], []]);
    },
  );
});
