import type { BigIntStats } from 'node:fs';
import type { SeguraError } from '../errors.js';

/** What the core needs of a disk. */

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

/** A file that is not there yet: its entry has its name, and 0 as device and inode. */
export interface NamedFile {
  readonly entry: FileEntry;
  /** Creates it, empty, so that only its owner can read it. Errors: FILE_REFUSED. */
  create(): NewFile;
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
  /** Why these files cannot be created, checked before any request to the vault. `made`: files that templates make. */
  check(paths: readonly string[], made?: readonly string[]): SeguraError[];
  /** Creates an empty file that only its owner can read; of the workspace, if `staysInside`, only in it. Errors: FILE_REFUSED. */
  create(path: string, staysInside?: boolean): Promise<NewFile>;
  /** A new private folder; with a short path if `isShort`, for a socket. */
  createFolder(isShort?: boolean): FileEntry;
  /** Overwrites and removes; `other` is something else with that name, which is not touched. */
  remove(entry: FileEntry): 'removed' | 'gone' | 'other';
  /**
   * A private file of our own, for a text that the state cannot carry: the state names it before it is there. `remove`
   * takes the entry of this name for a file that is still empty. `kind`: a word for its name.
   */
  keep(kind: 'ca' | 'key'): NamedFile;
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
