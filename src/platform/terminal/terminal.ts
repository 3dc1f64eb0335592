import type { SeguraError } from '../../core/errors.js';
import type { FileStore, LedgerStore, Platform, Write } from '../../core/ports.js';
import { JobFiles } from '../disk/job-files.js';
import type { Places } from '../disk/places.js';
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
  readonly isColored: () => boolean;
  readonly words: Words;
}

/** What the core says, in the words of whoever reads it here. */
export interface Words {
  ofLine(text: string): string;
  ofProblem(text: string, problem: SeguraError): string;
}

/** Select Graphic Rendition of ECMA-48: bold in red or yellow, and faint. */
const COLORS = { error: '1;31', warning: '1;33', debug: '2' } as const;

/** A command line: messages go to standard error, values and masks are kept for the command that asked for them. */
export class Terminal implements Platform {
  readonly files: FileStore;
  readonly run: string;
  readonly mostStateLength = MOST_STATE_LENGTH;
  readonly hidesManyAlike = true;
  readonly progress: Progress;
  /** Where the ledger is kept; set before anything is fetched. */
  store: LedgerStore | undefined;
  /** Why values cannot be given away in the way that the command is to. */
  refuseWrites: (writes: readonly Write[]) => SeguraError[] = () => [];
  readonly #screen: Screen;
  readonly #verbosity: TerminalParts['verbosity'];
  readonly #masks = new Set<string>();
  readonly #writes: Write[] = [];
  readonly #isColored: () => boolean;
  readonly #words: Words;
  #sealed = '';

  constructor({ screen, places, system, verbosity, run, isColored, words }: TerminalParts) {
    this.run = `command line ${run}`;
    this.#isColored = isColored;
    this.#words = words;
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

  get isQuiet(): boolean {
    return this.#verbosity === 'quiet';
  }

  refusals(): SeguraError[] {
    return [];
  }

  info(message: string): void {
    if (this.#verbosity !== 'quiet') this.#say(this.#words.ofLine(message));
  }

  /** What has to be known however little is to be said. */
  notice(message: string): void {
    this.#say(message);
  }

  warning(message: string): void {
    this.#say(`${this.#level('warning:', 'warning')} ${this.#words.ofLine(message)}`);
  }

  debug(message: string): void {
    if (this.#verbosity === 'debug') this.#say(`${this.#level('debug:', 'debug')} ${message}`);
  }

  report(problem: SeguraError, remedy: string): void {
    const message = this.#words.ofProblem(problem.message, problem);
    const cure = this.#words.ofProblem(remedy, problem);
    this.#say(`${this.#level(`${problem.code}:`, 'error')} ${message}\n  ${cure}`);
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

  #level(word: string, level: keyof typeof COLORS): string {
    return this.#isColored() ? `\x1b[${COLORS[level]}m${word}\x1b[0m` : word;
  }

  #say(text: string): void {
    this.progress.clear();
    this.#screen.write(`segura-secrets: ${text}\n`);
  }
}
