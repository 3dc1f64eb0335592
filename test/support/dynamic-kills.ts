import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VaultOptions } from '../vault/index.js';
import { COMMAND_LINE, Desk } from './command-line.js';
import { dynamicVault } from './dynamic.js';
import { formsIn } from './encodings.js';
import { inputsFor } from './inputs.js';
import { type Ending, endingOf, KILL_HOOK, killAtEach, samplePoints, type Tally } from './kills.js';
import { Job } from './runner.js';
import { longSecretsOf } from './secret-files.js';

const LINES = 'app/db/PASSWORD > DB_PASSWORD\napp/queue/* > QUEUE_*';

/** One process that provisions, killed at an await of its bundle, and then what ends the leases. `at` 0: it is not killed. */
type Kill = (at: number, countFile: string) => Promise<Ending>;

/** Main of the action, then post. */
const killMain =
  (options: VaultOptions): Kill =>
  async (at, countFile) => {
    const vault = await dynamicVault(options);
    const job = new Job();
    try {
      const env = { KILL_AT: String(at), KILL_IN: 'dist/main', KILL_COUNT_FILE: countFile };
      const inputs = inputsFor(vault, { dynamic: LINES, credentials: '94 > DEPLOY' });
      const main = await job.main(inputs, { env, nodeFlags: KILL_HOOK });
      const post = await job.post({});
      const failed = post.code === 0 && post.stderr === '' ? [] : [`post: ${post.log}${post.stderr}`];
      const printed = Buffer.from(main.log + post.log);
      return await endingOf({ at, signal: main.signal }, vault, {
        files: () => job.leftBehind(),
        traces: () => [...failed, ...formsIn(printed, longSecretsOf(vault))],
      });
    } finally {
      job.close();
      await vault.close();
    }
  };

/** A command with a state file, then `release` of that. */
const killCommand =
  (words: readonly string[]): Kill =>
  async (at, countFile) => {
    const vault = await dynamicVault({ dialect: 'api' });
    const desk = new Desk(vault);
    try {
      const env = { KILL_AT: String(at), KILL_IN: COMMAND_LINE, KILL_COUNT_FILE: countFile };
      const ended = await desk.run(words, { env, nodeFlags: KILL_HOOK });
      const released = await desk.run(['release', '--state', 'state']);
      const failed = released.code === 0 ? [] : [`release: ${released.stderr}`];
      const printed = Buffer.from(`${ended.stdout}${ended.stderr}${released.stdout}${released.stderr}`);
      return await endingOf({ at, signal: ended.signal }, vault, {
        files: () => desk.files(),
        traces: () => [...failed, ...formsIn(printed, longSecretsOf(vault))],
      });
    } finally {
      desk.close();
      await vault.close();
    }
  };

export const DYNAMIC_KILLS: Readonly<Record<string, Kill>> = {
  'main of the action': killMain({ dialect: 'api' }),
  'main where the vault provisions every secret': killMain({ dialect: 'iso', provisionChooses: false }),
  exec: killCommand(['exec', '--state', 'state', '--dynamic', LINES, '--', 'true']),
  provision: killCommand(['provision', 'app/db', '--state', 'state', '--yes']),
};

/** Kills at so many of the awaits of a process, evenly apart. */
export async function killSome(what: string, kill: Kill, most: number): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'segura-count-'));
  try {
    const file = join(folder, 'count');
    const whole = await kill(0, file);
    const count = Number(readFileSync(file, 'utf8'));
    if (count < 100 || whole.taken === 0 || whole.left > 0)
      throw new Error(`${what}: ${JSON.stringify(whole)}`);
    return await killAtEach(samplePoints(count, most), (at) => kill(at, ''), what);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
