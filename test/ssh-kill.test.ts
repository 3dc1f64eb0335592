import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { KILL_HOOK, killingMs, samplePoints } from './support/kills.js';
import { Job } from './support/runner.js';
import { lacks } from './support/skips.js';
import { leftIn, PASSPHRASE } from './support/ssh-job.js';
import { Agent, agentsBelow, hasSsh, type KeyPair, makeKey, storeKey } from './support/sshd.js';
import { startVault } from './vault/index.js';

const KILLS = Number(process.env['SEGURA_TEST_KILLS'] ?? 60);

interface Killed {
  readonly at: number;
  readonly isKilled: boolean;
  /** What was there when main was killed: an agent, or a key in that of the job. */
  readonly hadKeys: boolean;
  readonly left: readonly string[];
  /** The awaits of a main that was not killed. */
  readonly count: number;
}

/** Main is killed at one of its awaits, then post runs; with 0 it is not. `agent`: the one that the job has. */
async function killAt(at: number, keys: readonly KeyPair[], agent?: Agent): Promise<Killed> {
  const vault = await startVault({ dialect: 'api' });
  const job = new Job();
  try {
    for (const [index, pair] of keys.entries())
      storeKey(vault, 200 + index, pair, index === 0 ? null : PASSPHRASE);
    const before = agent?.keys() ?? [];
    const counted = join(job.folder, 'count');
    const ofJob = agent === undefined ? {} : { SSH_AUTH_SOCK: agent.socket };
    // Keys are the work of code that is loaded from a second file.
    const env = { ...ofJob, KILL_AT: String(at), KILL_IN: 'dist/main', KILL_COUNT_FILE: counted };
    const wanted = {
      'ssh-keys': '200 > ssh-agent:, file:deploy\n201 > ssh-agent:git@git.example.com:owner/repo, path:KEY',
      'known-hosts': 'git.example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA',
      credentials: '94 > PASSWORD',
    };
    const main = await job.main(inputsFor(vault, wanted), { env, nodeFlags: KILL_HOOK });
    const hadKeys =
      agent === undefined ? agentsBelow(job.folder).length > 0 : agent.keys().length > before.length;
    const post = await job.post({}, { env: ofJob });
    await vault.settled();
    const texts = keys.flatMap(({ privateKey }) =>
      privateKey
        .split('\n')
        .filter((line) => line.length >= 60)
        .slice(-1),
    );
    const left = [
      ...agentsBelow(job.folder),
      ...leftIn(job),
      ...job
        .leftBehind()
        .filter(({ bytes }) => texts.some((text) => bytes.includes(text)))
        .map(({ path }) => path),
      ...vault.custodies().map(({ credentialId }) => `custody of ${credentialId}`),
      ...(agent === undefined || agent.keys().join() === before.join() ? [] : agent.keys()),
      ...(post.code === 0 ? [] : [post.log]),
    ];
    const count = at === 0 ? Number(readFileSync(counted, 'utf8')) : 0;
    return { at, isKilled: main.signal === 'SIGKILL', hadKeys, left, count };
  } finally {
    job.close();
    await vault.close();
  }
}

describe.skipIf(lacks('sshd', hasSsh))('when main is killed at an await', () => {
  test.each(['of its own', 'of the job'])(
    'post leaves no key in the agent %s, no agent and no file',
    {
      timeout: killingMs(1_800_000),
    },
    async (which) => {
      const keys = [makeKey('ed25519', 'RFC4716'), makeKey('ecdsa', 'PEM', PASSPHRASE)];
      const { count } = await killAt(0, keys);
      expect(count).toBeGreaterThan(100);
      const agent = which === 'of the job' ? await new Agent().ready() : undefined;
      onTestFinished(async () => agent?.close());
      agent?.add(makeKey('ed25519', 'RFC4716').privateKey);
      const endings: Killed[] = [];
      const points = samplePoints(count, KILLS);
      // One after the other where an agent is shared, else several at a time.
      const workers = Array.from({ length: agent === undefined ? 6 : 1 }, async () => {
        for (let at = points.pop(); at !== undefined; at = points.pop())
          endings.push(await killAt(at, keys, agent));
      });
      await Promise.all(workers);
      const withKeys = endings.filter(({ hadKeys }) => hadKeys).length;
      console.log(endings.length, 'kills;', withKeys, 'with keys in the agent');
      expect(endings.filter(({ isKilled }) => isKilled).length).toBeGreaterThan(endings.length * 0.9);
      expect(withKeys).toBeGreaterThan(3);
      expect(endings.filter(({ left }) => left.length > 0)).toEqual([]);
    },
  );
});
