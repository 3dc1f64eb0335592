import { onTestFinished } from 'vitest';
import type { VaultOptions } from '../vault/index.js';
import { Job } from './runner.js';
import { type OpenWay, openWay, type Way } from './ways.js';

/** A vault and a job that logs in to it in one way, both closed when the test ends. */
export async function started(way: Way, options: VaultOptions = {}): Promise<OpenWay & { job: Job }> {
  const open = await openWay(way, options);
  const job = new Job();
  onTestFinished(async () => {
    job.close();
    await open.close();
  });
  return { ...open, job };
}
