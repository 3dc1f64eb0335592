import type { BigIntStats } from 'node:fs';
import type { SeguraError } from './errors.js';
import type { Secret } from './secret.js';
import type { Place, Text } from './text.js';

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

/** A file or folder of ours, recognized by device and inode, never only by name. */
export interface FileEntry {
  readonly path: string;
  readonly device: string;
  readonly inode: string;
  /** A folder made for private files: removed when it is empty. */
  readonly folder: boolean;
}

/** A secret file that exists and is still empty. */
export interface NewFile {
  readonly entry: FileEntry;
  write(content: string | Uint8Array): void;
}

/** A file of the job whose bytes are to change, as it was when it was opened. */
export interface OpenedFile {
  /** As the user names it. */
  readonly shown: string;
  /** Without links. */
  readonly path: string;
  readonly bytes: Buffer;
  readonly found: BigIntStats;
}

/** A value on its way to a place in a file of the job. */
export interface PlacedValue {
  /** The name of its destination: `PATH#PLACE`. */
  readonly name: string;
  readonly value: string;
}

/** The bytes that a file is to have. */
export interface FileChange {
  readonly file: OpenedFile;
  readonly bytes: Buffer;
  /** How values stand in it, with the escapes of its format, by the names of their destinations. */
  readonly written?: readonly PlacedValue[] | undefined;
}

/** A file of the job that is not there yet, and the bytes that it is to have. Its path is as the user names it. */
export interface FileCreation {
  readonly file: { readonly path: string; readonly found?: undefined };
  readonly bytes: Buffer;
}

/** A file whose bytes were replaced, or are about to be, and what its old ones are found by. */
export interface InjectedFile {
  /** Without links. */
  readonly path: string;
  /** SHA-256 of its new bytes and of its old ones, in hex. */
  readonly sha256: string;
  readonly oldSha256: string;
  /** A private file with the old bytes. */
  readonly copy: FileEntry;
  /** Its permission bits, and when it was last written, in ms. */
  readonly mode: number;
  readonly mtimeMs: number;
}

/**
 * What became of a file whose old bytes were wanted back. `untouched`: it was never replaced. `changed`: it no longer has
 * the bytes that were written. `lost`: it has them, and the copy of the old ones is gone.
 */
export type Restored = 'restored' | 'untouched' | 'changed' | 'gone' | 'lost';

export interface FileStore {
  /** Why these files cannot be created, checked before any request to the vault. */
  check(paths: readonly string[]): SeguraError[];
  /** Creates an empty file that only its owner can read. Errors: FILE_REFUSED. */
  create(path: string): Promise<NewFile>;
  /** A new private folder; with a short path if `isShort`, for a socket. */
  createFolder(isShort?: boolean): FileEntry;
  /** Overwrites and removes; `other` is something else with that name, which is not touched. */
  remove(entry: FileEntry): 'removed' | 'gone' | 'other';
  /** A new private file of our own, still empty, for a text that the state cannot carry. `kind`: a word for its name. */
  keep(kind: 'ca' | 'key'): NewFile;
  isInWorkspace(entry: FileEntry): boolean;
  /** The bytes of a regular file that is only read. Errors: FILE_REFUSED. */
  read(path: string, maxBytes: number): Buffer;
  /** A file whose bytes are to change. Errors: FILE_REFUSED. */
  open(path: string, maxBytes: number): Promise<OpenedFile>;
  /** Replaces all files, or none. Errors: FILE_REFUSED. */
  replaceAll(changes: readonly FileChange[]): Promise<void>;
  /** Gives a file its old bytes back, if it still has the new ones, and removes the copy. Throws what the system says. */
  restore(file: InjectedFile): Promise<Restored>;
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

/** A private key as OpenSSH reads it. */
export interface ReadKey {
  /** The public half in base64, as an agent lists it. */
  readonly blob: string;
  /** Its kind, such as `ssh-ed25519`. */
  readonly kind: string;
  /** What adds it to an agent: base64 of the contents of SSH_AGENTC_ADD_IDENTITY. */
  readonly identity: Secret;
}

/**
 * `not-read`: OpenSSH does not read it. `passphrase`: it has one, and that is not the one at hand. `no-program`: no OpenSSH
 * is here to tell.
 */
export type KeyReading = ReadKey | 'not-read' | 'passphrase' | 'no-program';

/** What SSH on this machine offers. An agent is named by its socket. */
export interface SshTools {
  /** What the job has set of its own. */
  readonly environment: {
    readonly gitSshCommand: string;
    readonly gitSsh: string;
    /** The known hosts of an earlier step of ours; empty for none. */
    readonly knownHosts: string;
  };
  /** The text of a program that tells ssh-add a passphrase. */
  readonly askpass: string;
  /** Reads keys without a copy on the disk. `folder`: a private one. `askpass`: a private file with that program. */
  read(
    keys: readonly { readonly key: Secret; readonly passphrase: Secret | undefined }[],
    place: { readonly folder: string; readonly askpass: string | undefined; readonly signal: AbortSignal },
  ): Promise<KeyReading[]>;
  /** The agent that the job has already, if it answers. */
  present(): Promise<string | undefined>;
  /** Starts an agent that outlives this process. `pid` is undefined where the program is missing. */
  start(socket: string): { readonly pid: number | undefined };
  /** The public halves of the keys of an agent. Waits for one that starts. Throws if it does not answer. */
  list(socket: string): Promise<string[]>;
  /** Adds a key until it is removed, or until the job is certainly over. True when the agent took it. */
  add(socket: string, key: ReadKey): Promise<boolean>;
  /** Removes a key. True when it is not there any more. */
  remove(socket: string, blob: string): Promise<boolean>;
  /** Ends the agent that `start` started. True when there is none any more. */
  end(socket: string, pid: number | undefined): Promise<boolean>;
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
