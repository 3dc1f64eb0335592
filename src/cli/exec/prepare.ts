import { dirname, isAbsolute, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import type { ProcessContext } from '../process.js';
import { isInCi } from './in-ci.js';
import { copiesOf } from './log-copies.js';
import { openPipes, type Pipes } from './pipes/pipes.js';
import { Watcher } from './watcher.js';

/** Where the output of a command goes, and from which of its descriptors it comes. */
export interface Outlet {
  readonly to: Writable;
  /** 1, 2, and those above them that lead to the same log. */
  readonly at: readonly number[];
}

/** What starting a command needs besides its arguments and its environment. */
export interface Preparation {
  /** The output that passes through this process. If 1 or 2 is not in it, the command has that descriptor itself. */
  readonly outlets: readonly Outlet[];
  /** One for each outlet. */
  readonly pipes: Pipes['pipes'];
  /** Warnings to print before the command runs; mostly none. */
  readonly warnings: readonly string[];
  /** The command leads its own process group. */
  readonly isApart: boolean;
  /** Ends the command when this process is gone. A separate group always has a watcher. */
  readonly watcher: Watcher | undefined;
  /** Those above 2 that the command has itself. */
  readonly inherited: readonly number[];
  readonly hasInput: boolean;
}

export interface WantedChild {
  /** The command gets direct access to the terminal. */
  readonly isInteractive: boolean;
  readonly inherited: readonly number[];
  readonly hasInput: boolean;
  /** The requested state file; empty for none. */
  readonly state: string;
}

/** Prepares the start of a command. Other work can continue meanwhile. */
export async function prepareChild(
  world: ProcessContext,
  { isInteractive, inherited, hasInput, state }: WantedChild,
): Promise<Preparation> {
  const outlets = outletsOf(world)
    .filter(({ to }) => !isInteractive || to.isTTY !== true)
    .map((outlet) => ({ ...outlet, at: [...outlet.at, ...copiesOf(outlet.at[0], inherited)] }));
  const others = inherited.filter((number) => !outlets.some(({ at }) => at.includes(number)));
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
  return { outlets, pipes, isApart, watcher, inherited: others, hasInput, warnings: warningsOf(lacks) };
}

/** Job control works with groups, so the command of a person at a terminal stays in our group. A CI may have a terminal too. */
function isAtTerminal({ hasTerminal, environment }: ProcessContext): boolean {
  return hasTerminal() && isatty(0) && !isInCi(environment);
}

/** The folders for FIFOs. The first is the user's choice. Any may be missing, full, read-only or unsuitable. */
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

interface Stream {
  readonly to: ProcessContext['stdout'];
  readonly at: readonly [1 | 2, ...(1 | 2)[]];
}

function outletsOf({ stdout, stderr }: ProcessContext): Stream[] {
  if (stdout === stderr) return [{ to: stdout, at: [1, 2] }];
  return [
    { to: stdout, at: [1] },
    { to: stderr, at: [2] },
  ];
}
