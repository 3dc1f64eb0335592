import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import spawn from 'cross-spawn';
import { codeOf, SeguraError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { type Redaction, Redactor } from '../core/redaction/redaction.js';
import { openPipes } from './pipes.js';
import type { World } from './world.js';

export interface ChildParts {
  readonly command: string;
  readonly words: readonly string[];
  readonly environment: Record<string, string | undefined>;
  readonly redaction: Redaction;
  readonly world: Pick<World, 'stdout' | 'stderr' | 'temp' | 'system' | 'environment'>;
}

export interface Child {
  kill(signal: NodeJS.Signals): void;
  /** The exit code as a shell gives it: 128 and the number of the signal that ended it. Errors: CommandNotRun. */
  readonly ended: Promise<number>;
  /**
   * To be asked for once the command has ended: whether all its output could be passed on. What a process it left
   * behind still prints is not waited for long.
   */
  drained(): Promise<boolean>;
}

/** A command that could not be started; `exitCode` is what a shell would give. */
export class CommandNotRun extends SeguraError {
  readonly exitCode: number;

  constructor(command: string, code: string) {
    super(
      'INPUT_INVALID',
      `The command ${printable(command)} could not be run (${code}).`,
      code === 'ENOENT'
        ? 'Check its name and PATH; a shell\'s own words need a shell: exec -- sh -c "…"'
        : 'Check that it is a program that this user may run.',
    );
    this.exitCode = code === 'ENOENT' ? 127 : 126;
  }
}

/** How long the output of a command that has ended may stand still before it is left. */
const IDLE_MS = 1_000;
/** How long it may go on at all: then it is printed by something that the command left behind. */
const LONGEST_AFTER_MS = 10_000;

export function startChild({ command, words, environment, redaction, world }: ChildParts): Child {
  const pipes = openPipes(2, world);
  const writers = pipes?.map(({ writer }) => writer) ?? (['pipe', 'pipe'] as const);
  const child = start(command, words, {
    env: environment,
    stdio: ['inherit', ...writers],
    windowsHide: true,
  });
  for (const { writer } of pipes ?? []) closeSync(writer);
  const out = pass(pipes?.[0]?.reader ?? child.stdout, world.stdout, redaction);
  const err = pass(pipes?.[1]?.reader ?? child.stderr, world.stderr, redaction);
  const ended = new Promise<number>((done, fail) => {
    child.once('error', (error) => fail(new CommandNotRun(command, codeOf(error))));
    child.once('exit', (code, signal) => done(code ?? 128 + (constants.signals[signal ?? 'SIGKILL'] ?? 9)));
  });
  return {
    ended,
    kill: (signal) => void child.kill(signal),
    drained: async () => {
      const written = await Promise.all([out, err].map(({ finish }) => finish()));
      return written.every(Boolean);
    },
  };
}

function start(command: string, words: readonly string[], options: SpawnOptions): ChildProcess {
  try {
    return spawn(command, [...words], options);
  } catch (error) {
    // Some failures come at once: too large an environment, for one.
    throw new CommandNotRun(command, codeOf(error));
  }
}

/** Sends what `from` gives through a redactor of its own to `to`, no faster than `to` takes it. */
function pass(from: Readable | null, to: Writable, redaction: Redaction): { finish(): Promise<boolean> } {
  const redactor = new Redactor(redaction);
  let movedAtMs = Date.now();
  let isBlocked = false;
  let isOver = false;
  let isWritten = true;
  const write = (parts: readonly Buffer[]): void => {
    movedAtMs = Date.now();
    let isTaken = true;
    to.cork();
    for (const part of parts) isTaken = to.write(part);
    to.uncork();
    if (isTaken || isBlocked) return;
    isBlocked = true;
    from?.pause();
    to.once('drain', () => {
      isBlocked = false;
      movedAtMs = Date.now();
      from?.resume();
    });
  };
  const close = (): void => {
    if (isOver) return;
    isOver = true;
    write(redactor.end());
  };
  from?.on('data', (chunk: Buffer) => {
    if (!isOver) write(redactor.push(chunk));
  });
  from?.once('close', close);
  // Nobody reads us any more: the command learns of it as it would without us.
  to.once('error', (error) => {
    isOver = true;
    isWritten = codeOf(error) === 'EPIPE';
    from?.destroy();
  });
  return {
    finish: async () => {
      // The command may have been silent until it wrote its last words and ended: they are still on their way.
      const endedAtMs = Date.now();
      movedAtMs = endedAtMs;
      const isMoving = (): boolean =>
        Date.now() - movedAtMs < IDLE_MS && Date.now() - endedAtMs < LONGEST_AFTER_MS;
      while (!isOver && (isBlocked || isMoving())) await new Promise((done) => setTimeout(done, 5));
      close();
      // An error comes after the write that it is about.
      await new Promise<void>((done) => to.write('', () => done()));
      return isWritten;
    },
  };
}
