import type { ChildProcess, SpawnOptions, StdioOptions } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { Readable, type Writable } from 'node:stream';
import spawn from 'cross-spawn';
import { codeOf } from '../../core/errors.js';
import type { Redaction } from '../../core/redaction/redaction.js';
import type { Outcome } from '../../platform/process/leave.js';
import { reopen } from '../../platform/process/reopen.js';
import { CommandNotRun } from './failure.js';
import { type Passed, pass } from './passing.js';
import { type ChunkSource, streamSource } from './pipes/chunk-source.js';
import type { Pipe } from './pipes/pipes.js';
import type { Preparation } from './prepare.js';

export interface ChildParts {
  readonly command: string;
  readonly words: readonly string[];
  readonly environment: Record<string, string | undefined>;
  readonly redaction: Redaction;
  readonly preparation: Preparation;
  /** `command` is a line for the shell of the system. */
  readonly isShell?: boolean;
}

export interface Child {
  /** Sends a signal to the command, and to its whole group if it leads one. */
  kill(signal: NodeJS.Signals): void;
  /** Errors: CommandNotRun. */
  readonly ended: Promise<Outcome>;
  /**
   * The outcome of its output, to be awaited once the command has ended. Does not wait long for the output of a process that
   * it left running, nor for a reader that is stuck when `isUrgent`.
   */
  drained(isUrgent: () => boolean): Promise<Passed>;
}

export function startChild({
  command,
  words,
  environment,
  redaction,
  preparation,
  isShell = false,
}: ChildParts): Child {
  const { outlets, pipes, isApart, watcher } = preparation;
  const stdio = stdioOf(preparation);
  const child = start(command, words, {
    env: environment,
    stdio,
    detached: isApart,
    windowsHide: true,
    shell: isShell,
  });
  const group = isApart ? child.pid : undefined;
  // Our group may have other processes: then only the command ends with this process.
  if (child.pid !== undefined) watcher?.watch(isApart ? -child.pid : child.pid);
  // The command has its own copies now.
  for (const each of new Set(stdio.slice(0, 3))) {
    if (typeof each === 'number') closeSync(each);
    else if (each instanceof Socket) each.destroy();
  }
  const passings = sourcesOf(child, outlets, pipes).map(({ from, to }) => pass(from, to, redaction));
  const ended = new Promise<Outcome>((done, fail) => {
    child.once('error', (error) => fail(new CommandNotRun(command, codeOf(error))));
    child.once('exit', (code, signal) => {
      // The system may reuse the number of a process or group that has ended.
      if (group === undefined || !isThere(group)) void watcher?.dismiss();
      done(code ?? signal ?? 'SIGKILL');
    });
  });
  return {
    ended,
    kill: (signal) => {
      if (group === undefined || !send(-group, signal)) child.kill(signal);
    },
    drained: async (isUrgent) => {
      const all = await Promise.all(passings.map(({ finish }) => finish(isUrgent)));
      return {
        isWritten: all.every(({ isWritten }) => isWritten),
        isHeld: all.some(({ isHeld }) => isHeld),
      };
    },
  };
}

function start(command: string, words: readonly string[], options: SpawnOptions): ChildProcess {
  try {
    return spawn(command, [...words], options);
  } catch (error) {
    // Some failures are immediate: an environment that is too large, for example.
    throw new CommandNotRun(command, codeOf(error));
  }
}

/** The descriptors for the command: a pipe of Node if there is no real pipe of the system. */
function stdioOf({ outlets, pipes, inherited, hasInput }: Preparation): Exclude<StdioOptions, string> {
  const stdio: Exclude<StdioOptions, string> = [hasInput ? 'inherit' : 'ignore', 'inherit', 'inherit'];
  for (const [index, { at }] of outlets.entries()) {
    for (const number of at) stdio[number] = pipes?.[index]?.writer ?? 'pipe';
  }
  for (const number of [0, 1, 2] as const) {
    if (stdio[number] === 'inherit') stdio[number] = reopen(number) ?? 'inherit';
  }
  for (const number of inherited) stdio[number] = number;
  return Array.from(stdio, (each) => each ?? 'ignore');
}

function sourcesOf(
  child: ChildProcess,
  outlets: Preparation['outlets'],
  pipes: readonly Pipe[] | undefined,
): { from: ChunkSource; to: Writable }[] {
  return outlets.flatMap(({ to, at }, index) => {
    const reader = pipes?.[index]?.reader;
    if (reader !== undefined) return [{ from: reader, to }];
    return at.flatMap((number) => {
      const stream = child.stdio[number];
      return stream instanceof Readable ? [{ from: streamSource(stream), to }] : [];
    });
  });
}

function isThere(group: number): boolean {
  return send(-group, 0);
}

function send(to: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(to, signal);
  } catch {
    return false;
  }
}
