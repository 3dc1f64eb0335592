import type { SeguraError } from './errors.js';
import type { FileEntry, FileStore } from './ports/files.js';
import type { SshTools } from './ports/ssh.js';
import type { Place, Text } from './text.js';

export type * from './ports/files.js';
export type * from './ports/ssh.js';
export type { Place };

/** What the core needs from outside. Adapters in `http/` and `platform/` provide it. */

export interface Clock {
  nowMs(): number;
  /** Resolves after `ms`, or at once when `signal` is aborted: check the signal afterwards. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls `operation` once in `ms`, unless the result is called before. */
  after(ms: number, operation: () => void): () => void;
  /** Uniform in [0, 1). */
  random(): number;
}

export interface Log {
  info(message: Text): void;
  warning(message: Text): void;
  debug(message: string): void;
}

/** Where the ledger is kept between the main step and the release of custody. */
export interface LedgerStore {
  save(sealed: string): void;
}

/** A place by what it is called. */
export type PlaceName = Pick<Place, 'kind' | 'name'>;

/** One value on its way to a name. */
export interface Write extends Pick<Place, 'name' | 'env' | 'output'> {
  readonly value: string;
  readonly source: string;
  /** The user says that it is not secret: it stays readable on a platform that hides every other value. */
  readonly unmasked?: boolean;
  /** `value` is the path of a private file: asked for, or needed since the platform cannot hold the value itself. */
  readonly file?: 'asked' | 'needed' | undefined;
}

/** A row of the job summary; no value and no length of one. */
export interface SummaryRow {
  readonly name: string;
  readonly source: string;
  readonly destination: string;
  readonly version: string;
  readonly expires: string;
  readonly custody: string;
}

/** A private place for all steps of one job. Anyone could have written what it returns. */
export interface UseStore {
  /**
   * Keeps other processes out until the result is called; `busy` when that could not be had in time, or until `signal` is
   * aborted. All waits of one process share one budget, and after the first that was in vain none waits.
   */
  lock(maxWaitMs: number, signal?: AbortSignal): Promise<(() => void) | 'busy'>;
  /** Undefined when nothing is there. Throws the error of the system. */
  read(name: string): string | undefined;
  /** Every text that is there, as far as it can be read. */
  readAll(): readonly string[];
  /** In one step: a reader gets the old text or the new one. Throws the error of the system. */
  write(name: string, text: string): void;
}

/** What a CI system offers to a step. */
export interface Platform extends Log, LedgerStore, Hiding {
  readonly files: FileStore;
  /** Where the uses of one job are counted, for a platform that runs several. */
  readonly uses?: UseStore | undefined;
  /** SSH on the machine, loaded when keys are asked for. */
  ssh?(): Promise<SshTools>;
  /** Whether what releases custody has nothing but the state: it then carries the login. */
  readonly isStateAll?: boolean;
  /** Where the platform keeps the state as a file until the job ends. */
  readonly trace?: FileEntry | undefined;
  /** Which run of a job this is, for telling the state of another apart. */
  readonly run: string;
  /** Distinguishes this job from others of the same run and name, if the platform can. */
  readonly tracking?: string | undefined;
  /** The largest state it can hand to what releases custody, in characters. */
  readonly maxStateLength: number;
  /** What it lacks for this step to work safely. */
  check(): SeguraError[];
  /** Makes it hide a text wherever it would show it from now on. */
  mask(text: string): void;
  /** Resolves when everything printed and saved so far has left this process. */
  flush(): Promise<void>;
  /** Why values cannot be written there, checked before any is written. */
  checkWrites(writes: readonly Write[]): SeguraError[];
  /** True for a value of which it can hold only the path of a file with it. Without this it holds every value. */
  needsFile?(value: string): boolean;
  /** Writes all values of a run. Files, ledger and masks come before. Errors: what the platform cannot write. */
  commit(writes: readonly Write[]): Promise<void>;
  /** Reports what was written. Writes no values. */
  summarize(rows: readonly SummaryRow[]): Promise<void>;
}

/** The further texts that a platform masks by default for each mask. */
export type HiddenBesides = (form: string) => readonly string[];

/** How a platform hides texts. */
export interface Hiding {
  readonly hidesBesides?: HiddenBesides | undefined;
  /** It searches for many texts at the cost of one. */
  readonly hidesManyAlike?: boolean | undefined;
  /** Carries out `work`, which masks several texts. They leave this process together, before this returns. */
  readonly together?: ((work: () => void) => void) | undefined;
}
