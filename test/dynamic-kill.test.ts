import { describe, expect, test } from 'vitest';
import { DYNAMIC_KILLS, killSome } from './support/dynamic-kills.js';
import { SAMPLE } from './support/kills.js';
import { isWindows } from './support/skips.js';

describe.skipIf(isWindows())('a kill at any await', () => {
  test.each(Object.entries(DYNAMIC_KILLS))(
    'of %s leaves no lease once post or release has run, and no value in a file or log',
    { timeout: 900_000 },
    async (what, kill) => {
      const { kills, killed, withCustody, bad } = await killSome(what, kill, SAMPLE);
      expect(bad).toEqual([]);
      expect(killed).toBeGreaterThan(kills * 0.7);
      expect(withCustody).toBeGreaterThan(kills / 10);
    },
  );
});
