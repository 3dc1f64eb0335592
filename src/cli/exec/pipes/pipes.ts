import { closeSync, constants, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { type ChunkSource, pipeSource, streamSource } from './chunk-source.js';
import { makeFifos } from './fifos.js';
import { openOneSocket } from './one-socket.js';
import { openShellPipe } from './shell-pipe.js';

/** A pipe from a command to this process. */
export interface Pipe {
  readonly reader: ChunkSource;
  /** The end for the command. It is closed here once the command has it. */
  readonly writer: number | Socket;
}

export interface PipesWanted {
  /** For each pipe, how many descriptors of the command use it. */
  readonly shares: readonly number[];
  /** The folders for named pipes, the best one first. */
  readonly folders: readonly string[];
  /** The user's PATH. */
  readonly path: string;
  readonly system: NodeJS.Platform;
}

export interface Pipes {
  /** One for each share; undefined if only Node's own pipes are available. */
  readonly pipes: readonly Pipe[] | undefined;
  /** What does not work for the command with these pipes. */
  readonly lacks: 'nothing' | 'pipes' | 'pipes and order';
}

/**
 * Real pipes of the system, if possible.
 *
 * Node gives a command sockets instead of pipes, and those behave differently: `echo > /dev/stderr` fails, and a writer
 * whose reader has left gets an error instead of SIGPIPE. Node cannot create a pipe, but it can open one that has a name:
 * a FIFO, or on Linux the pipe of a shell under /proc. If neither works, one socket for two descriptors at least keeps the
 * output of the command in order.
 */
export async function openPipes(wanted: PipesWanted): Promise<Pipes> {
  const { shares, folders, path, system } = wanted;
  // Windows has no such pipes, and does not lose the order: a console is not shared.
  if (system === 'win32' || shares.length === 0)
    return { pipes: shares.length === 0 ? [] : undefined, lacks: 'nothing' };
  const pipes = (await openFifos(shares.length, folders, path)) ?? (await openShellPipes(wanted));
  if (pipes !== undefined) return { pipes, lacks: 'nothing' };
  if (shares.every((share) => share === 1)) return { pipes: undefined, lacks: 'pipes' };
  const socket = await openOneSocket(folders);
  return socket === undefined
    ? { pipes: undefined, lacks: 'pipes and order' }
    : { pipes: [{ reader: streamSource(socket.reader), writer: socket.writer }], lacks: 'pipes' };
}

async function openFifos(
  count: number,
  folders: readonly string[],
  path: string,
): Promise<Pipe[] | undefined> {
  const fifos = await makeFifos(count, folders, path);
  if (fifos === undefined) return undefined;
  try {
    return openAll(fifos.paths);
  } catch {
    return undefined;
  } finally {
    fifos.remove();
  }
}

async function openShellPipes({ shares, path, system }: PipesWanted): Promise<Pipe[] | undefined> {
  if (system !== 'linux') return undefined;
  const shellPipes = await Promise.all(shares.map(() => openShellPipe(path)));
  try {
    return openAll(shellPipes.map((each) => each?.path ?? ''));
  } catch {
    return undefined;
  } finally {
    for (const each of shellPipes) each?.end();
  }
}

/** Opens both ends of each. Throws if one cannot be opened; then none stays open. */
function openAll(paths: readonly string[]): Pipe[] {
  const opened: number[] = [];
  const open = (path: string, flags: number): number => {
    const end = openSync(path, flags);
    opened.push(end);
    return end;
  };
  try {
    const pairs = paths.map((path) => ({
      // Without O_NONBLOCK, opening waits for the other end. The writer, opened second, blocks like any pipe.
      reader: open(path, constants.O_RDONLY | constants.O_NONBLOCK),
      writer: open(path, constants.O_WRONLY),
    }));
    return pairs.map(({ reader, writer }) => ({
      reader: pipeSource(reader),
      writer,
    }));
  } catch (error) {
    for (const end of opened) closeSync(end);
    throw error;
  }
}
