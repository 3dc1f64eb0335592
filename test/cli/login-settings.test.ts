import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeClientCertificates } from '../support/client-certificates.js';
import type { Desk } from '../support/command-line.js';
import { openWayDesk, variablesOf } from '../support/command-ways.js';
import { deskAt, openDesk } from '../support/desk-fixture.js';
import { openVault } from '../vault/vault-fixture.js';

const CREDENTIALS = ['--credentials', '94 > A'];
/** Through all that logs in: two processes for export and release, one for exec. */
const SCRIPT = `set -e
segura_secrets export --format json --state state --credentials '94 > A' > seen
segura_secrets release --state state
segura_secrets exec --credentials '94 > A' -- true`;

async function logsIn(desk: Desk, env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const ended = await desk.shell(['bash'], SCRIPT, { env });
  expect(ended.code, ended.stderr).toBe(0);
  return ended.stderr;
}

describe('the login is sent', () => {
  test('to another path of the vault', async () => {
    const { vault, desk } = await openDesk();
    await logsIn(desk, variablesOf({ 'token-endpoint': '/api/oauth2/token' }));
    const logins = vault.journal.lines().filter((line) => line.startsWith('POST'));
    expect(new Set(logins)).toEqual(new Set(['POST /api/oauth2/token']));
    expect(vault.custodies()).toEqual([]);
  });

  test('to another host that is named', async () => {
    const { vault, desk } = await openDesk();
    const host = vault.url.replace('127.0.0.1', 'localhost');
    await logsIn(desk, variablesOf({ 'token-endpoint': `${host}/iso/oauth2/token` }));
    expect(vault.custodies()).toEqual([]);
  });

  test('with the tenant', async () => {
    const vault = await openVault({ dialect: 'api', tenants: ['acme', 'globex'] });
    vault.authorization('ci').tenant = 'acme';
    await logsIn(deskAt(vault), variablesOf({ tenant: 'acme' }));
    expect(vault.custodies()).toEqual([]);
  });

  test('to the vault of SENHASEGURA_VAULT_URL, which is the same as SENHASEGURA_URL', async () => {
    const { vault, desk } = await openDesk();
    await logsIn(desk, { SENHASEGURA_URL: undefined, SENHASEGURA_VAULT_URL: vault.url });
    expect(vault.custodies()).toEqual([]);
    const both = await desk.run(['exec', ...CREDENTIALS, '--vault-url', vault.url, '--', 'true']);
    expect(both.code).toBe(125);
    expect(both.stderr).toContain('INPUT_INVALID: --url and --vault-url are the same setting');
  });

  test('with a client certificate of PKCS#12, in a file or as base64', async () => {
    const { desk, inputs, vault } = await openWayDesk('client certificate');
    const made = makeClientCertificates(join(desk.folder, 'made'));
    const pkcs12 = made.pkcs12('aes-256');
    expect(inputs['client-key']).not.toBe('');
    // The CA of these is another: the vault must know the fingerprint, and trust the CA.
    await vault.close();
    const own = await openVault({
      dialect: 'api',
      clientCertificates: 'required',
      clientCa: made.ca.content,
    });
    own.authorization('ci').certificateFingerprint = made.rsa.fingerprint256;
    const at = deskAt(own);
    for (const given of [pkcs12.path, pkcs12.content.toString('base64')]) {
      const env = variablesOf({ 'client-certificate': given, 'client-key-passphrase': made.passphrase });
      await logsIn(at, env);
      const seen = await at.run(['exec', ...CREDENTIALS, '--', 'env'], { env });
      expect(seen.code, seen.stderr).toBe(0);
      expect(seen.stdout.toString()).not.toContain(given.slice(0, 40));
      expect(seen.stdout.toString()).not.toMatch(/^SENHASEGURA_CLIENT_(?:CERTIFICATE|KEY)/m);
    }
    expect(own.custodies()).toEqual([]);
  });
});

describe('a secret in an argument is rejected', () => {
  const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';
  const PEM =
    '-----BEGIN PRIVATE KEY-----\nMIIBVgIBADANBgkqhkiG9w0BAQEFAASCAUAwggE8AgEAAkEAq7BFUpkGp3\n-----END PRIVATE KEY-----';
  test.each([
    ['--oidc-token', JWT],
    ['--oidc-token', `${JWT}.YWJj.ZGVm`],
    ['--oidc-token', 'an-opaque-token-of-some-service'],
    ['--client-key', PEM],
    ['--client-key', PEM.replaceAll('\n', '\\n')],
    ['--client-key', Buffer.from(PEM).toString('base64')],
    ['--client-certificate', PEM],
    ['--client-certificate', Buffer.from(PEM).toString('base64')],
    ['--decryption-key', PEM],
    ['--decryption-key', Buffer.from(PEM).toString('base64')],
  ])('%s %#', async (option, value) => {
    const { vault, desk } = await openDesk();
    for (const args of [
      ['exec', ...CREDENTIALS, `${option}=${value}`, '--', 'true'],
      ['release', '--state', 's', `${option}=${value}`],
    ]) {
      if (args[0] === 'release') {
        if (option === '--decryption-key') continue;
        writeFileSync(join(desk.folder, 's'), 'x.y');
      }
      const ended = await desk.run(args);
      expect(ended.code, ended.stderr).toBe(2);
      expect(ended.stderr).toContain(`Option ${option} contains the secret itself`);
      expect(ended.stderr).not.toContain(value.slice(0, 24));
    }
    expect(vault.journal.requests).toEqual([]);
  });

  test.each([
    ['--client-secret', 'SENHASEGURA_CLIENT_SECRET'],
    ['--access-token', 'SENHASEGURA_ACCESS_TOKEN'],
    ['--consumer-secret', 'SENHASEGURA_CONSUMER_SECRET'],
    ['--token-secret', 'SENHASEGURA_TOKEN_SECRET'],
    ['--client-key-passphrase', 'SENHASEGURA_CLIENT_KEY_PASSPHRASE'],
    ['--decryption-key-passphrase', 'SENHASEGURA_DECRYPTION_KEY_PASSPHRASE'],
  ])('%s', async (option, variable) => {
    const { desk } = await openDesk();
    const ended = await desk.run(['exec', ...CREDENTIALS, option, 'tellNoOne', '--', 'true']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('cannot be an argument');
    expect(ended.stderr).toContain(`Set the environment variable ${variable}`);
    expect(ended.stderr).not.toContain('tellNoOne');
  });
});

describe('a file that a login is read from', () => {
  test.each([['client-key'], ['decryption-key'], ['client-certificate'], ['oidc-token']])(
    'is never overwritten: %s',
    async (name) => {
      const { vault, desk } = await openDesk();
      writeFileSync(join(desk.folder, 'mine'), 'precious');
      const args = ['export', '--format', 'json', '--output', 'mine', '--state', 'state', ...CREDENTIALS];
      const login = name === 'oidc-token' ? ['--oidc-provider', 'file'] : [];
      const env = name === 'oidc-token' ? { SENHASEGURA_CLIENT_SECRET: '' } : {};
      const ended = await desk.run([...args, ...login, `--${name}`, 'mine'], { env });
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain(`--output and --${name} are the same file`);
      expect(readFileSync(join(desk.folder, 'mine'), 'utf8')).toBe('precious');
      expect(vault.custodies()).toEqual([]);
    },
  );

  test('can be a pipe: a token that another program prints', async () => {
    const { vault, desk, identityToken } = await openWayDesk('oidc client-assertion');
    writeFileSync(join(desk.folder, 'source'), await identityToken());
    const script = "segura_secrets exec --oidc-token <(cat source) --credentials '94 > A' -- true";
    const ended = await desk.shell(['bash'], script);
    expect(ended.code, ended.stderr).toBe(0);
    expect(vault.custodies()).toEqual([]);
  });
});

test('the token of a request for identity tokens does not reach the command that GitHub runs', async () => {
  const { vault, desk, env } = await openWayDesk('oidc client-assertion');
  const github = {
    GITHUB_ACTIONS: 'true',
    ...env,
    ...variablesOf({ 'oidc-provider': 'auto', 'oidc-token': '' }),
  };
  const ended = await desk.run(['exec', ...CREDENTIALS, '--', 'env'], { env: github });
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout.toString()).toContain('ACTIONS_ID_TOKEN_REQUEST_URL=');
  expect(ended.stdout.toString()).not.toContain('ACTIONS_ID_TOKEN_REQUEST_TOKEN');
  expect(vault.custodies()).toEqual([]);
});

test('a nested exec reports why its login is gone', async () => {
  const { desk } = await openWayDesk('oauth1');
  const inner = "segura_secrets exec --credentials '94 > A' -- true";
  const script = `segura_secrets exec --credentials '95 > A' -- bash -c "$(declare -f segura_secrets); ${inner}"`;
  const ended = await desk.shell(['bash'], script);
  expect(ended.stderr).toContain('INPUT_MISSING');
  expect(ended.stderr).toContain('removed it from the environment');
});
