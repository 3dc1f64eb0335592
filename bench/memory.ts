import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputsFor } from '../test/support/inputs.js';
import { ACTION, Job } from '../test/support/runner.js';
import { startVault } from '../test/vault/index.js';
import { interleave, type Line, median, told } from './figures.js';
import { FLOWS } from './flows.js';
import { runNode } from './process.js';

const PRELOAD = ['--import', join(ACTION, 'bench/peak-memory.mjs')];

/** Peak of resident memory of main that stops at a missing input and of one that fetches, beside node doing nothing. */
export async function measureMemory(rounds: number): Promise<Line[]> {
  const vault = await startVault({ dialect: 'api' });
  const job = new Job();
  const file = join(job.folder, 'peak');
  const env = { PEAK_MEMORY_FILE: file };
  const peaks = { bare: [] as number[], stop: [] as number[], fetch: [] as number[] };
  const note = (list: number[]): void => {
    list.push(Number(readFileSync(file, 'utf8')) / 1_024);
  };
  const wanted = FLOWS[0]?.wanted ?? {};
  try {
    await interleave(rounds, [
      async () => {
        await runNode([...PRELOAD, '-e', '0'], env);
        note(peaks.bare);
      },
      async () => {
        await runNode([...PRELOAD, join(ACTION, 'dist/main.js')], env);
        note(peaks.stop);
      },
      async () => {
        const { code, log } = await job.main(inputsFor(vault, wanted), { env, nodeFlags: PRELOAD });
        if (code !== 0) throw new Error(log);
        note(peaks.fetch);
      },
    ]);
  } finally {
    job.close();
    await vault.close();
  }
  const line = (what: string, list: readonly number[]): Line =>
    told(
      what,
      `${median(list).toFixed(1)} MiB`,
      `${(median(list) / median(peaks.bare)).toFixed(2)} of node -e 0`,
    );
  return [
    line('node -e 0', peaks.bare),
    line('main, a missing input', peaks.stop),
    line('main, DSM', peaks.fetch),
  ];
}
