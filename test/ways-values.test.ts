import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { killAtEach, samplePoints } from './support/kills.js';
import { EVERYTHING, FAULTS, PLACES, searchLeaks } from './support/leak-search.js';
import { dataWith, NASTY } from './support/nasty.js';
import { ODD_ANSWERS, ODD_TOKENS } from './support/odd-answers.js';
import { leftBy, schedule } from './support/schedules.js';
import {
  expectNoLeak,
  expectRelease,
  expectReleaseInSpiteOf,
  expectReleaseOnSignal,
} from './support/way-faults.js';
import { withWay } from './support/way-jobs.js';
import { countAwaits, killMain } from './support/way-kills.js';
import { makeWayParts, WAYS, type WayParts } from './support/ways.js';

/** A little of what ways-kill.test.ts and ways-faults.test.ts try whole; which part of it, chance says. */
const SEED = Number(process.env['SEGURA_TEST_SEED'] ?? Date.now() % 1_000_000);
const random = fc.sample(fc.nat(), { seed: SEED, numRuns: 8 });
const oneOf = <T>(all: readonly T[], at: number): T => all[(random[at] ?? 0) % all.length] as T;

describe.each(WAYS.filter((way) => way !== 'client-secret'))(
  `a job that logs in by %s (seed ${SEED})`,
  (way) => {
    let shared: WayParts;
    beforeAll(async () => {
      shared = await makeWayParts(way);
    });
    afterAll(() => shared.close());

    test('leaves nothing when its main is killed', async () => {
      const count = await countAwaits({ way, shared });
      const { bad } = await killAtEach(samplePoints(count, 4), (at) => killMain(at, { way, shared }), way);
      expect(bad).toEqual([]);
    });

    test('leaves nothing when something goes wrong', { timeout: 60_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(schedule, async (each) => {
          expect(await leftBy(each, way, shared)).toEqual([]);
        }),
        { numRuns: 1, seed: SEED, endOnFailure: true },
      );
    });

    const [answer, fault] = oneOf(Object.entries(ODD_ANSWERS), 0);
    test(`releases custody in post in spite of ${answer}`, async () => {
      await expectReleaseInSpiteOf(fault, way, shared);
    });

    if (way.includes('oidc')) {
      const [token, reply] = oneOf(Object.entries(ODD_TOKENS), 1);
      test(`releases custody in post although ${token} came for a token`, async () => {
        await expectRelease(({ service }) => service?.answer(2, reply), way, shared);
      });
    }

    test('shows no secret when all goes well, at debug level', async () => {
      const { main, post, found, left } = await searchLeaks(EVERYTHING, { way, shared });
      expect([main.code, post.code, found, left], main.log).toEqual([0, 0, [], []]);
      expect(main.log).toContain('::debug::');
    });

    const [name, leak] = oneOf(Object.entries(FAULTS), 2);
    const [place, path] = oneOf(Object.entries(PLACES), 3);
    test(`shows no secret when ${name} at the ${place}`, async () => {
      await expectNoLeak(leak, path, { way, shared });
    });

    test('releases custody when it is cancelled', async () => {
      await expectReleaseOnSignal(oneOf(['SIGINT', 'SIGTERM'] as const, 4), way, shared);
    });

    test('gets each value byte for byte', async () => {
      const options = { data: dataWith(NASTY), longEncryptedValues: 'blocks' } as const;
      await withWay(
        way,
        async ({ main, post }) => {
          const names = Object.keys(NASTY) as (keyof typeof NASTY)[];
          const secrets = names.map((each) => `postgres/${each} > ${each}, path:${each}_PATH`).join('\n');
          const ended = await main({ secrets });
          expect(ended.code, ended.log).toBe(0);
          for (const each of names) {
            expect(ended.outputs.get(each), each).toBe(NASTY[each]);
            expect(readFileSync(ended.outputs.get(`${each}_PATH`) ?? '', 'utf8'), each).toBe(NASTY[each]);
          }
          expect((await post()).code).toBe(0);
        },
        { shared, options },
      );
    });
  },
);
