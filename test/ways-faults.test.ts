import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAULTS, PLACES } from './support/leak-search.js';
import { ODD_ANSWERS, ODD_TOKENS } from './support/odd-answers.js';
import { leftBy, schedule } from './support/schedules.js';
import { expectNoLeak, expectRelease, expectReleaseInSpiteOf } from './support/way-faults.js';
import { makeWayParts, WAYS, type WayParts } from './support/ways.js';

const SEED = Number(process.env['SEGURA_TEST_SEED'] ?? Date.now() % 1_000_000);
const RUNS = Number(process.env['SEGURA_TEST_RUNS'] ?? 3);
const TIMEOUT = { timeout: 300_000 };

describe.concurrent.each(WAYS.filter((way) => way !== 'client-secret'))('a job that logs in by %s', (way) => {
  let shared: WayParts;
  beforeAll(async () => {
    shared = await makeWayParts(way);
  });
  afterAll(() => shared.close());

  test(`leaves no custody, file or secret, whatever goes wrong (seed ${SEED})`, TIMEOUT, async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async (each) => {
        expect(await leftBy(each, way, shared)).toEqual([]);
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
  });

  test.each(Object.entries(ODD_ANSWERS))(
    'releases custody in post in spite of %s',
    TIMEOUT,
    async (_, fault) => {
      await expectReleaseInSpiteOf(fault, way, shared);
    },
  );

  const oddTokens = way.includes('oidc') ? Object.entries(ODD_TOKENS) : [];
  test.each(oddTokens)('releases custody in post although %s came for a token', TIMEOUT, async (_, reply) => {
    await expectRelease(({ service }) => service?.answer(2, reply), way, shared);
  });

  test('releases custody in post although the vault is out for a while', TIMEOUT, async () => {
    await expectRelease(
      ({ vault, service }) => {
        // The waits after so many take 40 s at most, of the 54 s that post has.
        vault.faults.add({ match: {}, times: 8, fault: { kind: 'status', status: 503 } });
        service?.fail(4, 503);
      },
      way,
      shared,
    );
  });

  for (const [name, fault] of Object.entries(FAULTS)) {
    for (const [place, path] of Object.entries(PLACES)) {
      test(`shows no secret when ${name} at the ${place}`, TIMEOUT, async () => {
        await expectNoLeak(fault, path, { way, shared });
      });
    }
  }
});
