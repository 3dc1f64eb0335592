import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Desk } from '../../support/command-line.js';
import { openDesk } from '../../support/desk-fixture.js';
import type { Vault } from '../../vault/index.js';

const TRIPLE = ['-a', 'billing', '-s', 'payments', '-e', 'preview'];
let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
});

const authorizations = () => vault.data.authorizations.filter(({ environment }) => environment === 'preview');

test('application show shows the application and the identities of its secrets', async () => {
  const ended = await desk.run(['application', 'show', '--output', 'json']);
  expect(ended.code, ended.stderr).toBe(0);
  expect(JSON.parse(ended.stdout.toString())).toMatchObject({
    application: vault.data.applications[0]?.name,
    system: 'ci',
    environment: 'shared',
    client_id: vault.clients.ci.clientId,
    secrets: expect.arrayContaining(['postgres', 'staging/postgres']),
  });
});

test('application register gives the client secret only to a private file, and finds the same one again', async () => {
  const first = await desk.run(['application', 'register', ...TRIPLE, '--yes', '--secret-file', 'key']);
  expect(first.code, first.stderr).toBe(0);
  const [made] = authorizations();
  expect(readFileSync(join(desk.folder, 'key'), 'utf8')).toBe(made?.clientSecret);
  if (process.platform !== 'win32') expect(statSync(join(desk.folder, 'key')).mode & 0o777).toBe(0o600);
  expect(first.stdout.toString()).toContain(made?.clientId);
  expect(first.stdout.toString() + first.stderr).not.toContain(made?.clientSecret);
  expect(first.stderr).toContain('audit: application.register billing/payments/preview by client');
  const again = await desk.run([
    'application',
    'register',
    ...TRIPLE,
    '--yes',
    '--reveal',
    '--output',
    'json',
  ]);
  expect(JSON.parse(again.stdout.toString()).client_secret).toBe(made?.clientSecret);
  expect(authorizations()).toHaveLength(1);
});

test('application register and deactivate send nothing in a dry run', async () => {
  for (const verb of ['register', 'deactivate']) {
    const ended = await desk.run(['application', verb, ...TRIPLE, '--dry-run']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout.toString()).toMatch(/^POST +\/iso\/dapp\/Application +application, .*$/m);
  }
  expect(vault.journal.requests).toEqual([]);
});

test('application deactivate ends the authorization of the application, and no other', async () => {
  const ended = await desk.run(['application', 'deactivate', ...TRIPLE, '--yes']);
  expect(ended.code, ended.stderr).toBe(0);
  expect(authorizations().map(({ active }) => active)).toEqual([false]);
  expect(vault.authorization('ci').active).toBe(true);
  expect(ended.stderr).toContain('audit: application.deactivate');
});

test('application deactivate finds out what became of a request that is not answered', async () => {
  const match = { method: 'DELETE', path: '/iso/dapp/application/authorization' };
  vault.faults.add({ match, fault: { kind: 'resetAfter' } });
  const ended = await desk.run(['application', 'deactivate', '--yes']);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stderr).toContain('done');
  expect(vault.authorization('ci').active).toBe(false);
});
