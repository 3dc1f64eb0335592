/** Work under way: requests, late custody, delayed replies. Closing ends every wait at once. */
export class Work {
  readonly #running = new Set<Promise<void>>();
  readonly #waits = new Set<() => void>();
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }

  /** False when the vault closed meanwhile. */
  async wait(ms: number): Promise<boolean> {
    if (this.#closed) return false;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waits.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#waits.add(done);
    });
    return !this.#closed;
  }

  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled([...this.#running]);
  }

  close(): void {
    this.#closed = true;
    for (const done of [...this.#waits]) done();
  }
}
