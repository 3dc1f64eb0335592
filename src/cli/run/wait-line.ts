import { printable } from '../../core/printable.js';
import type { Terminal } from '../../platform/terminal/terminal.js';

/** How long to stay silent under --quiet, and about a wait that no signal caused. */
const SILENT_MS = 2_000;

/** One line that says what a command waits for before it ends: without it, the wait looks like a hang. */
export class WaitLine {
  readonly #terminal: Pick<Terminal, 'notice' | 'isQuiet'>;
  #timer: NodeJS.Timeout | undefined;
  #isTold = false;

  constructor(terminal: Pick<Terminal, 'notice' | 'isQuiet'>) {
    this.#terminal = terminal;
  }

  /** A signal came while a fetch may take these: reported at once, or under --quiet only if it takes long. */
  stopping(credentials: readonly string[], leases: readonly string[]): void {
    const named = (what: string, names: readonly string[]): string[] =>
      names.length === 0 ? [] : [`${what} of ${names.map(printable).join(', ')}`];
    const held = [...named('custody', credentials), ...named('a lease', leases)].join(' and ');
    if (held === '') return;
    const line = `stopping: waiting to learn whether ${held} was taken, to release it`;
    if (this.#terminal.isQuiet) this.#later(line);
    else this.#tell(line);
  }

  /** Custody is being released: reported if that takes long and nothing was reported yet. */
  releasing(): void {
    if (!this.#isTold)
      this.#later('still releasing custody: asking the vault until it confirms that nothing is held');
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
