import { dirname, isAbsolute, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import type { ProcessContext } from '../process.js';
import { isInCi } from './in-ci.js';
import { openPipes, type Pipes } from './pipes.js';
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
  /** One for each outlet. */
  readonly pipes: Pipes['pipes'];
  /** What is said before the command runs; most often nothing. */
  readonly warnings: readonly string[];
  /** The command leads a group of its own. */
  readonly isApart: boolean;
  /** Ends with this process what it is told of. A group of its own always has one. */
  readonly watcher: Watcher | undefined;
  readonly inherited: readonly number[];
  readonly hasInput: boolean;
}

export interface Wanted {
  /** The command gets the terminal itself. */
  readonly isInteractive: boolean;
  readonly inherited: readonly number[];
  readonly hasInput: boolean;
  /** The state file that was asked for; empty for none. */
  readonly state: string;
}

/** Makes ready what a command is started with; other work can go on meanwhile. */
export async function prepareChild(
  world: ProcessContext,
  { isInteractive, inherited, hasInput, state }: Wanted,
): Promise<Preparation> {
  const outlets = outletsOf(world).filter(({ to }) => !isInteractive || to.isTTY !== true);
  const path = world.environment['PATH'] ?? '';
  const [{ pipes, lacks }, watcher] = await Promise.all([
    openPipes({
      shares: outlets.map(({ at }) => at.length),
      folders: pipeFolders(world, state),
      path,
      system: world.system,
    }),
    world.system === 'win32' ? undefined : Watcher.start(path),
  ]);
  const isApart = watcher !== undefined && !isInteractive && !isAtTerminal(world);
  return { outlets, pipes, isApart, watcher, inherited, hasInput, warnings: warningsOf(lacks) };
}

/** Job control works with groups: the command of a person who types at a terminal stays in ours. A CI may have a terminal too. */
function isAtTerminal({ hasTerminal, environment }: ProcessContext): boolean {
  return hasTerminal() && isatty(0) && !isInCi(environment);
}

/** Where a FIFO may lie: the first is the user's choice, and any may be missing, full, read-only or of the wrong kind. */
function pipeFolders({ temp, directory }: ProcessContext, state: string): string[] {
  const own = state === '' ? [] : [dirname(state)];
  const given = [temp, ...own].flatMap((folder) =>
    isAbsolute(folder) ? [folder] : directory === '' ? [] : [resolve(directory, folder)],
  );
  return [...new Set([...given, '/dev/shm', '/tmp', '/var/tmp'])];
}

function warningsOf(lacks: Pipes['lacks']): string[] {
  if (lacks === 'nothing') return [];
  const order =
    lacks === 'pipes and order'
      ? ', and its standard error may be out of order with its standard output'
      : '';
  return [
    `No FIFO could be made, so the command's output passes through sockets: "> /dev/stderr" fails in the command${order}. Set TMPDIR to a folder where this user may write, and install mkfifo.`,
  ];
}

function outletsOf({ stdout, stderr }: ProcessContext): (Outlet & { to: ProcessContext['stdout'] })[] {
  if (stdout === stderr) return [{ to: stdout, at: [1, 2] }];
  return [
    { to: stdout, at: [1] },
    { to: stderr, at: [2] },
  ];
}
