import type { SeguraError } from '../../core/errors.js';
import type { FileStore, LedgerStore, Platform, Write } from '../../core/ports.js';
import { plain, type Text } from '../../core/text.js';
import type { Terminal } from './terminal.js';

/** Larger than any state that could be wanted, and still read at once. */
const MAX_STATE_LENGTH = 16 * 1024 * 1024;

/** Why values cannot be given away in the way that the command is to. */
export type CheckWrites = (writes: readonly Write[]) => SeguraError[];

export interface TerminalRunParts {
  readonly terminal: Terminal;
  /** Where the ledger is kept, for a command that takes custody or writes files. */
  readonly store: LedgerStore | undefined;
  readonly checkWrites: CheckWrites;
  /** True to print only warnings of the fetch. */
  readonly isTerse?: boolean;
}

/** One fetch of a command line: values are kept for the command that asked for them. */
export class TerminalRun implements Platform {
  readonly files: FileStore;
  readonly run: string;
  readonly maxStateLength = MAX_STATE_LENGTH;
  readonly hidesManyAlike: boolean;
  readonly ssh: NonNullable<Platform['ssh']>;
  readonly checkWrites: CheckWrites;
  readonly #terminal: Terminal;
  readonly #store: LedgerStore | undefined;
  #writes: readonly Write[] = [];
  readonly #isTerse: boolean;
  #sealed = '';

  constructor({ terminal, store, checkWrites: writeRefusals, isTerse = false }: TerminalRunParts) {
    this.#isTerse = isTerse;
    this.#terminal = terminal;
    this.#store = store;
    this.checkWrites = writeRefusals;
    this.files = terminal.files;
    this.run = terminal.run;
    this.ssh = terminal.ssh;
    this.hidesManyAlike = terminal.hidesManyAlike;
  }

  get writes(): readonly Write[] {
    return this.#writes;
  }

  /** The state as it was saved last; empty when nothing was taken. */
  get sealed(): string {
    return this.#sealed;
  }

  check(): SeguraError[] {
    return this.#terminal.check();
  }

  info(message: Text): void {
    if (this.#isTerse) this.#terminal.debug(plain(message));
    else this.#terminal.info(message);
  }

  warning(message: Text): void {
    this.#terminal.warning(message);
  }

  debug(message: string): void {
    this.#terminal.debug(message);
  }

  mask(text: string): void {
    this.#terminal.mask(text);
  }

  save(sealed: string): void {
    this.#store?.save(sealed);
    this.#sealed = sealed;
  }

  async flush(): Promise<void> {
    // Nothing of a value is shown before every mask is known here: they are kept in this process.
  }

  async commit(writes: readonly Write[]): Promise<void> {
    this.#writes = writes;
  }

  async summarize(): Promise<void> {
    // A command line has no summary but its log.
  }
}
