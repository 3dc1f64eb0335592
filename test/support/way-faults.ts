import { expect } from 'vitest';
import type { Fault } from '../vault/index.js';
import { HANG_MS, NO_HANG_MS } from './hang.js';
import { EVERYTHING, searchLeaks } from './leak-search.js';
import { oddRules } from './odd-answers.js';
import { ownFiles, shownBy, type WayJob, withWay } from './way-jobs.js';
import type { Way, WayParts } from './ways.js';

/** Post releases custody although `fault` comes first, at each release and at its login. */
export function expectReleaseInSpiteOf(fault: Fault, way: Way, shared?: WayParts): Promise<void> {
  const spoil = ({ vault }: WayJob): void => {
    for (const rule of oddRules(fault, 3)) vault.faults.add(rule);
  };
  return expectRelease(spoil, way, shared);
}

/** The same where `spoil` does whatever it likes between main and post. */
export function expectRelease(spoil: (wayJob: WayJob) => void, way: Way, shared?: WayParts): Promise<void> {
  return withWay(
    way,
    async (wayJob) => {
      const { vault, job, main: runMain, post: runPost, hidden } = wayJob;
      const main = await runMain({ credentials: '94 > A\n96 > B' });
      expect(main.code, main.log).toBe(0);
      spoil(wayJob);
      const post = await runPost();
      expect([post.code, vault.custodies(), ownFiles(job)], `${way}\n${post.log}`).toEqual([0, [], []]);
      expect(post.log.match(/released custody of \d+/g)?.sort()).toEqual([
        'released custody of 94',
        'released custody of 96',
      ]);
      expect(post.log).not.toContain('RELEASE_FAILED');
      expect(shownBy([main, post], hidden())).toEqual([]);
    },
    { shared },
  );
}

/** Nothing shows of any secret, whatever else becomes of the job. */
export async function expectNoLeak(
  fault: Fault,
  path: RegExp,
  { way, shared }: { way: Way; shared?: WayParts },
): Promise<void> {
  const { main, found } = await searchLeaks(
    { ...EVERYTHING, retries: '1' },
    { way, shared, prepare: (vault) => vault.faults.add({ match: { path }, times: 6, fault }) },
  );
  expect(found, `${way}\n${main.stdout}`).toEqual([]);
}

/** A main that gets `signal` while it reads releases what it holds and leaves before the vault answers. */
export function expectReleaseOnSignal(signal: NodeJS.Signals, way: Way, shared?: WayParts): Promise<void> {
  return withWay(
    way,
    async ({ vault, job, main: runMain, post: runPost, hidden }) => {
      vault.faults.add({
        match: { path: /credential\/96/ },
        times: 9,
        fault: { kind: 'delay', ms: HANG_MS },
      });
      let signalledMs = 0;
      const main = await runMain(
        { credentials: '94 > A\n95 > B\n96 > C' },
        {
          onStart: (pid) => {
            const looking = setInterval(() => {
              if (vault.custodies().length < 2) return;
              clearInterval(looking);
              signalledMs = performance.now();
              process.kill(pid, signal);
            }, 5);
          },
        },
      );
      const tookMs = performance.now() - signalledMs;
      expect([main.code, main.signal, main.outputs.size], main.log).toEqual([1, null, 0]);
      expect(main.log).toContain('title=CANCELLED');
      expect(tookMs).toBeLessThan(NO_HANG_MS);
      expect([vault.everTaken().sort(), vault.custodies()], main.log).toEqual([['94', '95'], []]);
      const post = await runPost();
      expect([post.code, vault.custodies(), ownFiles(job)], post.log).toEqual([0, [], []]);
      expect(shownBy([main, post], hidden())).toEqual([]);
    },
    { shared },
  );
}
