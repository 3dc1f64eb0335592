import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Desk, Ended } from '../../support/command-line.js';
import { deskAt } from '../../support/desk-fixture.js';
import { NASTY } from '../../support/nasty.js';
import type { Vault } from '../../vault/index.js';
import { openVault } from '../../vault/vault-fixture.js';

let vault: Vault;
let desk: Desk;

const info = (...args: string[]): Promise<Ended> => desk.run(['info', ...args]);
const posts = () =>
  vault.journal.requests.filter(({ method, path }) => method === 'POST' && /info/.test(path));

async function open(dialect: 'api' | 'iso'): Promise<void> {
  vault = await openVault({ dialect, isoPamKept: false });
  desk = deskAt(vault);
  writeFileSync(join(desk.folder, 'content'), NASTY.INJECTION);
  writeFileSync(join(desk.folder, 'other'), 'other');
}

beforeEach(() => open('api'));

test.each(['api', 'iso'] as const)(
  'info creates, shows and disables protected information, byte for byte and without its content, in the dialect %s',
  async (dialect) => {
    await open(dialect);
    const dry = await info('put', 'saas', '--content', '@content', '--dry-run');
    expect(dry.stdout.toString()).toMatch(/^POST +\/iso\/pam\/info +name, identifier, type, content$/m);
    expect(posts()).toEqual([]);
    const made = await info('put', 'saas', '--content', '@content', '--title', 'SaaS', '--yes');
    expect([made.code, made.stdout.toString()], made.stderr).toEqual([
      0,
      'ID  IDENTIFIER  OUTCOME\n1   saas        created\n',
    ]);
    expect(made.stderr).toMatch(/audit: info\.put 1 by client \w+: done, request id none/);
    const stored = { name: 'SaaS', identifier: 'saas', type: 'Access credential', content: NASTY.INJECTION };
    expect(vault.data.information).toMatchObject([stored]);
    const again = await info('put', 'saas', '--content', '@content');
    expect(again.stdout.toString()).toMatch(/^1 +saas +unchanged$/m);
    const shown = await info('show', 'saas');
    expect(shown.stdout.toString()).toMatch(/^content +\(not shown\)$/m);
    const revealed = await info('show', '1', '--reveal', '--yes', '--output', 'json');
    expect(JSON.parse(revealed.stdout.toString())).toEqual({
      ...{ id: '1', identifier: 'saas', type: 'Access credential', content: NASTY.INJECTION },
    });
    for (const { stdout, stderr } of [dry, made, again, shown])
      expect(stdout.toString() + stderr).not.toContain('LD_PRELOAD');
    expect((await info('disable', '1', '--yes')).stdout.toString()).toMatch(/^1 +disabled$/m);
    expect((await info('disable', '1', '--yes')).stdout.toString()).toMatch(/^1 +unchanged$/m);
    const gone = await info('show', '1');
    expect([gone.code, gone.stderr.includes('is disabled in the vault (code 1024)')]).toEqual([5, true]);
  },
);

test('info put changes none that is there, and says how to replace it', async () => {
  await info('put', 'saas', '--content', '@content', '--yes');
  const other = await info('put', 'saas', '--content', '@other', '--yes');
  expect([other.code, other.stderr.includes('CHANGE_REFUSED')]).toEqual([1, true]);
  expect(other.stderr).toContain('segura-secrets info disable 1');
  await info('disable', '1', '--yes');
  const next = await info('put', 'saas', '--content', '@other', '--yes');
  expect(next.stdout.toString(), next.stderr).toMatch(/^2 +saas +created$/m);
});

test('info put finds out by reading what became of a creation whose answer was lost', async () => {
  vault.faults.add({ match: { method: 'POST', path: '/iso/pam/info' }, fault: { kind: 'resetAfter' } });
  const ended = await info('put', 'saas', '--content', '@content', '--yes');
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stderr).toContain('All the same');
  vault.faults.add({ match: { method: 'POST', path: '/iso/pam/info' }, fault: { kind: 'reset' } });
  const lost = await info('put', 'more', '--content', '@content', '--yes');
  expect([lost.code, lost.stderr.includes('CHANGE_UNCERTAIN')]).toEqual([1, true]);
  expect(posts().length).toBe(2);
});

test('info names what is not there, and takes no value as an argument', async () => {
  const missing = await info('show', '28');
  expect([missing.code, missing.stderr.includes('ITEM_NOT_FOUND')]).toEqual([5, true]);
  expect((await info('disable', '28', '--yes')).code).toBe(5);
  const argument = await info('put', 'x', '--content', 'hunter2');
  expect([argument.code, argument.stderr.includes('hunter2')]).toEqual([2, false]);
  expect((await info('put', '28', '--content', '@content')).code).toBe(2);
  vault.authorization('ci').permission = 'Read-only';
  const denied = await info('put', 'x', '--content', '@content', '--yes');
  expect([denied.code, denied.stderr.includes('ACCESS_DENIED')]).toEqual([4, true]);
  expect(vault.data.information).toEqual([]);
});

test('info offers a command that a shell takes as it stands', async () => {
  vault.faults.add({ match: { method: 'POST', path: '/iso/pam/info' }, fault: { kind: 'reset' } });
  const lost = await info('put', "it's $(id)", '--content', '@content', '--yes');
  expect(lost.stderr).toContain("segura-secrets info show 'it'\\''s $(id)'");
});

test('info shows no other protected information than that of the number', async () => {
  const body = JSON.stringify({ response: { status: 200 }, info: { id: '29', tag: null, content: 'x' } });
  vault.faults.add({
    match: { method: 'GET', path: '/iso/pam/info/28' },
    fault: { kind: 'reply', status: 200, body },
  });
  const ended = await info('show', '28');
  expect([ended.code === 0, ended.stderr.includes('REPLY_MALFORMED')], ended.stderr).toEqual([false, true]);
});
