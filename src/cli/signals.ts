/** The signals that ask a process to end. */
const STOPPING = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGBREAK',
  'SIGALRM',
  'SIGVTALRM',
  'SIGXCPU',
] as const;
const OTHERS = ['SIGUSR1', 'SIGUSR2', 'SIGCONT', 'SIGWINCH'] as const;
/** Those that a process can handle on Windows. */
const ON_WINDOWS: readonly string[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'];

/** A sender such as timeout(1) signals a process and then its group, but means one signal. */
const REPEATED_MS = 100;

/** The signals that this process gets: the first that asks it to end aborts `stop`, and each goes to the child, once there is one. */
export class Signals {
  readonly #stop = new AbortController();
  readonly #listeners = new Map<NodeJS.Signals, () => void>();
  readonly #lastAtMs = new Map<NodeJS.Signals, number>();
  #first: NodeJS.Signals | undefined;
  #pass: (signal: NodeJS.Signals, isStop: boolean) => void = () => undefined;

  constructor(system: NodeJS.Platform) {
    const known = [...STOPPING, ...OTHERS].filter((name) =>
      system === 'win32' ? ON_WINDOWS.includes(name) : name !== 'SIGBREAK',
    );
    for (const name of known) {
      const isStop = (STOPPING as readonly string[]).includes(name);
      const listener = (): void => this.#receive(name, isStop);
      this.#listeners.set(name, listener);
      process.on(name, listener);
    }
  }

  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** The first that asked this process to end. */
  get first(): NodeJS.Signals {
    return this.#first ?? 'SIGTERM';
  }

  passTo(pass: (signal: NodeJS.Signals, isStop: boolean) => void): void {
    this.#pass = pass;
  }

  /** From now on, a signal ends this process directly: it holds nothing, and only needs to report that. */
  cease(): void {
    for (const [name, listener] of this.#listeners) process.off(name, listener);
    this.#listeners.clear();
  }

  #receive(name: NodeJS.Signals, isStop: boolean): void {
    const atMs = performance.now();
    const isRepeated = atMs - (this.#lastAtMs.get(name) ?? Number.NEGATIVE_INFINITY) < REPEATED_MS;
    this.#lastAtMs.set(name, atMs);
    if (isStop && isRepeated) return;
    if (isStop) {
      this.#first ??= name;
      this.#stop.abort();
    }
    this.#pass(name, isStop);
  }
}
