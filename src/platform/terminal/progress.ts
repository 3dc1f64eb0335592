/** The part of a stream that a terminal needs. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const FIRST_SHOWN_AFTER_MS = 1_000;
const CLEAR_LINE = '\r\x1b[K';
const BAR_COLUMNS = 20;

/** One line on a terminal that names the pending request after a second; nothing without a terminal. */
export class Progress {
  readonly #screen: Screen;
  readonly #pending = new Map<symbol, { readonly what: string; readonly sinceMs: number }>();
  #timer: NodeJS.Timeout | undefined;
  #isShown = false;
  #bar = '';

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** The outcome of `operation`, shown as waited for until it is there. */
  async during<T>(what: string, operation: () => Promise<T>): Promise<T> {
    if (this.#screen.isTTY !== true) return operation();
    const key = Symbol(what);
    this.#pending.set(key, { what, sinceMs: Date.now() });
    this.#timer ??= setInterval(() => this.#show(), FIRST_SHOWN_AFTER_MS).unref();
    try {
      return await operation();
    } finally {
      this.#pending.delete(key);
      if (this.#pending.size === 0) this.#end();
    }
  }

  /** Shows at once that `done` of `total` parts are done, and what is next; with as many as all, nothing any more. */
  part(done: number, total: number, what: string): void {
    if (this.#screen.isTTY !== true) return;
    const full = Math.round((done / total) * BAR_COLUMNS);
    const bar = `[${'#'.repeat(full)}${'-'.repeat(BAR_COLUMNS - full)}]`;
    this.#bar = done >= total ? '' : `segura-secrets: ${bar} ${done} of ${total}: ${what}`;
    this.clear();
    this.restore();
  }

  /** Shows the bar again, if there is one, below a line of the log. */
  restore(): void {
    if (this.#bar === '') return;
    this.#screen.write(`${CLEAR_LINE}${this.#bar}`);
    this.#isShown = true;
  }

  /** Makes room for a line of the log. */
  clear(): void {
    if (this.#isShown) this.#screen.write(CLEAR_LINE);
    this.#isShown = false;
  }

  #show(): void {
    const [first] = this.#pending.values();
    if (first === undefined) return;
    const seconds = Math.round((Date.now() - first.sinceMs) / 1_000);
    const others = this.#pending.size === 1 ? '' : ` and ${this.#pending.size - 1} more`;
    if (seconds < 1) return;
    const what = this.#bar === '' ? `segura-secrets: waiting for ${first.what}${others}` : this.#bar;
    this.#screen.write(`${CLEAR_LINE}${what} (${seconds} s)`);
    this.#isShown = true;
  }

  #end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.clear();
    this.restore();
  }
}
