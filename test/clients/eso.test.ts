import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lacks } from '../support/skips.js';
import { startVault, type Vault, type VaultOptions } from '../vault/index.js';

/** The provider of github.com/external-secrets/external-secrets 0.18.2, with a fake client of Kubernetes. */
const folder = mkdtempSync(join(tmpdir(), 'segura-eso-'));
const program = join(folder, 'reads-by-eso');
const run = promisify(execFile);
const lacksGo = lacks('go');

beforeAll(async () => {
  if (lacksGo) return;
  cpSync(join(import.meta.dirname, 'eso'), folder, { recursive: true });
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-p=2 -mod=readonly' };
  // The flags of linker and paths make no difference to the client, but half the work.
  await run('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', program, '.'], { cwd: folder, env });
}, 1_500_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function reads(vault: Vault, identities: string[], secret = vault.clients.ci.clientSecret) {
  const env = { VAULT_URL: vault.url, CLIENT_ID: vault.clients.ci.clientId, CLIENT_SECRET: secret };
  return JSON.parse((await run(program, identities, { env, timeout: 60_000 })).stdout);
}

/** Every label of a secret of the data, with its value, as the client merges maps: the last one counts. */
function fieldsOf(vault: Vault, identity: string): Record<string, string> {
  const data = vault.data.secrets.find((secret) => secret.identity === identity)?.data ?? [];
  return Object.assign(
    {},
    ...[data].flat().map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, v ?? '']))),
  );
}

test.skipIf(lacksGo).each<VaultOptions>([{ dialect: 'iso' }, { dialect: 'api' }])(
  'reads every field of every secret equal, in dialect $dialect',
  async (options) => {
    const vault = await startVault(options);
    const { secretIds } = vault.authorization('ci');
    const identities = vault.data.secrets
      .filter(({ id, data }) => secretIds.includes(id) && Array.isArray(data))
      .map(({ identity }) => identity);
    expect(identities.length).toBeGreaterThan(2);
    const { fields, single, whole, error } = await reads(vault, identities);
    expect(error).toBeUndefined();
    for (const identity of identities) {
      expect(fields[identity]).toEqual(fieldsOf(vault, identity));
      for (const name of Object.keys(fields[identity]))
        expect(single).toHaveProperty([`${identity}/${name}`]);
      expect(JSON.parse(whole[identity])).toHaveLength(
        [vault.data.secrets.find((each) => each.identity === identity)?.data].flat().length,
      );
    }
    const lines = new Set(vault.journal.lines().map((line) => line.split(' ').slice(0, 2).join(' ')));
    expect([...lines]).toEqual(['POST /iso/oauth2/token', 'GET /iso/dapp/application']);
    await vault.close();
  },
);

test.skipIf(lacksGo)('reports a wrong client secret, and reads nothing', async () => {
  const vault = await startVault();
  const { fields, error } = await reads(vault, ['postgres'], 'wrong');
  expect(error).toContain('received invalid HTTP code from senhasegura');
  expect(fields).toEqual({});
  await vault.close();
});

test.skipIf(lacksGo)('reads nothing of a secret that has expired', async () => {
  const vault = await startVault();
  for (const secret of vault.data.secrets)
    if (secret.identity === 'postgres') secret.expirationDate = '2020-01-01 00:00:00';
  expect((await reads(vault, ['postgres'])).fields.postgres ?? {}).toEqual({});
  await vault.close();
});
