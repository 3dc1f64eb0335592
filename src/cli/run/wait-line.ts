import { printable } from '../../core/printable.js';
import type { Terminal } from '../../platform/terminal/terminal.js';

/** For so long nothing is said under --quiet, or of a wait that no one asked for. */
const SILENT_MS = 2_000;

/** One line that says what a command waits for while it should end: without it, a wait looks like a fault. */
export class WaitLine {
  readonly #terminal: Pick<Terminal, 'notice' | 'isQuiet'>;
  #timer: NodeJS.Timeout | undefined;
  #isTold = false;

  constructor(terminal: Pick<Terminal, 'notice' | 'isQuiet'>) {
    this.#terminal = terminal;
  }

  /** A signal came while a fetch may take these: told at once; under --quiet only when it takes long. */
  stopping(credentials: readonly string[]): void {
    if (credentials.length === 0) return;
    const names = credentials.map(printable).join(', ');
    const line = `stopping: waits to know whether custody of ${names} was taken, and releases it`;
    if (this.#terminal.isQuiet) this.#later(line);
    else this.#tell(line);
  }

  /** Custody is released: told when that takes long, and nothing was told yet. */
  releasing(): void {
    if (!this.#isTold)
      this.#later('still releasing custody: the vault is asked until it is known that nothing is held');
  }

  /** The wait is over. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isTold = false;
  }

  #later(message: string): void {
    this.#timer ??= setTimeout(() => this.#tell(message), SILENT_MS);
  }

  #tell(message: string): void {
    this.#isTold = true;
    this.#terminal.notice(message);
  }
}
