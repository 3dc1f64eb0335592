import type { SeguraError } from '../core/errors.js';
import type { FileStore, LedgerStore, Platform, Write } from '../core/ports.js';
import type { Places } from './files.js';
import { JobFiles } from './job-files.js';
import { Progress, type Screen } from './progress.js';

/** Larger than any state that could be wanted, and still read at once. */
const MOST_STATE_LENGTH = 16 * 1024 * 1024;

export interface TerminalParts {
  readonly screen: Screen;
  readonly places: Places;
  readonly system: NodeJS.Platform;
  readonly verbosity: 'quiet' | 'normal' | 'debug';
  /** Which run of a job this is; empty for none in particular. */
  readonly run: string;
}

/** A command line: messages go to standard error, values and masks are kept for the command that asked for them. */
export class Terminal implements Platform {
  readonly files: FileStore;
  readonly run: string;
  readonly mostStateLength = MOST_STATE_LENGTH;
  readonly progress: Progress;
  /** Where the ledger is kept; set before anything is fetched. */
  store: LedgerStore | undefined;
  /** Why values cannot be given away in the way that the command is to. */
  refuseWrites: (writes: readonly Write[]) => SeguraError[] = () => [];
  readonly #screen: Screen;
  readonly #verbosity: TerminalParts['verbosity'];
  readonly #masks = new Set<string>();
  readonly #writes: Write[] = [];
  #sealed = '';

  constructor({ screen, places, system, verbosity, run }: TerminalParts) {
    this.run = `command line ${run}`;
    this.#screen = screen;
    this.#verbosity = verbosity;
    this.progress = new Progress(screen);
    this.files = new JobFiles(places, system, (message) => this.warning(message));
  }

  /** Every text to hide, longest first. */
  get masks(): readonly string[] {
    return [...this.#masks].sort((a, b) => b.length - a.length);
  }

  get writes(): readonly Write[] {
    return this.#writes;
  }

  /** The state as it was saved last; empty when nothing was taken. */
  get sealed(): string {
    return this.#sealed;
  }

  refusals(): SeguraError[] {
    return [];
  }

  info(message: string): void {
    if (this.#verbosity !== 'quiet') this.#say(message);
  }

  /** What has to be known however little is to be said. */
  notice(message: string): void {
    this.#say(message);
  }

  warning(message: string): void {
    this.#say(`warning: ${message}`);
  }

  debug(message: string): void {
    if (this.#verbosity === 'debug') this.#say(`debug: ${message}`);
  }

  report({ code, message }: SeguraError, remedy: string): void {
    this.#say(`${code}: ${message}\n  ${remedy}`);
  }

  mask(text: string): void {
    if (text.trim() !== '') this.#masks.add(text);
  }

  save(sealed: string): void {
    this.store?.save(sealed);
    this.#sealed = sealed;
  }

  async flush(): Promise<void> {
    // Nothing of a value is shown before every mask is known here: they are kept in this process.
  }

  writeRefusals(writes: readonly Write[]): SeguraError[] {
    return this.refuseWrites(writes);
  }

  write(write: Write): void {
    this.#writes.push(write);
  }

  async summarize(): Promise<void> {
    // A command line has no summary but its log.
  }

  #say(text: string): void {
    this.progress.clear();
    this.#screen.write(`segura-secrets: ${text}\n`);
  }
}
