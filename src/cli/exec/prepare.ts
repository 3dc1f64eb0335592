import type { Writable } from 'node:stream';
import type { World } from '../process.js';
import { openPipes, type Pipe } from './pipes.js';
import { Watcher } from './watcher.js';

/** Where output of a command goes, and which of its descriptors it comes from. */
export interface Outlet {
  readonly to: Writable;
  readonly at: readonly (1 | 2)[];
}

/** What a command is started with beside its words and its environment. */
export interface Preparation {
  /** What passes through this process; a descriptor of 1 and 2 that is not in it is the command's own. */
  readonly outlets: readonly Outlet[];
  /** One for each outlet; undefined where the system's own kind cannot be had. */
  readonly pipes: readonly Pipe[] | undefined;
  /** The command leads a group of its own where there is one. */
  readonly watcher: Watcher | undefined;
  readonly inherited: readonly number[];
  readonly hasInput: boolean;
}

export interface Wanted {
  /** The command gets the terminal itself. */
  readonly isInteractive: boolean;
  readonly inherited: readonly number[];
  readonly hasInput: boolean;
}

/** Makes ready what a command is started with; other work can go on meanwhile. */
export async function prepareChild(
  world: World,
  { isInteractive, inherited, hasInput }: Wanted,
): Promise<Preparation> {
  const outlets = outletsOf(world).filter(({ to }) => !isInteractive || to.isTTY !== true);
  // Under a terminal, job control works with groups: the command stays in ours.
  const isApart = world.system !== 'win32' && !isInteractive && !world.hasTerminal();
  const [pipes, watcher] = await Promise.all([
    openPipes(outlets.length, world),
    isApart ? Watcher.start(world.environment['PATH'] ?? '') : undefined,
  ]);
  return { outlets, pipes, watcher, inherited, hasInput };
}

function outletsOf({ stdout, stderr }: World): (Outlet & { to: World['stdout'] })[] {
  if (stdout === stderr) return [{ to: stdout, at: [1, 2] }];
  return [
    { to: stdout, at: [1] },
    { to: stderr, at: [2] },
  ];
}
