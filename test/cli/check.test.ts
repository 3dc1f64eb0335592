import { beforeEach, describe, expect, test } from 'vitest';
import type { Desk } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import type { Vault } from '../vault/index.js';

let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
});

describe('check', () => {
  test('counts the requests without asking the vault', async () => {
    const ended = await desk.run(['check', '--secrets', 'a/b > A\nc/* > C_*', '--credentials', '94 > X']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout.toString()).toBe('DSM requests: 2\nPAM requests: 1\nNo problems found.\n');
    expect(vault.journal.requests).toEqual([]);
  });

  test('needs no client secret while it is offline', async () => {
    const none = { SENHASEGURA_URL: '', SENHASEGURA_CLIENT_ID: '', SENHASEGURA_CLIENT_SECRET: '' };
    const ended = await desk.run(['check', '--secrets', 'a/b > A'], { env: none });
    expect(ended.code, ended.stderr).toBe(0);
    const online = await desk.run(['check', '--online', '--secrets', 'a/b > A'], { env: none });
    expect(online.stderr.match(/INPUT_MISSING/g)?.length).toBe(3);
  });

  test.each([
    ['oauth1', 4],
    ['access-token', 1],
    ['oidc --oidc-provider env', 1],
  ] as const)('needs nothing of the login %s while it is offline', async (method, missing) => {
    const none = { SENHASEGURA_CLIENT_ID: '', SENHASEGURA_CLIENT_SECRET: '' };
    const wanted = ['--auth-method', ...method.split(' '), '--secrets', 'a/b > A'];
    const ended = await desk.run(['check', ...wanted], { env: none });
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    const online = await desk.run(['check', '--online', ...wanted], { env: none });
    expect(online.stderr.match(/INPUT_MISSING/g)?.length).toBe(missing);
  });

  test('shows no request id of a server that sends the client secret or a token back in it', async () => {
    const { clientSecret } = vault.clients.ci;
    const ask = async (id: string) => {
      const fault = { kind: 'reply', status: 503, body: '', headers: { 'x-request-id': id } } as const;
      vault.faults.add({ match: { path: /secret|application/ }, fault });
      return (await desk.run(['check', '--online', '--retries', '0', '--secrets', 'a/b > A'])).stderr;
    };
    expect(await ask('7d2e-4c1a')).toMatch(/client id \S+, X-Request-Id 7d2e-4c1a\./);
    for (const id of [clientSecret, `id-${clientSecret}-1`, 'not an id']) {
      const told = await ask(id);
      expect(told).toMatch(/VAULT_FAILED.*client id [\w-]+\.$/m);
      expect(told).not.toContain(clientSecret);
    }
  });

  test('names every bad line', async () => {
    const ended = await desk.run(['check', '--secrets', 'a/b\n> X\na/b > 1X', '--credentials', '* > X']);
    expect([ended.code, ended.stdout.toString()]).toEqual([1, '']);
    for (const line of [
      'Line 1 of --secrets',
      'Line 2 of --secrets',
      'Line 3 of --secrets',
      'Line 1 of --credentials',
    ]) {
      expect(ended.stderr.includes(line), line).toBe(line !== 'Line 1 of --secrets');
    }
  });
});

describe('check --online', () => {
  test('names identities and fields, shows no value, and takes nothing', async () => {
    const ended = await desk.run([
      'check',
      '--online',
      '--secrets',
      'postgres/PASSWORD > DB',
      '--credentials',
      '94 > X',
    ]);
    expect(ended.code, ended.stderr).toBe(0);
    const text = ended.stdout.toString();
    expect(text).toContain('  postgres: USERNAME, PASSWORD\n');
    expect(text).toContain('  billing-cloud[1]: access_key_id, secret_access_key, TTL\n');
    expect(text).toContain('PAM credentials were not checked');
    for (const secret of vault.secretValues()) expect(text + ended.stderr).not.toContain(secret);
    expect(vault.everTaken()).toEqual([]);
    expect(vault.journal.requests.map(({ path }) => path).filter((path) => path.includes('/pam/'))).toEqual(
      [],
    );
  });

  test('reports which requests the vault cannot meet', async () => {
    const ended = await desk.run([
      'check',
      '--online',
      '--secrets',
      'postgres/PASSWROD > A\nnope/X > B\nstripe/* > *',
    ]);
    expect(ended.code).toBe(5);
    expect(ended.stdout.toString()).toContain('  postgres: USERNAME, PASSWORD\n');
    expect(ended.stdout.toString()).not.toContain('No problems found');
    expect(ended.stderr).toContain('Did you mean postgres/PASSWORD > A?');
    expect(ended.stderr).toContain('SECRET_NOT_FOUND');
  });

  test.each([
    ['the authorization', [], '  postgres: USERNAME, PASSWORD\n'],
    ['an application', ['-a', 'billing', '-s', 'payments', '-e', 'production'], 'No problems found.\n'],
  ])('lists the DSM secrets of %s without a request', async (_of, application, expected) => {
    const ended = await desk.run(['check', '--online', ...application]);
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    expect(ended.stdout.toString()).toMatch(/^DSM requests: 0\nPAM requests: 0\nThe login succeeded\.\n/);
    expect(ended.stdout.toString()).toContain(expected);
    const offline = await desk.run(['check', ...application]);
    expect([offline.code, offline.stdout.toString()]).toEqual([1, '']);
    expect(offline.stderr).toContain('INPUT_MISSING');
  });

  test('lists the DSM secrets, although two of their fields would get one name', async () => {
    const ended = await desk.run(['check', '--online', '--secrets', '*']);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('NAME_COLLISION');
    expect(ended.stdout.toString()).toContain('  postgres: USERNAME, PASSWORD\n');
  });

  test('warns when the vault is not verified', async () => {
    const ended = await desk.run(['check', '--online', '--tls-verify=false', '--secrets', '*']);
    expect(ended.stderr).toContain('tls-verify is false');
  });

  test('reports that the login failed', async () => {
    const ended = await desk.run(['check', '--online', '--secrets', '*'], {
      env: { SENHASEGURA_CLIENT_SECRET: 'wrong-secret-000' },
    });
    expect(ended.code).toBe(4);
    expect(ended.stderr).toContain('TOKEN_REJECTED');
    expect(ended.stderr).not.toContain('wrong-secret-000');
  });
});
