import type { Connection } from './connection.js';
import type { PamEndpoint, ReleaseFailure } from './inputs.js';
import type { Prefix } from './pam.js';
import type { FileEntry, LedgerStore } from './ports.js';
import { seal } from './seal.js';
import type { Secret } from './secret.js';

const MOST_ID_LENGTH = 20;

/** A credential whose custody we have or may have. */
export interface CustodyEntry {
  /** As the request names it. */
  readonly credential: string;
  /** `asked`: a read may have left; `held`: its reply came; `again`: held, and another read has left since. */
  readonly state: 'asked' | 'held' | 'again';
  /** The number the vault knows it by, once it said so. */
  readonly id?: string | undefined;
  readonly prefix?: Prefix | undefined;
  /** When a try was given up that may be carried out even after it was given back. */
  readonly doubtedAtMs?: number | undefined;
  /** When it was asked for, or its reply came. */
  readonly sinceMs: number;
}

/** What post has to know to give everything back, without any value or token. */
export interface LedgerData {
  readonly version: 1;
  /** The run of the job that it belongs to: one of another run is not obeyed. */
  readonly run: string;
  readonly connection: Connection;
  /** Where the CA certificates stand when they are too many for an environment string. */
  readonly caFile?: { readonly entry: FileEntry; readonly sha256: string };
  readonly clientId: string;
  readonly pamEndpoint: PamEndpoint;
  readonly timeoutMs: number;
  readonly releaseFailure: ReleaseFailure;
  readonly custody: readonly CustodyEntry[];
  readonly files: readonly FileEntry[];
}

/**
 * The ledger of this run: every change is sealed and saved at once, so that whatever ends the process, what gives back
 * knows of it. An entry is written before the read that takes custody leaves: an entry too many costs one harmless
 * request, an entry too few a locked account.
 */
export class Ledger {
  readonly #store: LedgerStore;
  readonly #key: Secret;
  #data: LedgerData;

  constructor(store: LedgerStore, key: Secret, data: Omit<LedgerData, 'version' | 'custody' | 'files'>) {
    this.#store = store;
    this.#key = key;
    this.#data = { version: 1, ...data, custody: [], files: [] };
  }

  get custody(): readonly CustodyEntry[] {
    return this.#data.custody;
  }

  get caFile(): FileEntry | undefined {
    return this.#data.caFile?.entry;
  }

  get files(): readonly FileEntry[] {
    return this.#data.files;
  }

  /** Adds those that are not in the ledger yet, and gives them. */
  ask(credentials: readonly string[], nowMs: number): ReadonlySet<string> {
    const known = new Set(this.custody.map(({ credential }) => credential));
    const fresh = credentials.filter((credential) => !known.has(credential));
    const entries = fresh.map((credential) => ({ credential, state: 'asked' as const, sinceMs: nowMs }));
    this.#save({ custody: [...this.custody, ...entries] });
    return new Set(fresh);
  }

  hold(credential: string, known: Pick<CustodyEntry, 'id' | 'prefix'>, nowMs: number): void {
    // A vault may send any text as an id; one that no id is would only swell the state.
    const id = known.id !== undefined && known.id.length <= MOST_ID_LENGTH ? known.id : undefined;
    const entry = this.#find(credential);
    const { prefix = entry?.prefix } = known;
    this.#change(credential, { state: 'held', prefix, id: id ?? entry?.id, sinceMs: nowMs });
  }

  /** A reply for another credential claims to be about this one: what it says it took is looked after too. */
  claim(id: string, prefix: Prefix | undefined, nowMs: number): void {
    const entry = this.#find(id);
    if (entry === undefined) {
      const claimed = { credential: id, state: 'held', id, prefix, sinceMs: nowMs } as const;
      this.#save({ custody: [...this.custody, claimed] });
    }
    // A read of its own is under way: whatever becomes of that, the entry stays.
    if (entry?.state === 'asked') this.#change(id, { state: 'again' });
  }

  /** A request that may take custody leaves. Beside one that took it already, it may be carried out by itself, late. */
  leave(credential: string): void {
    if (this.#find(credential)?.state === 'held') this.#change(credential, { state: 'again' });
  }

  /** The request that left last was plainly refused, and took nothing. */
  settle(credential: string): void {
    if (this.#find(credential)?.state === 'again') this.#change(credential, { state: 'held' });
  }

  doubt(credential: string, nowMs: number): void {
    this.#change(credential, { doubtedAtMs: nowMs });
  }

  strike(credentials: readonly string[]): void {
    const gone = new Set(credentials);
    this.#save({ custody: this.custody.filter(({ credential }) => !gone.has(credential)) });
  }

  /** Strikes a credential that surely was not taken; one that is held, or that an earlier try may have taken, stays. */
  strikeAsked(credential: string): void {
    const entry = this.#find(credential);
    if (entry?.state === 'asked' && entry.doubtedAtMs === undefined) this.strike([credential]);
  }

  addFile(file: FileEntry): void {
    this.#save({ files: [...this.files, file] });
  }

  strikeFiles(): void {
    this.#save({ files: [] });
  }

  /** The length of the sealed text if all `credentials` were held and all `files` written, to be checked before. */
  sizeWith(credentials: readonly string[], files: readonly string[]): number {
    const custody = credentials.map((credential) => ({
      credential,
      state: 'held' as const,
      id: credential.padEnd(MOST_ID_LENGTH),
      prefix: 'api' as const,
      doubtedAtMs: Date.now(),
      sinceMs: Date.now(),
    }));
    const entries = files.map((path) => ({
      path,
      device: ''.padEnd(20),
      inode: ''.padEnd(20),
      folder: false,
    }));
    return Buffer.byteLength(seal({ ...this.#data, custody, files: [...this.files, ...entries] }, this.#key));
  }

  #find(credential: string): CustodyEntry | undefined {
    return this.custody.find((each) => each.credential === credential);
  }

  #change(credential: string, change: Partial<CustodyEntry>): void {
    this.#save({
      custody: this.custody.map((each) => (each.credential === credential ? { ...each, ...change } : each)),
    });
  }

  #save(change: Partial<LedgerData>): void {
    this.#data = { ...this.#data, ...change };
    this.#store.save(seal(this.#data, this.#key));
  }
}
