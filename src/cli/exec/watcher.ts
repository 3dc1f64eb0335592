import type { ChildProcess } from 'node:child_process';
import { findHelper, startHelper } from './helper-programs.js';

/** Reads one line, the target for kill. The input ends when the process at its other end is gone. */
const SCRIPT = `trap '' HUP INT QUIT TERM
read -r target || exit 0
read -r end
kill -TERM "$target" 2>/dev/null
sleep 0.4 2>/dev/null
kill -KILL "$target" 2>/dev/null`;

/**
 * A process that ends another process or group when this process is gone, for whatever reason. It has its own session: a
 * signal to our group or that of the command does not reach it, and the command sees no process that it did not start.
 */
export class Watcher {
  readonly #shell: ChildProcess;
  readonly #isOver: Promise<void>;

  private constructor(shell: ChildProcess) {
    this.#shell = shell;
    this.#isOver = new Promise((done) => {
      shell.once('exit', () => done());
    });
    shell.on('error', () => undefined);
    shell.stdin?.on('error', () => undefined);
  }

  /** Undefined if there is no shell. `path` is the user's PATH. */
  static async start(path: string): Promise<Watcher | undefined> {
    const program = findHelper('sh', path);
    if (program === undefined) return undefined;
    // Its only descriptor is its input.
    const shell = startHelper(program, ['-c', SCRIPT], { path, stdio: ['pipe', 'ignore', 'ignore'] });
    const watcher = new Watcher(shell);
    const isStarted = await new Promise<boolean>((done) => {
      shell.once('spawn', () => done(true));
      shell.once('error', () => done(false));
    });
    return isStarted ? watcher : undefined;
  }

  /** From now on, a process (or a group, as a negative number) ends with this process. */
  watch(target: number): void {
    this.#shell.stdin?.write(`${target}\n`);
  }

  /** Stops the watcher. What still runs keeps running. */
  async dismiss(): Promise<void> {
    this.#shell.kill('SIGKILL');
    await this.#isOver;
  }
}
