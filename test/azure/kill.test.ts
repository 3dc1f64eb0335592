import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AzureJob, azureInputsFor } from '../support/azure-job.js';
import { startAzureVault } from '../support/azure-vault.js';
import { makeAzureParts, openAzureWay } from '../support/azure-ways.js';
import { formsIn } from '../support/encodings.js';
import {
  type Ending,
  endingOf,
  KILL_HOOK,
  killAtEach,
  killingMs,
  SAMPLE,
  samplePoints,
} from '../support/kills.js';
import { type OpenWay, WAYS, type Way, type WayParts } from '../support/ways.js';
import type { Vault } from '../vault/index.js';

/** Main is killed at awaits of its bundle, the HTTP client's too; then post runs, or another try before it. */
const WANTED = {
  secrets: 'postgres/PASSWORD > DB_PASSWORD\ntls/TLS_KEY > TLS_KEY\ntls/TLS_KEY > path:TLS_FILE',
  credentials: '94 > DEPLOY\nroot@web-01 > path:ROOT\n96/* > READER_*',
  multiline: 'file',
};

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
    const main = await job.main(inputs, { env: { KILL_AT: String(at) }, nodeFlags: KILL_HOOK });
    if (isTriedAgain) {
      const again = await job.main(inputs);
      expect(again.result, `${at}: ${again.told}`).toBe('Succeeded');
    }
    const post = await job.post(inputs);
    expect([post.code, post.result], `${at}: ${post.told}`).toEqual([0, 'Succeeded']);
    return endingOf({ at, signal: main.signal }, vault, { files: () => job.files() });
  });
}

test.each([
  ['post', false],
  ['another try and then post', true],
])(
  'after a kill anywhere, %s leaves no custody and no file with a secret',
  {
    timeout: killingMs(1_800_000),
  },
  async (_who, isTriedAgain) => {
    const count = await withJob(async (job, vault) => {
      const file = join(job.folder, 'count');
      const env = { KILL_AT: '0', KILL_COUNT_FILE: file };
      const main = await job.main(azureInputsFor(vault, WANTED), { env, nodeFlags: KILL_HOOK });
      expect(main.result, main.told).toBe('Succeeded');
      return Number(readFileSync(file, 'utf8'));
    });
    expect(count).toBeGreaterThan(100);
    const sample = isTriedAgain ? SAMPLE / 4 : SAMPLE;
    const tally = await killAtEach(samplePoints(count, sample), (at) => killAt(at, isTriedAgain));
    const { kills, killed, withCustody, bad } = tally;
    expect(killed).toBeGreaterThan(kills * 0.8);
    expect(withCustody).toBeGreaterThan(kills / 4);
    expect(bad).toEqual([]);
  },
);

async function withWay<T>(
  way: Way,
  shared: WayParts,
  deed: (job: AzureJob, open: OpenWay) => Promise<T>,
): Promise<T> {
  const open = await openAzureWay(way, {}, { shared });
  const job = new AzureJob();
  try {
    return await deed(job, open);
  } finally {
    job.close();
    await open.close();
  }
}

describe.concurrent.each(WAYS.filter((way) => way !== 'client-secret'))(
  'a task that logs in by %s',
  (way) => {
    test('leaves no custody, no file of its own and no secret after a kill and post', {
      timeout: killingMs(1_800_000),
    }, async ({ onTestFinished }) => {
      const shared = await makeAzureParts(way);
      onTestFinished(() => shared.close());
      const count = await withWay(way, shared, async (job, { inputs, env }) => {
        const file = join(job.folder, 'count');
        const counting = { ...env, KILL_AT: '0', KILL_COUNT_FILE: file };
        const main = await job.main({ ...inputs, ...WANTED }, { env: counting, nodeFlags: KILL_HOOK });
        expect(main.result, main.told).toBe('Succeeded');
        return Number(readFileSync(file, 'utf8'));
      });
      const killAtOne = (at: number): Promise<Ending> =>
        withWay(way, shared, async (job, { inputs, env, vault, hidden }) => {
          const killing = { ...env, KILL_AT: String(at) };
          const main = await job.main({ ...inputs, ...WANTED }, { env: killing, nodeFlags: KILL_HOOK });
          const post = await job.post({}, { env });
          expect([post.code, post.result], `${way} ${at}: ${post.told}`).toEqual([0, 'Succeeded']);
          return endingOf({ at, signal: main.signal }, vault, {
            files: () => job.files(),
            secrets: hidden,
            traces: () => [
              ...readdirSync(job.temp).filter((name) => /^segura-secrets-(?:key|ca)-/.test(name)),
              ...formsIn(Buffer.from(`${main.log}\n${post.log}`), hidden()),
            ],
          });
        });
      const { kills, killed, bad } = await killAtEach(
        samplePoints(count, SAMPLE / 4),
        killAtOne,
        `task, ${way}:`,
      );
      expect(killed).toBeGreaterThan(kills / 2);
      expect(bad).toEqual([]);
    });
  },
);
