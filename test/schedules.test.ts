import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { Job } from './support/runner.js';
import { filesWith, longSecretsOf } from './support/secret-files.js';
import { type Dialect, type Fault, type FaultRule, startVault } from './vault/index.js';

/** Faults that pass: a vault that is only slow, busy or cut off for a while gets everything back in the end. */
const passing = fc.constantFrom<Fault>(
  { kind: 'delay', ms: 300 },
  { kind: 'delayReply', ms: 1_400 },
  { kind: 'reset' },
  { kind: 'resetAfter' },
  { kind: 'tooManyRequests', retryAfterSeconds: 1 },
  { kind: 'tooManyRequests' },
  { kind: 'status', status: 408 },
  { kind: 'status', status: 500, handled: true },
  { kind: 'status', status: 502, handled: true },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 504, handled: true },
);

/** Faults of a read that do not pass: main has to fail, and still leave nothing held. */
const fatal = fc.constantFrom<Fault>(
  { kind: 'html', handled: true },
  { kind: 'truncated', cut: 'body' },
  { kind: 'truncated', cut: 'connection' },
  { kind: 'wrongShape', handled: true },
  { kind: 'errorWith200', handled: true },
  { kind: 'unexpectedError', handled: true },
  { kind: 'businessError', code: 1_009 },
  { kind: 'redirect', location: 'https://elsewhere.example/', handled: true },
  { kind: 'encryptionFailed' },
  { kind: 'lateCustody', ms: 900 },
  { kind: 'lateCustody', ms: 2_600 },
  { kind: 'lateCustody', ms: 5_000 },
);

const READ = { method: 'GET', path: /\/pam\/credential\// };
const rule = (
  match: FaultRule['match'],
  fault: fc.Arbitrary<Fault>,
  times: number,
): fc.Arbitrary<FaultRule[]> =>
  fc
    .record({ times: fc.integer({ min: 0, max: times }), after: fc.integer({ min: 0, max: 3 }), fault })
    .map((each) => (each.times === 0 ? [] : [{ match: match ?? {}, ...each }]));

const schedule = fc.record({
  dialect: fc.constantFrom<Dialect>('api', 'iso'),
  rules: fc
    .tuple(
      rule({ path: '/iso/oauth2/token' }, passing, 2),
      rule({ path: '/iso/sctm/secret' }, passing, 2),
      rule(READ, passing, 3),
      rule(READ, fatal, 2),
      rule({ method: 'DELETE' }, passing, 3),
    )
    .map((rules) => rules.flat()),
  /** How the process is ended, and how long after its start. */
  end: fc.option(
    fc.record({
      signal: fc.constantFrom<NodeJS.Signals>('SIGKILL', 'SIGTERM', 'SIGINT'),
      afterMs: fc.integer({ min: 100, max: 1_500 }),
    }),
    { nil: undefined },
  ),
  unknownField: fc.boolean(),
});

async function leftBy(each: typeof schedule extends fc.Arbitrary<infer T> ? T : never): Promise<unknown[]> {
  const vault = await startVault({ dialect: each.dialect });
  const job = new Job();
  try {
    for (const one of each.rules) vault.faults.add(one);
    const inputs = inputsFor(vault, {
      secrets: `postgres/PASSWORD > A${each.unknownField ? '\npostgres/NOPE > B' : ''}`,
      credentials: '94 > DEPLOY\nroot@web-01 > path:ROOT\n96/* > READER_*\n1000 > BENCH',
      timeout: '1',
      deadline: '20',
    });
    const { end } = each;
    const main = await job.main(inputs, {
      onStart: (pid) => {
        if (end !== undefined) setTimeout(() => isAlive(pid) && process.kill(pid, end.signal), end.afterMs);
      },
    });
    const post = await job.post(inputs);
    await vault.settled();
    const secrets = longSecretsOf(vault);
    const shown = secrets.filter((secret) =>
      `${main.log}${main.stderr}${post.log}${post.stderr}`.includes(secret),
    );
    const files = filesWith(secrets, job.leftBehind());
    const names = main.outputs.size;
    const half = names !== 0 && names < 5 && main.signal === null ? [`${names} outputs`] : [];
    return [
      ...vault.custodies(),
      ...shown.map(() => 'a secret in the log'),
      ...files.map(({ path }) => path),
      ...half,
    ];
  } finally {
    job.close();
    await vault.close();
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('whatever goes wrong, in whatever order', () => {
  const seed = Number(process.env['SEGURA_TEST_SEED'] ?? Date.now() % 1_000_000);
  const runs = Number(process.env['SEGURA_TEST_RUNS'] ?? 12);
  for (const lane of [1, 2, 3, 4, 5, 6]) {
    test.concurrent(`no custody, file or secret is left (seed ${seed + lane})`, {
      timeout: 900_000,
    }, async () => {
      await fc.assert(
        fc.asyncProperty(schedule, async (each) => {
          expect(await leftBy(each)).toEqual([]);
        }),
        { numRuns: runs, seed: seed + lane, endOnFailure: true },
      );
    });
  }
});
