import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { demonstrate, runVault } from './demo.js';
import { ask, tokenFor } from './raw-client.js';

test('prints how to reach the vault and a workflow that names what it holds', async () => {
  const lines: string[] = [];
  const { vault, stop } = await demonstrate(['--dialect', 'api'], (line) => lines.push(line));
  const caFile = lines.find((line) => line.startsWith('CA certificate:'))?.split(/\s+/)[2] ?? '';
  expect(readFileSync(caFile, 'utf8')).toBe(vault.caCertificate);
  const { clientId, clientSecret } = vault.clients.ci;
  expect(lines).toEqual(
    expect.arrayContaining([`Client id:      ${clientId}`, `Client secret:  ${clientSecret}`]),
  );
  expect(lines).toContain(`  export SENHASEGURA_URL=${vault.url} SENHASEGURA_CLIENT_ID=${clientId}`);
  const yaml = lines.slice(lines.indexOf('on: workflow_dispatch'), lines.indexOf('      - run: ./deploy.sh'));
  const [step] = parse(yaml.join('\n')).jobs.deploy.steps;
  expect(step.with).toMatchObject({ url: vault.url, credentials: '94 > DEPLOY_PASSWORD\n' });
  // The authorization reads its secrets itself, as one does that is made as the documents say.
  expect(Object.keys(step.with)).not.toContain('application');
  for (const [, identity = '', label = ''] of step.with.secrets.matchAll(/^([^/]+)\/(\S+) >/gm)) {
    expect(vault.value(identity, label)).not.toBeNull();
  }
  await stop();
  expect(existsSync(caFile)).toBe(false);
});

test('logs requests and custody by name, never a secret', async () => {
  const lines: string[] = [];
  const { vault, stop } = await demonstrate([], (line) => lines.push(line));
  const from = lines.length;
  const token = await tokenFor(vault, vault.clients.ci);
  await ask(vault, 'GET', '/iso/pam/credential/94', { token });
  await ask(vault, 'DELETE', '/iso/pam/credential/custody/95', { token });
  await vault.settled();
  const log = lines.slice(from).map((line) => line.slice('00:00:00 '.length));
  expect(log).toEqual([
    'POST /iso/oauth2/token ci 200',
    'custody of 94 taken by ci',
    'GET /iso/pam/credential/94 ci 200',
    'DELETE /iso/pam/credential/custody/95 ci 400 1018',
  ]);
  for (const secret of vault.secretValues()) expect(log.join('\n')).not.toContain(secret);
  await stop();
});

test('says which port is in use, and what to do', async () => {
  const first = await demonstrate([], () => undefined);
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    const { port } = new URL(first.vault.url);
    expect(await runVault(['--port', port])).toBe(undefined);
    expect(said.mock.calls).toEqual([
      [`Port ${port} is in use. Write another one, or leave out --port for any that is free.`],
    ]);
    expect(process.exitCode).toBe(1);
  } finally {
    process.exitCode = undefined;
    said.mockRestore();
    await first.stop();
  }
});

test('logs how many leases are held', async () => {
  const lines: string[] = [];
  const { vault, stop } = await demonstrate(['--dialect', 'api'], (line) => lines.push(line));
  expect(lines).toContain('  billing/db: hostname USERNAME PASSWORD ip TTL (dynamic)');
  const token = await tokenFor(vault, vault.clients.ci);
  const names = { pod_name: 'web-7', deploy: 'web', namespace: 'shop' };
  const [provision, deprovision] = ['/iso/coe/dapp/provision', '/iso/coe/dapp/deprovision'];
  await ask(vault, 'POST', provision, { token, form: { ...names, identity: 'billing/db' } });
  await ask(vault, 'POST', deprovision, { token, form: { ...names, secret_id: '301' } });
  await vault.settled();
  const log = lines.join('\n');
  expect(log).toMatch(
    / lease of billing\/db provisioned by ci, 1 held\n.* lease of billing\/db deprovisioned by ci, 0 held/s,
  );
  for (const secret of vault.secretValues())
    if (secret.startsWith('leased-')) expect(log).not.toContain(secret);
  await stop();
});

test('rejects an option it does not know', async () => {
  await expect(demonstrate(['--dialect', 'v9'], () => undefined)).rejects.toThrow(/write iso, api or coe/);
  await expect(demonstrate(['--port', 'x'], () => undefined)).rejects.toThrow(/65535/);
});

describe('npm run vault', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  /** What it prints, and its exit code, where it starts no vault. */
  async function ended(...args: string[]): Promise<{ out: string; err: string; code: unknown }> {
    const out = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const err = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(await runVault(args)).toBeUndefined();
    return { out: out.mock.calls.join('\n'), err: err.mock.calls.join('\n'), code: process.exitCode };
  }

  test('lists its flags with --help', async () => {
    const { out, err, code } = await ended('--help');
    expect([err, code]).toEqual(['', undefined]);
    for (const flag of ['--port', '--host', '--dialect', '--tls']) expect(out).toContain(flag);
  });

  test.each([
    ['--oidc', 'which it does not know'],
    ['--tls=maybe', 'whose value it does not accept'],
    ['--port', 'which has no value'],
  ])('names %s, %s, and lists its flags', async (word) => {
    const { out, err, code } = await ended(word);
    expect([out, code]).toEqual(['', 2]);
    expect(err.split('\n')[0]).toContain(word.split('=')[0]);
    expect(err).toContain('--dialect NAME');
  });
});
