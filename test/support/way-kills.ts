import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '../vault/index.js';
import { type Ending, endingOf, KILL_HOOK } from './kills.js';
import { ownFiles, shownBy, withWay } from './way-jobs.js';
import type { Way, WayParts } from './ways.js';

/** What a main asks for that is killed. */
export const WANTED = {
  secrets: 'postgres/PASSWORD > DB_PASSWORD',
  credentials: '94 > DEPLOY\nroot@web-01 > path:ROOT\n96/* > READER_*',
};

/** A kill of main under one way to log in; `read` is what happens to its reads. */
export interface WayKill {
  readonly way: Way;
  readonly shared?: WayParts | undefined;
  readonly read?: Fault | undefined;
}

/** Main is killed with SIGKILL at one of its awaits, then post runs. Throws when post fails. */
export function killMain(at: number, { way, shared, read }: WayKill): Promise<Ending> {
  return withWay(
    way,
    async ({ vault, job, main, post, hidden }) => {
      if (read !== undefined) {
        vault.faults.add({
          match: { method: 'GET', path: /\/pam\/credential\// },
          times: Number.POSITIVE_INFINITY,
          fault: read,
        });
      }
      const killed = await main(WANTED, { env: { KILL_AT: String(at) }, nodeFlags: KILL_HOOK });
      const ended = await post();
      if (ended.code !== 0 || ended.stderr !== '') {
        throw new Error(`${way}, kill ${at}: post ended with ${ended.code}\n${ended.log}${ended.stderr}`);
      }
      return endingOf({ at, signal: killed.signal }, vault, {
        files: () => job.leftBehind(),
        secrets: hidden,
        traces: () => [...ownFiles(job), ...shownBy([killed, ended], hidden())],
      });
    },
    { shared },
  );
}

/** How many awaits main has under one way to log in. */
export function countAwaits({ way, shared }: WayKill): Promise<number> {
  return withWay(
    way,
    async ({ job, main }) => {
      const file = join(job.folder, 'count');
      const env = { KILL_AT: '0', KILL_COUNT_FILE: file };
      const ended = await main(WANTED, { env, nodeFlags: KILL_HOOK });
      if (ended.code !== 0) throw new Error(`${way}: main ended with ${ended.code}\n${ended.log}`);
      return Number(readFileSync(file, 'utf8'));
    },
    { shared },
  );
}
