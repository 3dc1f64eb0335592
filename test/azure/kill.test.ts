import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { expect, test } from 'vitest';
import { AzureJob, azureInputsFor } from '../support/azure-job.js';
import { startAzureVault } from '../support/azure-vault.js';
import { ACTION } from '../support/runner.js';
import type { Vault } from '../vault/index.js';

/** Main is killed with SIGKILL at awaits of its bundle, the HTTP client's too; then post runs, or another try before it. */
const HOOK = ['--import', join(ACTION, 'test/support/kill-hook.mjs')];
const WANTED = {
  secrets: 'postgres/PASSWORD > DB_PASSWORD\ntls/TLS_KEY > TLS_KEY\ntls/TLS_KEY > path:TLS_FILE',
  credentials: '94 > DEPLOY\nroot@web-01 > path:ROOT\n96/* > READER_*',
  multiline: 'file',
};
const AT_ONCE = 12;
/** A new sample of the awaits each time; SEGURA_TEST_KILLS says how many, and a large number is every one. */
const SAMPLE = Number(process.env['SEGURA_TEST_KILLS'] ?? 80);

interface Ending {
  readonly at: number;
  readonly killed: boolean;
  readonly taken: number;
  readonly left: number;
  readonly files: number;
}

async function withJob<T>(deed: (job: AzureJob, vault: Vault) => Promise<T>): Promise<T> {
  const vault = await startAzureVault();
  const job = new AzureJob();
  try {
    return await deed(job, vault);
  } finally {
    job.close();
    await vault.close();
  }
}

function killAt(at: number, isTriedAgain: boolean): Promise<Ending> {
  return withJob(async (job, vault) => {
    const inputs = azureInputsFor(vault, WANTED);
    const main = await job.main(inputs, { env: { KILL_AT: String(at) }, nodeFlags: HOOK });
    if (isTriedAgain) {
      const again = await job.main(inputs);
      expect(again.result, `${at}: ${again.told}`).toBe('Succeeded');
    }
    const post = await job.post(inputs);
    expect([post.code, post.result], `${at}: ${post.told}`).toEqual([0, 'Succeeded']);
    await vault.settled();
    const secrets = vault.secretValues().filter((value) => value.length >= 8);
    return {
      at,
      killed: main.signal === 'SIGKILL',
      taken: vault.everTaken().length,
      left: vault.custodies().length,
      files: job.files().filter(({ bytes }) => secrets.some((secret) => bytes.includes(secret))).length,
    };
  });
}

test.each([
  ['post', false],
  ['another try and then post', true],
])(
  'after a kill anywhere, %s leaves no custody and no file with a secret',
  {
    timeout: 600_000,
  },
  async (_who, isTriedAgain) => {
    const count = await withJob(async (job, vault) => {
      const file = join(job.folder, 'count');
      const env = { KILL_AT: '0', KILL_COUNT_FILE: file };
      const main = await job.main(azureInputsFor(vault, WANTED), { env, nodeFlags: HOOK });
      expect(main.result, main.told).toBe('Succeeded');
      return Number(readFileSync(file, 'utf8'));
    });
    expect(count).toBeGreaterThan(100);
    const sample = isTriedAgain ? SAMPLE / 4 : SAMPLE;
    const step = Math.max(1, count / sample);
    const offset = Math.random() * step;
    const points = Array.from({ length: Math.min(count, sample) }, (_, index) =>
      Math.ceil(offset + index * step),
    );
    const limit = pLimit(AT_ONCE);
    const endings = await Promise.all(points.map((at) => limit(() => killAt(at, isTriedAgain))));
    console.log(count, 'awaits;', endings.filter(({ taken }) => taken > 0).length, 'with custody taken');
    expect(endings.filter(({ killed }) => killed).length).toBeGreaterThan(endings.length * 0.8);
    expect(endings.filter(({ taken }) => taken > 0).length).toBeGreaterThan(points.length / 4);
    expect(endings.filter(({ left, files }) => left > 0 || files > 0)).toEqual([]);
  },
);
