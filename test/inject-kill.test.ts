import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
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
import { ACTION, Job, type StepResult } from './support/runner.js';
import { startVault, type Vault } from './vault/index.js';

const FILES: Readonly<Record<string, string>> = {
  'config/app.yaml': 'database:\n  password: changeme # rotate\n',
  'db.toml': '[database]\r\npassword = "x"\r\n',
  'a.json': '{ "a": "old" }',
};
const WANTED = {
  inject:
    '94 > config/app.yaml#/database/password\npostgres/PASSWORD > a.json#/a\n95 > db.toml#/database/password',
  secrets: 'postgres/PASSWORD > path:DB',
};
const CALL_HOOK = ['--import', join(ACTION, 'test/support/kill-at-call.mjs')];

type Kill = (inputs: Record<string, string>, job: Job) => Promise<StepResult>;

/** Main is killed, then post runs: what is left of secrets, and which files are not as they were. */
async function killMain(at: number, main: Kill, restore: string): Promise<Ending> {
  const vault = await startVault({ dialect: 'api' });
  const job = new Job();
  try {
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(job.workspace, name)), { recursive: true });
      writeFileSync(join(job.workspace, name), text);
    }
    const killed = await main(inputsFor(vault, { ...WANTED, 'inject-restore': restore }), job);
    const post = await job.post({});
    if (post.code !== 0 || post.stderr !== '')
      throw new Error(`kill ${at}: post failed\n${post.log}${post.stderr}`);
    return await endingOf({ at, signal: killed.signal }, vault, {
      files: () => job.leftBehind(),
      traces: () => (killed.signal === null ? [] : tracesIn(job, vault)),
    });
  } finally {
    job.close();
    await vault.close();
  }
}

function tracesIn(job: Job, vault: Vault): string[] {
  const changed = Object.entries(FILES).filter(
    ([name, text]) => readFileSync(join(job.workspace, name), 'utf8') !== text,
  );
  const known = ['a.json', 'app.yaml', 'config', 'db.toml'];
  const beside = readdirSync(job.workspace, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !known.includes(name.split('/').at(-1) ?? ''),
  );
  // A folder that was made just before the kill is empty, and the runner removes it.
  const kept = readdirSync(job.temp, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !/^segura-secrets-(?:uses|\w{6}$)/.test(name),
  );
  return [
    ...changed.map(([name]) => name),
    ...beside,
    ...kept,
    ...(vault.custodies().length > 0 ? ['custody'] : []),
  ];
}

async function countOf(flags: readonly string[], env: Record<string, string>): Promise<number> {
  let count = 0;
  await killMain(
    0,
    async (inputs, job) => {
      const file = join(job.folder, 'count');
      const ended = await job.main(inputs, { env: { ...env, KILL_COUNT_FILE: file }, nodeFlags: flags });
      if (ended.code !== 0) throw new Error(`main ended with ${ended.code}\n${ended.log}`);
      count = Number(readFileSync(file, 'utf8'));
      return ended;
    },
    'true',
  );
  return count;
}

describe.concurrent('when main is killed while it puts values into files', () => {
  test('at any await, every file has its old bytes after post, and nothing is left', {
    timeout: killingMs(1_800_000),
  }, async () => {
    const count = await countOf(KILL_HOOK, { KILL_AT: '0' });
    expect(count).toBeGreaterThan(100);
    const { killed, kills, withCustody, bad } = await killAtEach(samplePoints(count, SAMPLE), (at) =>
      killMain(
        at,
        (inputs, job) => job.main(inputs, { env: { KILL_AT: String(at) }, nodeFlags: KILL_HOOK }),
        'true',
      ),
    );
    expect(killed).toBeGreaterThan(kills * 0.9);
    expect(withCustody).toBeGreaterThan(kills / 5);
    expect(bad).toEqual([]);
  });

  test.each(['true', 'false'])(
    'before any call to the disk, with inject-restore %s',
    { timeout: killingMs(1_800_000) },
    async (restore) => {
      const count = await countOf(CALL_HOOK, { KILL_AT_CALL: '-1' });
      expect(count).toBeGreaterThan(40);
      const points = samplePoints(count, SAMPLE / 2);
      const { killed, kills, bad } = await killAtEach(points, (at) =>
        killMain(
          at,
          (inputs, job) => job.main(inputs, { env: { KILL_AT_CALL: String(at - 1) }, nodeFlags: CALL_HOOK }),
          restore,
        ),
      );
      expect(killed).toBeGreaterThan(kills * 0.9);
      expect(bad).toEqual([]);
    },
  );
});
