import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startVault, type Vault } from '../vault/index.js';
import { COMMAND_LINE, Desk, type Ended } from './command-line.js';
import { type Ending, KILL_HOOK, killAtEach, samplePoints, type Tally } from './kills.js';

/** One kill, with a vault and a desk of its own. */
export interface CommandRun {
  readonly at: number;
  readonly desk: Desk;
  readonly vault: Vault;
  /** Runs the command, which is killed at the await `at`. */
  run(): Promise<Ended>;
}

/** A command of the command line that is killed at the awaits of its bundle, the HTTP client's too. */
export interface KilledCommand {
  /** In the log. */
  readonly what: string;
  readonly args: readonly string[];
  /** What the vault and the desk need before. */
  readonly prepare?: (vault: Vault) => void;
  readonly furnish?: (desk: Desk, vault: Vault) => void;
  /** The desk, where the command logs in as another client than that of most tests. */
  readonly deskOf?: (vault: Vault) => Desk;
  /** Runs the command and what follows a kill, and says what that came to. */
  readonly killOnce: (run: CommandRun) => Promise<Ending>;
}

async function withRun<T>(
  { args, prepare, furnish, deskOf = (vault) => new Desk(vault) }: KilledCommand,
  at: number,
  operation: (run: CommandRun, countFile: string) => Promise<T>,
): Promise<T> {
  const vault = await startVault({ dialect: 'api' });
  prepare?.(vault);
  const desk = deskOf(vault);
  furnish?.(desk, vault);
  const countFile = join(desk.folder, 'count');
  const env = { KILL_AT: String(at), KILL_IN: COMMAND_LINE, KILL_COUNT_FILE: at === 0 ? countFile : '' };
  try {
    const run = (): Promise<Ended> => desk.run(args, { env, nodeFlags: KILL_HOOK });
    return await operation({ at, desk, vault, run }, countFile);
  } finally {
    desk.close();
    await vault.close();
  }
}

/** How many awaits a whole run has. Throws if it fails, or has too few to be counted right. */
function countAwaits(command: KilledCommand): Promise<number> {
  return withRun(command, 0, async ({ run }, countFile) => {
    const ended = await run();
    if (ended.code !== 0) throw new Error(`${command.what}: ${ended.stderr}`);
    const count = Number(readFileSync(countFile, 'utf8'));
    if (count < 100) throw new Error(`${command.what}: only ${count} awaits were counted`);
    return count;
  });
}

/** Kills the command at so many of its awaits, evenly apart; at all of them where `most` is as large. */
export async function killCommand(command: KilledCommand, most: number): Promise<Tally> {
  const points = samplePoints(await countAwaits(command), most);
  return killAtEach(points, (at) => withRun(command, at, command.killOnce), command.what);
}
