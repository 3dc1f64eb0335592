import { expect, test } from 'vitest';
import { COMMANDS, killsOf, type Name } from '../../support/change-kills.js';

/** A few of the kills of kill.test.ts, which npm run test:slow makes. */
const KILLS = 3;

test.each(Object.keys(COMMANDS) as Name[])(
  'a few kills of %s leave the old or the new state, and the next run finishes it',
  async (name) => {
    const { bad } = await killsOf(name, KILLS);
    expect(bad).toEqual([]);
  },
);
