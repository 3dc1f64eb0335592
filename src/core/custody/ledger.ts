import type { FileEntry, InjectedFile, LedgerStore } from '../ports.js';
import type { Secret } from '../secret.js';
import type { UseOf } from './account.js';
import {
  type CustodyEntry,
  isNothing,
  type LedgerData,
  type NewLedgerData,
  newLedger,
  type SshEntry,
} from './ledger-data.js';
import { seal } from './seal.js';
import { type CustodyEvent, MAX_ID_LENGTH, next } from './transitions.js';

/** As long as the path of a copy in a private folder of the temporary one. */
const COPY_PATH = ''.padEnd(160);

/** No time has more digits until the year 2286. */
const LONGEST_TIME_MS = 9_999_999_999_999;

/**
 * The ledger of this run. Every change is sealed and saved at once: whatever ends the process, the code that releases
 * custody knows about it. An entry is written before the read that takes custody is sent: an extra entry costs one
 * harmless request, a missing one a locked account.
 */
export class Ledger {
  readonly #store: LedgerStore;
  readonly #key: Secret | undefined;
  #data: LedgerData;

  /** With a `key`, the saved text is sealed with it. Without one, it carries the login of `data` while that is needed. */
  constructor(store: LedgerStore, key: Secret | undefined, data: NewLedgerData) {
    this.#store = store;
    this.#key = key;
    this.#data = newLedger(key === undefined ? 2 : 1, data);
  }

  /** The account of the job's uses that this one belongs to: what its platform counts together. */
  get use(): UseOf {
    return this.#data;
  }

  get custody(): readonly CustodyEntry[] {
    return this.#data.custody;
  }

  get caFile(): FileEntry | undefined {
    return this.#data.caFile?.entry;
  }

  /** Where the key of the login is kept. */
  get authKey(): FileEntry | undefined {
    return this.#data.authKey;
  }

  /** A file that runs keep for themselves, and was only named, is there now. The caller saves that. */
  nowThere(named: FileEntry, created: FileEntry): void {
    const { caFile, authKey } = this.#data;
    if (authKey === named) this.#data = { ...this.#data, authKey: created };
    if (caFile?.entry === named) this.#data = { ...this.#data, caFile: { ...caFile, entry: created } };
  }

  get files(): readonly FileEntry[] {
    return this.#data.files;
  }

  /** The certificates that post uses if the file with the whole set is gone. Errors: those of the platform. */
  trust(caCertificates: string): void {
    if (this.#data.connection.caCertificates === caCertificates) return;
    this.#data = { ...this.#data, connection: { ...this.#data.connection, caCertificates } };
    if (this.custody.length > 0) this.save();
  }

  /** Before a round of reads: saves an entry for each credential. Errors: those of the platform. */
  ask(credentials: readonly string[], atMs: number): void {
    const events = credentials.map((credential) => ({ type: 'asked', credential, atMs }) as const);
    this.#put({ custody: events.reduce(after, this.custody) });
  }

  /**
   * Changes the entries as TRANSITIONS says. Errors: those of the platform if the change cannot be saved. Removing entries
   * never fails: the text saved before still names them, which costs a harmless request, and a failure could strand others.
   */
  note(...events: readonly CustodyEvent[]): void {
    const before = this.custody;
    const custody = events.reduce(after, before);
    if (custody === before) return;
    this.#data = { ...this.#data, custody };
    const hasOnlyGone = custody.every((entry) => before.includes(entry));
    try {
      this.save();
    } catch (error) {
      if (!hasOnlyGone) throw error;
    }
  }

  addFile(file: FileEntry): void {
    this.#put({ files: [...this.files, file] });
  }

  strikeFiles(): void {
    this.#put({ files: [] });
  }

  /** These are gone, or stay. A ledger with nothing left to undo is saved as no text. */
  strike(entries: readonly FileEntry[]): void {
    this.#data = { ...this.#data, files: this.files.filter((file) => !entries.includes(file)) };
    const isNeeded = this.caFile !== undefined || this.authKey !== undefined || !isNothing(this.#data);
    if (isNeeded) this.save();
    else this.#store.save('');
  }

  /** Files of the job that get their old bytes back. */
  get injected(): readonly InjectedFile[] {
    return this.#data.injected ?? [];
  }

  addInjected(file: InjectedFile): void {
    this.#put({ injected: [...this.injected, file] });
  }

  /** All but those that are `left` are done with. */
  strikeInjected(left: readonly InjectedFile[] = []): void {
    this.#put({ injected: left });
  }

  get ssh(): SshEntry | undefined {
    return this.#data.ssh;
  }

  /** Before the agent of SSH is changed, or when all is undone. Errors: those of the platform. */
  noteSsh(ssh: SshEntry | undefined): void {
    this.#put({ ssh });
  }

  /**
   * The length of the sealed text if all `credentials` were held, all `files` written, the bytes of all `injected` files
   * replaced and all of `ssh` changed, to be checked before.
   */
  sizeWith(
    credentials: readonly string[],
    files: readonly string[],
    injected: readonly string[] = [],
    ssh: SshEntry | undefined = this.ssh,
  ): number {
    const custody = credentials.map((credential) => ({
      credential,
      state: 'again' as const,
      id: credential.padEnd(MAX_ID_LENGTH),
      prefix: 'api' as const,
      changes: true as const,
      doubtedAtMs: LONGEST_TIME_MS,
      sinceMs: LONGEST_TIME_MS,
    }));
    const number = ''.padEnd(20);
    const entryOf = (path: string): FileEntry => ({ path, device: number, inode: number, folder: false });
    const changed = injected.map((path) => ({
      ...{ path, copy: entryOf(COPY_PATH), mode: 0o7777, mtimeMs: LONGEST_TIME_MS + 0.001 },
      ...{ sha256: ''.padEnd(64), oldSha256: ''.padEnd(64) },
    }));
    const { caFile, authKey } = this.#data;
    return Buffer.byteLength(
      this.#sealed({
        ...this.#data,
        caFile: caFile && { ...caFile, entry: entryOf(caFile.entry.path) },
        authKey: authKey && entryOf(authKey.path),
        custody,
        files: [...this.files, ...files.map(entryOf)],
        injected: [...this.injected, ...changed],
        ssh,
      }),
    );
  }

  #put(change: Partial<LedgerData>): void {
    this.#data = { ...this.#data, ...change };
    this.save();
  }

  /** Errors: those of the platform. */
  save(): void {
    this.#store.save(this.#sealed(this.#data));
  }

  /** It contains the login only while something needs it for release. */
  #sealed(data: LedgerData): string {
    const isNeeded = this.#key === undefined && data.custody.length > 0;
    return seal(isNeeded ? data : { ...data, login: undefined, auth: undefined }, this.#key);
  }
}

/** The entries after one event; the same list where nothing changed. */
function after(custody: readonly CustodyEntry[], event: CustodyEvent): readonly CustodyEntry[] {
  const entry = custody.find(({ credential }) => credential === event.credential);
  const changed = next(entry, event);
  if (changed === entry) return custody;
  if (entry === undefined) return changed === undefined ? custody : [...custody, changed];
  return custody.flatMap((each) => (each === entry ? (changed ?? []) : [each]));
}
