import type { ChildProcess } from 'node:child_process';
import { findHelper, startHelper } from './helper-programs.js';

/** One line comes, with what kill takes; the input ends when the process that has its other end is gone. */
const SCRIPT = `trap '' HUP INT QUIT TERM
read -r target || exit 0
read -r end
kill -TERM "$target" 2>/dev/null
sleep 0.4 2>/dev/null
kill -KILL "$target" 2>/dev/null`;

/**
 * A process that ends another, or a group of them, when this process is gone, however it went. It stands in a session of its
 * own: what ends our group or the command's does not reach it, and the command sees no process that it did not start.
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

  /** Undefined where there is no shell. `path` is the user's PATH. */
  static async start(path: string): Promise<Watcher | undefined> {
    const program = findHelper('sh', path);
    if (program === undefined) return undefined;
    // It gets no descriptor but its input.
    const shell = startHelper(program, ['-c', SCRIPT], { path, stdio: ['pipe', 'ignore', 'ignore'] });
    const watcher = new Watcher(shell);
    const isStarted = await new Promise<boolean>((done) => {
      shell.once('spawn', () => done(true));
      shell.once('error', () => done(false));
    });
    return isStarted ? watcher : undefined;
  }

  /** From now on a process, or a group as a negative number, is ended with this process. */
  watch(target: number): void {
    this.#shell.stdin?.write(`${target}\n`);
  }

  /** Ends the watching: what still runs stays. */
  async dismiss(): Promise<void> {
    this.#shell.kill('SIGKILL');
    await this.#isOver;
  }
}
