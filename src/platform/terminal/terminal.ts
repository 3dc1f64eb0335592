import type { SeguraError } from '../../core/errors.js';
import type { FileStore, Hiding, Log, Platform } from '../../core/ports.js';
import { render, type Text, type Words } from '../../core/text.js';
import { JobFiles } from '../disk/job-files.js';
import type { Places } from '../disk/places.js';
import { Progress, type Screen } from './progress.js';

export interface TerminalParts {
  readonly screen: Screen;
  readonly places: Places;
  readonly system: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly verbosity: 'quiet' | 'normal' | 'debug';
  /** Which run of a job this is; empty for none in particular. */
  readonly run: string;
  readonly isColored: () => boolean;
  /** How whoever reads it here spells what the core says. */
  readonly words: Words;
}

/** Select Graphic Rendition of ECMA-48: bold in red or yellow, and faint. */
const COLORS = { error: '1;31', warning: '1;33', debug: '2' } as const;

/** The messages of a command line on standard error, with secrets hidden. All its parts share this. */
export class Terminal implements Log, Hiding {
  readonly files: FileStore;
  readonly run: string;
  readonly hidesManyAlike = true;
  readonly ssh: NonNullable<Platform['ssh']>;
  readonly progress: Progress;
  readonly #screen: Screen;
  readonly #verbosity: TerminalParts['verbosity'];
  readonly #masks = new Set<string>();
  readonly #isColored: () => boolean;
  readonly #words: Words;

  constructor({ screen, places, system, environment, verbosity, run, isColored, words }: TerminalParts) {
    this.ssh = async () =>
      (await import(/* webpackMode: "eager" */ '../ssh/load.js')).loadSsh(environment, system);
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

  get isQuiet(): boolean {
    return this.#verbosity === 'quiet';
  }

  check(): SeguraError[] {
    return [];
  }

  info(message: Text): void {
    if (this.#verbosity !== 'quiet') this.#say(this.#shown(message));
  }

  /** A line that is printed even with --quiet. */
  notice(message: Text): void {
    this.#say(this.#shown(message));
  }

  warning(message: Text): void {
    this.#say(`${this.#level('warning:', 'warning')} ${this.#shown(message)}`);
  }

  debug(message: string): void {
    if (this.#verbosity === 'debug') this.#say(`${this.#level('debug:', 'debug')} ${message}`);
  }

  report({ code, messageText }: SeguraError, remedy: Text): void {
    this.#say(`${this.#level(`${code}:`, 'error')} ${this.#shown(messageText)}\n  ${this.#shown(remedy)}`);
  }

  mask(text: string): void {
    if (text.trim() !== '') this.#masks.add(text);
  }

  #shown(text: Text): string {
    return render(text, this.#words);
  }

  #level(word: string, level: keyof typeof COLORS): string {
    return this.#isColored() ? `\x1b[${COLORS[level]}m${word}\x1b[0m` : word;
  }

  #say(text: string): void {
    this.progress.clear();
    this.#screen.write(`segura-secrets: ${text}\n`);
    this.progress.restore();
  }
}
