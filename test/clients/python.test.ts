import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Desk } from '../support/command-line.js';
import { NASTY } from '../support/nasty.js';
import { lacks } from '../support/skips.js';
import { startVault, type Vault } from '../vault/index.js';

/** The PyPI client `senhasegura` 0.1.3, installed by pip into a folder of its own. */
const folder = mkdtempSync(join(tmpdir(), 'segura-pypi-'));
const run = promisify(execFile);
const lacksPython = lacks('python3');

beforeAll(async () => {
  if (lacksPython) return;
  const pip = ['-m', 'pip', 'install', '--quiet', '--target', folder, 'senhasegura==0.1.3'];
  await run('python3', pip);
  expect(existsSync(join(folder, 'senhasegura'))).toBe(true);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function sends(vault: Vault, mode: string, keys: object, requests: string[]) {
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, vault.caCertificate);
  const env = {
    PATH: process.env['PATH'],
    PYTHONPATH: folder,
    VAULT_PORT: String(vault.port),
    VAULT_CA: ca,
    KEYS: JSON.stringify(keys),
  };
  const program = join(import.meta.dirname, 'python', 'reads.py');
  const { stdout } = await run('python3', [program, mode, ...requests], { env, timeout: 60_000 });
  return JSON.parse(stdout);
}

function oauth1Keys(vault: Vault) {
  const { oauth1 } = vault.clients.ci;
  if (oauth1 === undefined) throw new Error('no OAuth 1.0 keys');
  const { consumerKey, consumerSecret, tokenKey, tokenSecret } = oauth1;
  return {
    client_key: consumerKey,
    client_secret: consumerSecret,
    resource_owner_key: tokenKey,
    resource_owner_secret: tokenSecret,
  };
}

test.skipIf(lacksPython)(
  'in OAuth 1.0 mode reads a password, releases its custody, and lists secrets',
  async () => {
    const vault = await startVault();
    const [read, released, again, secrets, key] = await sends(vault, 'OAuth1', oauth1Keys(vault), [
      'GET iso/pam/credential/94',
      'DELETE iso/pam/credential/custody/94',
      'DELETE iso/pam/credential/custody/94',
      'GET iso/sctm/secret',
      'GET iso/pam/key/39',
    ]);
    expect(read.body.credential.password).toBe(vault.password(94));
    expect(released.body.response.message).toBe('Credential custody 94 released');
    expect([again.status, again.body.exception.code]).toEqual([400, 1018]);
    const { secretIds } = vault.authorization('ci');
    const listed = vault.data.secrets.filter(({ id }) => secretIds.includes(id));
    expect(listed.length).toBeGreaterThan(3);
    expect(secrets.body.secrets).toMatchObject(listed.map(({ identity, data }) => ({ identity, data })));
    expect(key.body.key.private_key).toBe(vault.data.keys.find(({ id }) => id === 39)?.privateKey);
    expect(vault.custodies()).toEqual([]);
    await vault.close();
  },
);

test.skipIf(lacksPython).each(['iso', 'api'] as const)(
  'in OAuth 1.0 mode saves, enables and disables in dialect %s, by form, JSON and query',
  async (dialect) => {
    const vault = await startVault({ dialect });
    const pam = `${dialect}/pam/credential`;
    const fields = { hostname: 'app-01', ip: '10.0.0.11', username: 'web', identifier: 'web-1' };
    const post = (options: object) => `POST ${pam} ${JSON.stringify(options)}`;
    const replies = await sends(vault, 'OAuth1', oauth1Keys(vault), [
      post({ data: { ...fields, content: 'first & é' } }),
      post({ json: { ...fields, content: 'second' } }),
      post({ params: { ...fields, content: 'third' } }),
      `GET ${pam}/94 {"params":[["a","2"],["a","1"]]}`,
      `DELETE ${pam}/94`,
      `PUT ${pam}/94`,
    ]);
    expect(replies.map(({ status }: { status: number }) => status)).toEqual([201, 201, 201, 200, 200, 200]);
    expect(vault.password(replies[0].body.credential.id)).toBe('third');
    expect(vault.secretValues()).toEqual(expect.arrayContaining(['first & é', 'second']));
    await vault.close();
  },
);

test.skipIf(lacksPython).each(['iso', 'api'] as const)(
  'in OAuth 1.0 mode reads byte for byte what credential put has written, and secret put, in dialect %s',
  async (dialect) => {
    const vault = await startVault({ dialect });
    const desk = new Desk(vault);
    const { LARGE: _, ...values } = NASTY;
    writeFileSync(join(desk.folder, 'values.json'), JSON.stringify(values));
    const saved = await desk.run(['secret', 'put', 'written by us', '--json', 'values.json', '--yes']);
    expect(saved.code, saved.stderr).toBe(0);
    const ids: string[] = [];
    for (const [name, value] of Object.entries(values)) {
      writeFileSync(join(desk.folder, 'value'), value);
      const user = `${name.toLowerCase()}@app-01`;
      const args = ['credential', 'put', user, '--password', '@value', '--yes', '--output', 'json'];
      const put = await desk.run(args);
      expect(put.code, put.stderr).toBe(0);
      ids.push(JSON.parse(put.stdout.toString()).id);
    }
    const requests = ids.flatMap((id) => [
      `GET ${dialect}/pam/credential/${id}`,
      `DELETE ${dialect}/pam/credential/custody/${id}`,
    ]);
    const replies = await sends(vault, 'OAuth1', oauth1Keys(vault), ['GET iso/sctm/secret', ...requests]);
    const [listing, ...read] = replies;
    const written = listing.body.secrets.find(
      (each: { identity: string }) => each.identity === 'written by us',
    );
    expect(written.data).toEqual([values]);
    expect(read.flatMap(({ body }: Read) => body.credential?.password ?? [])).toEqual(Object.values(values));
    expect(vault.custodies()).toEqual([]);
    desk.close();
    await vault.close();
  },
  180_000,
);

interface Read {
  readonly body: { readonly credential?: { readonly password: string } };
}

test.skipIf(lacksPython)('with a wrong secret gets "Invalid signature"', async () => {
  const vault = await startVault();
  const keys = { ...oauth1Keys(vault), client_secret: 'wrong' };
  const [read] = await sends(vault, 'OAuth1', keys, ['GET iso/pam/credential/94']);
  expect([read.status, read.body.response.message]).toEqual([401, 'Invalid signature']);
  await vault.close();
});

test.skipIf(lacksPython)('in OAuth 2.0 mode sends nothing: the client fails before', async () => {
  const vault = await startVault();
  const keys = { client_id: vault.clients.ci.clientId, token: 'any' };
  const [read] = await sends(vault, 'OAuth2', keys, ['GET iso/pam/credential/94']);
  expect(read.error).toBe('TypeError');
  expect(vault.journal.requests).toEqual([]);
  await vault.close();
});
