import { describe, expect, test } from 'vitest';
import { killAtEach, killingMs, SAMPLE, samplePoints } from './support/kills.js';
import { countAwaits, killMain } from './support/way-kills.js';
import { makeWayParts, WAYS } from './support/ways.js';

/** Of every third kill the vault carries the reads out late, so that post has to look again. */
const LATE = { kind: 'lateCustody', ms: 1_200 } as const;

describe.concurrent.each(WAYS.filter((way) => way !== 'client-secret'))('when main logs in by %s', (way) => {
  test('and is killed, post leaves no custody, no file of its own and no secret', {
    timeout: killingMs(1_800_000),
  }, async () => {
    const shared = await makeWayParts(way);
    try {
      const count = await countAwaits({ way, shared });
      expect(count).toBeGreaterThan(100);
      const points = samplePoints(count, SAMPLE / 2);
      const { kills, killed, withCustody, bad } = await killAtEach(
        points,
        (at) => killMain(at, { way, shared, read: at % 3 === 0 ? LATE : undefined }),
        way,
      );
      expect(killed).toBeGreaterThan(kills * 0.8);
      expect(withCustody).toBeGreaterThan(kills / 8);
      expect(bad).toEqual([]);
    } finally {
      await shared.close();
    }
  });
});
