import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import {
  type Ending,
  endingOf,
  KILL_HOOK,
  killAtEach,
  killingMs,
  SAMPLE,
  samplePoints,
} from './support/kills.js';
import { Job } from './support/runner.js';
import { startVault, type Vault } from './vault/index.js';

const WANTED = {
  templates: 'a.yaml.liquid > a.yaml\nb.liquid > b.json\nc.liquid > c.txt',
  inject: 'postgres/PASSWORD > d.json#/d',
};
const OLD = { 'b.json': '{"old": true}\n', 'd.json': '{"d": ""}\n' };

/** A job with templates, files that are there, and one that gets a value at a place. */
async function withJob<T>(operation: (job: Job, vault: Vault) => Promise<T>): Promise<T> {
  const vault = await startVault({ dialect: 'api' });
  const job = new Job();
  const files = {
    ...OLD,
    'a.yaml.liquid': 'a: {{ "94" | credential }}\n',
    'b.liquid': '{"b": {{ "94" | credential | base64 }}}',
    'c.liquid': '{{ "postgres/PASSWORD" | secret }}',
  };
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(job.workspace, name), text);
    return await operation(job, vault);
  } finally {
    job.close();
    await vault.close();
  }
}

async function killAt(at: number): Promise<Ending> {
  return withJob(async (job, vault) => {
    const main = await job.main(inputsFor(vault, WANTED), {
      env: { KILL_AT: String(at) },
      nodeFlags: KILL_HOOK,
    });
    const post = await job.post({});
    if (post.code !== 0) throw new Error(`kill ${at}: post ended with ${post.code}\n${post.log}`);
    const read = (name: string): string => readFileSync(join(job.workspace, name), 'utf8');
    return endingOf({ at, signal: main.signal }, vault, {
      files: () => job.leftBehind(),
      traces: () => [
        ...Object.entries(OLD).flatMap(([name, text]) => (read(name) === text ? [] : [`${name} is another`])),
        // A file that was made and not yet recorded is empty.
        ...['a.yaml', 'c.txt'].flatMap((name) =>
          existsSync(join(job.workspace, name)) && read(name) !== '' ? [`${name} is there`] : [],
        ),
      ],
    });
  });
}

test('when main is killed at any await, post leaves no secret in a file, and each file as it was', {
  timeout: killingMs(1_800_000),
}, async () => {
  const count = await withJob(async (job, vault) => {
    const file = join(job.folder, 'count');
    const ended = await job.main(inputsFor(vault, WANTED), {
      env: { KILL_AT: '0', KILL_COUNT_FILE: file },
      nodeFlags: KILL_HOOK,
    });
    expect(ended.code, ended.log).toBe(0);
    return Number(readFileSync(file, 'utf8'));
  });
  expect(count).toBeGreaterThan(100);
  const { kills, killed, bad } = await killAtEach(samplePoints(count, SAMPLE), killAt);
  expect(killed).toBeGreaterThan(kills * 0.8);
  expect(bad).toEqual([]);
});
