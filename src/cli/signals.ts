/** What asks a process to end. */
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
/** Those that Windows lets a process listen to. */
const ON_WINDOWS: readonly string[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'];

/** The signals that this process gets: the first that asks it to end aborts `stop`, and each goes to the child, once there is one. */
export class Signals {
  readonly #stop = new AbortController();
  #first: NodeJS.Signals | undefined;
  #pass: (signal: NodeJS.Signals, isStop: boolean) => void = () => undefined;

  constructor(system: NodeJS.Platform) {
    const known = [...STOPPING, ...OTHERS].filter((name) =>
      system === 'win32' ? ON_WINDOWS.includes(name) : name !== 'SIGBREAK',
    );
    for (const name of known) {
      const isStop = (STOPPING as readonly string[]).includes(name);
      process.on(name, () => this.#receive(name, isStop));
    }
  }

  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** The exit code of a process that was ended by what came first: 128 and its number. */
  exitCode(numbers: Readonly<Record<string, number>>): number {
    return 128 + (numbers[this.#first ?? 'SIGTERM'] ?? 15);
  }

  passTo(pass: (signal: NodeJS.Signals, isStop: boolean) => void): void {
    this.#pass = pass;
  }

  #receive(name: NodeJS.Signals, isStop: boolean): void {
    if (isStop) {
      this.#first ??= name;
      this.#stop.abort();
    }
    this.#pass(name, isStop);
  }
}
