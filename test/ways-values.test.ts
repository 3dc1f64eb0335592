import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING, searchLeaks } from './support/leak-search.js';
import { dataWith, NASTY } from './support/nasty.js';
import { withWay } from './support/way-jobs.js';
import { makeWayParts, WAYS, type WayParts } from './support/ways.js';

describe.each(WAYS.filter((way) => way !== 'client-secret'))('a job that logs in by %s', (way) => {
  let shared: WayParts;
  beforeAll(async () => {
    shared = await makeWayParts(way);
  });
  afterAll(() => shared.close());

  test('shows no secret when all goes well, at debug level', async () => {
    const { main, post, found, left } = await searchLeaks(EVERYTHING, { way, shared });
    expect([main.code, post.code, found, left], main.log).toEqual([0, 0, [], []]);
    expect(main.log).toContain('::debug::');
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
});
