import fc from 'fast-check';
import type { Dialect, Fault, FaultRule } from '../vault/index.js';
import { filesWith } from './secret-files.js';
import { ownFiles, shownBy, withWay } from './way-jobs.js';
import type { Way, WayParts } from './ways.js';

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

/** A read that is carried out late needs the real waits of post. */
const LATE_READS = process.env['SEGURA_TEST_WAITS'] === 'short' ? [] : [900, 2_600, 5_000];

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
  ...LATE_READS.map((ms) => ({ kind: 'lateCustody', ms }) as const),
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

export const schedule = fc.record({
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
  /** How often the token service of the CI system fails first, and how, in main and again in post. */
  service: fc.record({
    times: fc.integer({ min: 0, max: 2 }),
    status: fc.constantFrom(429, 500, 502, 503, 504),
  }),
});
export type Schedule = typeof schedule extends fc.Arbitrary<infer T> ? T : never;

/** What a job leaves in which a schedule went wrong, each thing named: nothing, if all is well. */
export function leftBy(each: Schedule, way: Way, shared?: WayParts): Promise<unknown[]> {
  const parts = { shared, options: { dialect: each.dialect } };
  return withWay(
    way,
    async ({ vault, job, service, main: runMain, post: runPost, hidden }) => {
      for (const one of each.rules) vault.faults.add(one);
      service?.fail(each.service.times, each.service.status);
      const wanted = {
        secrets: `postgres/PASSWORD > A${each.unknownField ? '\npostgres/NOPE > B' : ''}`,
        credentials: '94 > DEPLOY\nroot@web-01 > path:ROOT\n96/* > READER_*\n1000 > BENCH',
        timeout: '1',
        deadline: '20',
      };
      const { end } = each;
      const main = await runMain(wanted, {
        onStart: (pid) => {
          if (end !== undefined) setTimeout(() => isAlive(pid) && process.kill(pid, end.signal), end.afterMs);
        },
      });
      service?.fail(each.service.times, each.service.status);
      const post = await runPost();
      await vault.settled();
      const names = main.outputs.size;
      const half = names !== 0 && names < 5 && main.signal === null ? [`${names} outputs`] : [];
      return [
        ...vault.custodies(),
        ...shownBy([main, post], hidden()).map((form) => `in the log: ${form}`),
        ...filesWith(hidden(), job.leftBehind()).map(({ path }) => path),
        ...ownFiles(job),
        ...half,
      ];
    },
    parts,
  );
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
