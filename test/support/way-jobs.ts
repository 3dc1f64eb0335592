import { readdirSync } from 'node:fs';
import type { VaultOptions } from '../vault/index.js';
import { formsIn } from './encodings.js';
import { Job, type StepResult } from './runner.js';
import { type OpenWay, openWay, type Way, type WayParts } from './ways.js';

export interface WayJob extends OpenWay {
  readonly job: Job;
  /** Main with the login of the way, and what it asks for beside that. */
  main(wanted: Readonly<Record<string, string>>, options?: Parameters<Job['main']>[1]): Promise<StepResult>;
  /** As nested composite actions run it: with the inputs of another action. */
  post(options?: Parameters<Job['post']>[1]): Promise<StepResult>;
}

/** A job that logs in by one way, and its vault; both closed when `deed` has ended. */
export async function withWay<T>(
  way: Way,
  deed: (wayJob: WayJob) => Promise<T>,
  { shared, options = {} }: { readonly shared?: WayParts | undefined; readonly options?: VaultOptions } = {},
): Promise<T> {
  const open = await openWay(way, options, shared);
  const job = new Job();
  try {
    return await deed({
      ...open,
      job,
      main: (wanted, more = {}) =>
        job.main({ ...open.inputs, ...wanted }, { ...more, env: { ...open.env, ...more.env } }),
      post: (more = {}) =>
        job.post({ url: 'https://elsewhere.example' }, { ...more, env: { ...open.env, ...more.env } }),
    });
  } finally {
    job.close();
    await open.close();
  }
}

/** The files that the action keeps for itself, such as the key of the login that stands in the state. */
export function ownFiles(job: Job): string[] {
  return readdirSync(job.temp).filter((name) => /^segura-secrets-(?:key|ca)-/.test(name));
}

/** All of standard output but the masks themselves, and all of standard error, as they left the process. */
export function rawOutput({ stdout, stderr }: StepResult): Buffer {
  const lines = stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  return Buffer.from(`${lines.join('\n')}\n${stderr}`);
}

/** The forms of secrets that the steps print, before any mask is applied. */
export function shownBy(steps: readonly StepResult[], secrets: readonly string[]): string[] {
  return steps.flatMap((step) => formsIn(rawOutput(step), secrets));
}
