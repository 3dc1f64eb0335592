import { beforeEach, describe, expect, test } from 'vitest';
import type { Desk, Ended } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import type { Fault, Vault } from '../vault/index.js';

const WAITS = 'stopping: waiting to learn whether custody of 94 was taken, to release it';
let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
});

/** A fetch that gets a signal while the vault works on its read of a credential. */
async function stopped(fault: Fault, ...args: string[]): Promise<Ended & { afterMs: number }> {
  vault.faults.add({ match: { method: 'GET', path: /credential\/94/ }, fault });
  let atMs = 0;
  const ended = await desk.run(args, {
    realWaits: fault.kind === 'lateCustody',
    onStart: (pid) => {
      const looking = setInterval(() => {
        if (!vault.journal.requests.some(({ path }) => path.includes('credential/94'))) return;
        clearInterval(looking);
        setTimeout(() => {
          atMs = performance.now();
          process.kill(pid, 'SIGINT');
        }, 100);
      }, 5);
    },
  });
  return { ...ended, afterMs: performance.now() - atMs };
}

const COMMANDS = [
  ['export', '--format', 'json', '--credentials', '94 > A', '--state', 'state'],
  ['exec', '--credentials', '94 > A', '--', 'echo', 'ran'],
];

describe('a signal while a credential is read', () => {
  test.each(COMMANDS)('waits for the reply, and releases at once what it took: %s', async (...args) => {
    const ended = await stopped({ kind: 'delayReply', ms: 1_000 }, ...args);
    expect([ended.signal, ended.stdout.length], ended.stderr).toEqual(['SIGINT', 0]);
    expect(ended.stderr).toContain(WAITS);
    expect(ended.stderr).toContain('released custody of 94');
    expect([vault.everTaken(), vault.custodies()]).toEqual([['94'], []]);
    // Once: what may have been taken late is released again after a while.
    expect(vault.journal.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
  });

  test('stops waiting for a reply that does not come, and releases custody that was taken late', async () => {
    const [args = []] = COMMANDS;
    const ended = await stopped({ kind: 'lateCustody', ms: 3_500 }, ...args, '--quiet');
    await vault.settled();
    expect(ended.signal, ended.stderr).toBe('SIGINT');
    expect(ended.stderr.split(WAITS)).toHaveLength(2);
    expect([vault.everTaken(), vault.custodies()]).toEqual([['94'], []]);
  });

  test('takes nothing new, and prints nothing under --quiet when the release is quick', async () => {
    const [args = []] = COMMANDS;
    const words = args.map((word) => (word === '94 > A' ? '94 > A\n95 > B' : word));
    const ended = await stopped({ kind: 'delayReply', ms: 500 }, ...words, '--quiet');
    expect([ended.signal, vault.custodies()], ended.stderr).toEqual(['SIGINT', []]);
    expect(ended.stderr).not.toContain('stopping');
  });
});

test('a fetch that fails under a read without an answer says what it waits for', async () => {
  vault.faults.add({
    match: { method: 'GET', path: /credential\/94/ },
    fault: { kind: 'lateCustody', ms: 2_000 },
  });
  const [args = []] = COMMANDS;
  const ended = await desk.run([...args, '--quiet', '--timeout', '1', '--retries', '0'], { realWaits: true });
  await vault.settled();
  expect([ended.code, vault.custodies()], ended.stderr).toEqual([3, []]);
  expect(ended.stderr).toContain('still releasing custody: ');
});
