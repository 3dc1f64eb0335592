import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Desk, Ended } from '../../support/command-line.js';
import { deskAt } from '../../support/desk-fixture.js';
import { addDynamic, held } from '../../support/dynamic.js';
import { filesWith, longSecretsOf } from '../../support/secret-files.js';
import type { Vault } from '../../vault/index.js';
import { openVault } from '../../vault/vault-fixture.js';

let vault: Vault;
let desk: Desk;

async function opened(dialect: 'api' | 'iso' | 'coe'): Promise<void> {
  vault = await openVault({ dialect });
  addDynamic(vault);
  desk = deskAt(vault);
}

beforeEach(() => opened('api'));

const jsonOf = (ended: Ended) => JSON.parse(ended.stdout.toString());

describe.each(['api', 'iso', 'coe'] as const)('in the dialect %s', (dialect) => {
  beforeEach(() => opened(dialect));

  test('provision prints what it made without values, and a command that ends it', async () => {
    const made = await desk.run(['provision', 'app/db', '--yes', '--output', 'json']);
    const [lease] = vault.leases();
    expect(made.code, made.stderr).toBe(0);
    expect(jsonOf(made)).toMatchObject({
      identity: 'app/db',
      secret_id: '301',
      pod_name: lease?.pod,
      ends: expect.stringMatching(/^20\S+Z$/),
      fields: ['hostname', 'USERNAME', 'PASSWORD', 'ip', 'TTL'],
    });
    expect(`${made.stdout}${made.stderr}`).not.toContain(lease?.password);
    expect(filesWith(longSecretsOf(vault), desk.files())).toEqual([]);
    expect(desk.files()).toEqual([]);
    const [, command = ''] = /to end it, run: segura-secrets (.*)/.exec(made.stderr) ?? [];
    const ended = await desk.run([...command.split(' '), '--yes', '--output', 'json']);
    expect([ended.code, held(vault)], ended.stderr).toEqual([0, []]);
    expect(jsonOf(ended)).toMatchObject({ identity: 'app/db', outcome: 'ended' });
    const again = await desk.run([...command.split(' '), '--yes', '--output', 'json']);
    expect([again.code, jsonOf(again).outcome]).toEqual([0, 'not provisioned']);
  });
});

test('provision --reveal prints the values of the lease, and --state lets release end it', async () => {
  const made = await desk.run([
    'provision',
    'app/db',
    '--reveal',
    '--yes',
    '--state',
    'state',
    '--output',
    'json',
  ]);
  const [lease] = vault.leases();
  expect(jsonOf(made).values).toMatchObject({ USERNAME: lease?.username, PASSWORD: lease?.password });
  expect(made.stderr).toContain('to end it, run: segura-secrets release --state state\n');
  expect(made.stderr).not.toContain(lease?.password);
  const released = await desk.run(['release', '--state', 'state']);
  expect([released.code, held(vault)], released.stderr).toEqual([0, []]);
});

test('the pod, deploy and namespace of a container name the lease', async () => {
  const names = ['--pod-name', 'web-7', '--deploy', 'web', '--namespace', 'shop'];
  await desk.run(['provision', 'app/db', ...names, '--yes']);
  await desk.run(['provision', 'app/db', '--pod-name', 'web-8', '--yes']);
  expect(vault.leases()).toMatchObject([
    { pod: 'web-7', deploy: 'web', namespace: 'shop' },
    { pod: 'web-8', deploy: 'segura-secrets', namespace: 'segura-secrets' },
  ]);
  const ended = await desk.run(['deprovision', 'app/db', ...names, '--yes']);
  expect([ended.code, held(vault)], ended.stderr).toEqual([0, ['app/db for web-8']]);
});

test('--dry-run says what would be sent, and each change is one line of the audit', async () => {
  const dry = await desk.run(['provision', 'app/db', '--dry-run']);
  expect(dry.stdout.toString()).toMatch(
    /POST +\/iso\/coe\/dapp\/provision +identity, pod_name, deploy, namespace/,
  );
  const none = await desk.run(['deprovision', 'app/db', '--pod-name', 'x', '--dry-run']);
  expect(none.stdout.toString()).toMatch(/deprovision +pod_name, deploy, namespace, secret_id/);
  expect(vault.everLeased()).toEqual([]);
  const file = ['--audit-file', 'audit', '--yes'];
  await desk.run(['provision', 'app/db', '--pod-name', 'x', ...file]);
  await desk.run(['deprovision', 'app/db', '--pod-name', 'x', ...file]);
  const lines = readFileSync(join(desk.folder, 'audit'), 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { change: 'provision', target: 'app/db', outcome: 'done', versionAfter: '3' },
    { change: 'deprovision', target: 'app/db', outcome: 'done' },
  ]);
});

test.each([
  [['provision', 'app/db'], 1, 'NOT_CONFIRMED'],
  [['provision'], 2, 'needs the identity of one dynamic secret'],
  [['provision', 'app/dbs', '--yes'], 5, 'Did you mean segura-secrets provision app/db?'],
  [['provision', 'postgres', '--yes'], 1, 'PROVISION_REFUSED'],
  [['provision', 'app/db', '--reveal'], 2, 'standard output is not a terminal'],
  [['provision', 'app/db', '--pod-name', ' ', '--yes'], 2, 'Write --pod-name NAME, or leave it out.'],
  [['deprovision', 'app/db', '--yes'], 2, 'needs the pod name'],
  [['deprovision', 'app/dbs', '--pod-name', 'x', '--yes'], 5, 'Did you mean app/db?'],
  [['provision', 'app/db', '--yes', '-a', 'x'], 2, 'has no option -a'],
] as const)('%j makes nothing, and says what is wrong', async (words, code, text) => {
  const ended = await desk.run(words);
  expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(text)]);
  expect([vault.everLeased(), desk.files()]).toEqual([[], []]);
});

test('a signal while it provisions ends the lease', async () => {
  vault.faults.add({
    match: { path: '/iso/coe/dapp/provision' },
    times: 1,
    fault: { kind: 'delayReply', ms: 1_000 },
  });
  const running = desk.run(['provision', 'app/db', '--yes'], {
    onStart: (pid) => {
      const wait = setInterval(() => {
        if (vault.everLeased().length === 0) return;
        clearInterval(wait);
        process.kill(pid, 'SIGTERM');
      }, 10);
    },
  });
  const ended = await running;
  await vault.settled();
  expect([ended.code, ended.signal, held(vault)], ended.stderr).toEqual([null, 'SIGTERM', []]);
});

test('what an older vault provisions besides is named, with the command that ends it', async () => {
  vault = await openVault({ dialect: 'iso', provisionChooses: false });
  addDynamic(vault);
  desk = deskAt(vault);
  const made = await desk.run(['provision', 'app/db', '--pod-name', 'x', '--yes']);
  expect([made.code, held(vault)], made.stderr).toEqual([0, ['app/db for x', 'app/queue for x']]);
  for (const [, command = ''] of made.stderr.matchAll(/run: segura-secrets (deprovision .*)/g))
    expect((await desk.run([...command.split(' '), '--yes'])).code).toBe(0);
  expect(held(vault)).toEqual([]);
});
