import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { describe, expect, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { ACTION, Job } from './support/runner.js';
import { type Fault, startVault } from './vault/index.js';

/**
 * Main is killed with SIGKILL at every await of its own code, where it begins and where it goes on; then post runs.
 * Every run is for itself, so that many can wait at once.
 */
const HOOK = ['--import', join(ACTION, 'test/support/kill-hook.mjs')];
const WANTED = {
  secrets: 'postgres/PASSWORD > DB_PASSWORD',
  credentials: '94 > DEPLOY\nroot@web-01 > path:ROOT\n96/* > READER_*',
};
const AT_ONCE = 16;

interface Ending {
  readonly at: number;
  readonly killed: boolean;
  readonly taken: number;
  readonly left: number;
  readonly files: number;
}

async function killAt(at: number, read: Fault | undefined): Promise<Ending> {
  const vault = await startVault({ dialect: 'api' });
  const job = new Job();
  try {
    if (read !== undefined) {
      vault.faults.add({
        match: { method: 'GET', path: /\/pam\/credential\// },
        times: Number.POSITIVE_INFINITY,
        fault: read,
      });
    }
    const inputs = inputsFor(vault, WANTED);
    const main = await job.main(inputs, { env: { KILL_AT: String(at) }, nodeFlags: HOOK });
    const post = await job.post(inputs);
    expect(post.code, post.stdout).toBe(0);
    await vault.settled();
    const secrets = vault.secretValues().filter((value) => value.length >= 8);
    const files = job.leftBehind().filter(({ bytes }) => secrets.some((secret) => bytes.includes(secret)));
    return {
      at,
      killed: main.signal === 'SIGKILL',
      taken: vault.everTaken().length,
      left: vault.custodies().length,
      files: files.length,
    };
  } finally {
    job.close();
    await vault.close();
  }
}

async function countAwaits(): Promise<number> {
  const vault = await startVault({ dialect: 'api' });
  const job = new Job();
  try {
    const file = join(job.folder, 'count');
    const main = await job.main(inputsFor(vault, WANTED), {
      env: { KILL_AT: '0', KILL_COUNT_FILE: file },
      nodeFlags: HOOK,
    });
    expect(main.code, main.stdout).toBe(0);
    return Number(readFileSync(file, 'utf8'));
  } finally {
    job.close();
    await vault.close();
  }
}

async function killEverywhere(step: number, read?: Fault): Promise<Ending[]> {
  const count = await countAwaits();
  expect(count).toBeGreaterThan(100);
  const limit = pLimit(AT_ONCE);
  const points = Array.from({ length: Math.ceil(count / step) }, (_, index) => index * step + 1);
  return Promise.all(points.map((at) => limit(() => killAt(at, read))));
}

describe('when main is killed', () => {
  test('at every await, post leaves no custody and no file with a secret', { timeout: 600_000 }, async () => {
    const endings = await killEverywhere(1);
    console.log(
      endings.length,
      'kills;',
      endings.filter(({ taken }) => taken > 0).length,
      'with custody taken',
    );
    expect(endings.filter(({ killed }) => killed).length).toBeGreaterThan(endings.length * 0.9);
    expect(endings.filter(({ taken }) => taken > 0).length).toBeGreaterThan(20);
    expect(endings.filter(({ left, files }) => left > 0 || files > 0)).toEqual([]);
  });

  test('while the vault carries reads out late, post looks again until nothing is held', {
    timeout: 600_000,
  }, async () => {
    const endings = await killEverywhere(1, { kind: 'lateCustody', ms: 1_200 });
    expect(endings.filter(({ taken }) => taken > 0).length).toBeGreaterThan(3);
    expect(endings.filter(({ left, files }) => left > 0 || files > 0)).toEqual([]);
  });
});
