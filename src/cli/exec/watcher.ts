import type { ChildProcess } from 'node:child_process';
import { findHelper, startHelper } from '../helper-programs.js';

/** One line comes, with the number of a group; the input ends when the process that has its other end is gone. */
const SCRIPT = `trap '' HUP INT QUIT TERM
read -r group || exit 0
read -r end
kill -TERM "-$group" 2>/dev/null
sleep 0.4 2>/dev/null
kill -KILL "-$group" 2>/dev/null`;

/**
 * A process that ends a group of processes when this process is gone, however it went. It stands in a session of its
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

  /** From now on the group is ended with this process. */
  watch(group: number): void {
    this.#shell.stdin?.write(`${group}\n`);
  }

  /** Ends the watching: what is in the group stays. */
  async dismiss(): Promise<void> {
    this.#shell.kill('SIGKILL');
    await this.#isOver;
  }
}
